"""How people get in: accounts are made by staff, everybody else is invited."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from portal.accounts.actions.members import check_place, cover, lock_account
from portal.accounts.enums import Capability, Role
from portal.accounts.mails import send_invitation
from portal.accounts.models import Account, Client, Invitation, Membership, User
from portal.accounts.problems import AddressTaken, AlreadyMember, InvitationClosed, OtherAddress
from portal.accounts.queries import token_hash
from portal.accounts.scope import Scope
from portal.history.actions import record

VALID_FOR = timedelta(days=7)
TOKEN_BYTES = 32


@dataclass(frozen=True)
class Issued:
    """An invitation and its token, which exists nowhere else: whoever asked for it calls `mail()` after the commit."""

    invitation: Invitation
    token: str

    def mail(self) -> bool:
        """Send the link; False when the mail server did not take it, which is to be told to who invited."""
        return send_invitation(self.invitation, self.token)


@dataclass(frozen=True)
class NewAccount:
    """Either the membership of somebody who already signs in, or the invitation of somebody who does not."""

    account: Account
    membership: Membership | None
    issued: Issued | None


@transaction.atomic
def create_account(*, name: str, admin_email: str, actor: User | None) -> NewAccount:
    """Make an account with its own client and its first admin; `actor` is None on the command line."""
    account = Account.objects.create(name=name)
    Client.objects.create(account=account, name=name, is_self=True)
    record("account.created", account, actor=actor, after={"name": name}, account_id=account.pk)
    membership, issued = _first_admin(account, admin_email, actor)
    return NewAccount(account, membership, issued)


@transaction.atomic
def invite_admin(account: Account, *, email: str, actor: User | None) -> Issued:
    """Staff's way back into an account whose admins are gone. Raises AlreadyMember."""
    lock_account(account)
    return _issue(account, email, Role.ADMIN, None, actor)


@transaction.atomic
def invite_member(
    scope: Scope, *, email: str, role: str, clients: Sequence[Client] | None, actor: User
) -> Issued:
    """Invite an address to the account; an earlier open invitation of the same address is replaced."""
    scope.require(Capability.MANAGE_MEMBERS)
    check_place(role, clients)
    lock_account(scope.account)
    return _issue(scope.account, email, role, clients, actor)


@transaction.atomic
def revoke_invitation(scope: Scope, invitation: Invitation, *, actor: User) -> None:
    """Take an invitation back. Raises InvitationClosed when it was accepted meanwhile."""
    scope.require(Capability.MANAGE_MEMBERS)
    _close(invitation)
    record("invitation.revoked", invitation, actor=actor)


@transaction.atomic
def accept_invitation(invitation: Invitation, *, actor: User) -> Membership:
    """Enter the account. Raises OtherAddress for another person's invitation, InvitationClosed if too late."""
    if actor.email.lower() != invitation.email.lower():
        raise OtherAddress
    lock_account(invitation.account)
    now = timezone.now()
    open_ones = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, revoked_at=None, expires_at__gt=now, account__is_active=True
    )
    if not open_ones.update(accepted_at=now, accepted_by=actor, updated_at=now):
        raise InvitationClosed
    membership = _enter(invitation, actor)
    record("invitation.accepted", invitation, actor=actor, after={"role": membership.role})
    return membership


@transaction.atomic
def join_by_invitation(invitation: Invitation, *, name: str, password: str) -> User:
    """Make the user an invitation was sent to; the link has proved the address. Raises AddressTaken."""
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise AddressTaken
    user = User.objects.create_user(invitation.email, password, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    accept_invitation(invitation, actor=user)
    return user


def _first_admin(account: Account, email: str, actor: User | None) -> tuple[Membership | None, Issued | None]:
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        return None, _issue(account, email, Role.ADMIN, None, actor)
    membership = Membership.objects.create(account=account, user=user, role=Role.ADMIN)
    record("member.added", membership, actor=actor, after={"role": Role.ADMIN.value})
    return membership, None


def _issue(
    account: Account, email: str, role: str, clients: Sequence[Client] | None, actor: User | None
) -> Issued:
    email = email.strip().lower()
    if Membership.objects.filter(account=account, user__email__iexact=email, is_active=True).exists():
        raise AlreadyMember
    earlier = Invitation.objects.filter(
        account=account, email=email, accepted_at=None, revoked_at=None
    ).first()
    if earlier is not None:
        _close(earlier)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        account=account,
        email=email,
        role=role,
        all_clients=clients is None,
        client_ids=[client.pk for client in clients or ()],
        token_hash=token_hash(token),
        invited_by=actor,
        expires_at=timezone.now() + VALID_FOR,
    )
    names = "all" if clients is None else sorted(client.name for client in clients)
    record("invitation.sent", invitation, actor=actor, after={"email": email, "role": role, "clients": names})
    return Issued(invitation, token)


def _close(invitation: Invitation) -> None:
    now = timezone.now()
    rows = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if not rows.update(revoked_at=now, updated_at=now):
        raise InvitationClosed


def _enter(invitation: Invitation, user: User) -> Membership:
    """The place an invitation gives; an active member keeps the place they have."""
    membership, created = Membership.objects.get_or_create(
        account=invitation.account,
        user=user,
        defaults={"role": invitation.role, "all_clients": invitation.all_clients},
    )
    if membership.is_active and not created:
        return membership
    membership.role = invitation.role
    membership.all_clients = invitation.all_clients
    membership.is_active = True
    membership.save(update_fields=["role", "all_clients", "is_active", "updated_at"])
    covered = Client.objects.filter(account=invitation.account, pk__in=invitation.client_ids)
    cover(membership, None if invitation.all_clients else covered)
    return membership
