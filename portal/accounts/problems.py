"""What an action on people, clients or keys may refuse, each in words for the person who asked."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """An action was refused and nothing was changed; `text` says why and what to do."""

    text: str | Promise = ""

    def __str__(self) -> str:
        return str(self.text)


class LastAdmin(Refused):
    text = _("An account needs at least one admin. Make somebody else an admin first.")


class AdminNeedsAllClients(Refused):
    text = _("An admin works for all clients. Choose all clients, or another role.")


class NoClients(Refused):
    text = _("Choose at least one client, or all clients.")


class AlreadyMember(Refused):
    text = _("This person is already a member. You can change their role in the list.")


class InvitationClosed(Refused):
    """The invitation was accepted, taken back or has expired meanwhile."""

    text = _("This invitation is no longer open. Ask an admin of the account for a new one.")


class OtherAddress(Refused):
    text = _("This invitation was sent to another e-mail address. Sign in with that address to accept it.")


class AddressTaken(Refused):
    text = _("There is already a sign-in with this e-mail address. Sign in, then open the link again.")


class NameTaken(Refused):
    text = _("There is already a client of this name, possibly a deactivated one.")


class SelfClientStays(Refused):
    text = _("This client is the account itself and cannot be deactivated.")


class KeyListed(Refused):
    text = _("This key is already in your list. If it is deactivated, activate it there.")


class KeyTaken(Refused):
    """Says nothing about who has the key: that is another customer's business."""

    text = _(
        "This key cannot be added here. Check it for typing errors; if it is your key, write to support."
    )


class TwoTokens(Refused):
    text = _("Two access tokens are in use already. Revoke the one you no longer need first.")


class TokenMade(Refused):
    """The same form came a second time; the first answer was the only one that showed the token."""

    text = _("This form has made its token already. If you did not see it, revoke it and make another.")
