"""Changing who may do what in an account, and what a person says of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from portal.accounts.enums import Capability, Role
from portal.accounts.models import Account, Client, Membership, MembershipClient, User
from portal.accounts.problems import AdminNeedsAllClients, LastAdmin, NoClients
from portal.accounts.scope import Scope
from portal.history.actions import record


@transaction.atomic
def change_member(
    scope: Scope, membership: Membership, *, role: str, clients: Sequence[Client] | None, actor: User
) -> None:
    """Give a member another role, or other clients (None: all). Raises LastAdmin and its kin."""
    scope.require(Capability.MANAGE_MEMBERS)
    check_place(role, clients)
    lock_account(scope.account)
    membership.refresh_from_db()
    before = _place(membership)
    membership.role = role
    membership.all_clients = clients is None
    membership.save(update_fields=["role", "all_clients", "updated_at"])
    cover(membership, clients)
    keep_an_admin(scope.account)
    record("member.changed", membership, actor=actor, before=before, after=_place(membership))


@transaction.atomic
def remove_member(scope: Scope, membership: Membership, *, actor: User) -> None:
    """Deactivate a place in the account; the user stays, and may be invited again."""
    scope.require(Capability.MANAGE_MEMBERS)
    lock_account(scope.account)
    if not Membership.objects.filter(pk=membership.pk, is_active=True).update(is_active=False):
        return
    membership.is_active = False
    keep_an_admin(scope.account)
    record("member.removed", membership, actor=actor, before=_place(membership))


@transaction.atomic
def change_profile(user: User, *, name: str, language: str, time_zone: str, actor: User) -> None:
    """What a person says of themselves; it belongs to no account."""
    fields: dict[str, Any] = {"name": name, "language": language, "time_zone": time_zone}
    before = {field: getattr(user, field) for field in fields}
    for field, value in fields.items():
        setattr(user, field, value)
    user.save(update_fields=list(fields))
    record("profile.changed", user, actor=actor, before=before, after=fields)


def check_place(role: str, clients: Sequence[Client] | None) -> None:
    if clients is None:
        return
    if role == Role.ADMIN:
        raise AdminNeedsAllClients
    if not clients:
        raise NoClients


def lock_account(account: Account) -> None:
    """Let changes of who is in an account pass one by one (SQLite lets all writers pass one by one)."""
    Account.objects.select_for_update().get(pk=account.pk)


def cover(membership: Membership, clients: Iterable[Client] | None) -> None:
    """Make the list of covered clients this one."""
    MembershipClient.objects.filter(membership=membership).delete()
    MembershipClient.objects.bulk_create(
        MembershipClient(account_id=membership.account_id, membership=membership, client=client)
        for client in clients or ()
    )


def keep_an_admin(account: Account) -> None:
    """Raises LastAdmin, which undoes the transaction, when nobody is left to manage the account."""
    admins = Membership.objects.filter(
        account=account, is_active=True, role=Role.ADMIN, all_clients=True, user__is_active=True
    )
    if not admins.exists():
        raise LastAdmin


def _place(membership: Membership) -> dict[str, Any]:
    names = MembershipClient.objects.filter(membership=membership).values_list("client__name", flat=True)
    return {"role": membership.role, "clients": "all" if membership.all_clients else sorted(names)}
