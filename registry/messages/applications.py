"""What people are told about applications, and which page a notice leads to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.notices.catalogue import Message, register
from portal.notices.enums import Level


def application_path(account_id: int, pk: int) -> str:
    """The page of a Vonage application."""
    return f"/a/{account_id}/applications/{pk}/"


register(
    Message(
        kind="registry.application_refused",
        label=_("Vonage refused a change of an application"),
        title=_("Application refused by Vonage: %(name)s"),
        text=_("Nothing was changed at Vonage: %(detail)s"),
        level=Level.BAD,
        urgent=True,
        way_out=_("Open the application, correct what Vonage names, and save it again."),
    ),
    Message(
        kind="registry.application_gone",
        label=_("An application has vanished at Vonage"),
        title=_("Application no longer at Vonage: %(name)s"),
        text=_("It was deleted elsewhere. Calls to network features with it fail."),
        level=Level.BAD,
        urgent=True,
        way_out=_("If that was not meant, create a new application and link it to the same profile."),
    ),
    Message(
        kind="registry.list_shrank",
        label=_("Many applications vanished from Vonage's list at once"),
        title=_("Vonage's list of applications is much shorter: %(name)s"),
        text=_(
            "%(missing)s of %(known)s applications were missing from a complete list. Nothing was removed here."
        ),
        level=Level.BAD,
        urgent=True,
        to_admins=True,
        way_out=_(
            "Look at Vonage's dashboard. If they are still there, ask Vonage's support about the list."
        ),
    ),
)
