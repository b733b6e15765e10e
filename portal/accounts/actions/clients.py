"""The businesses an account registers for."""

from __future__ import annotations

from django.db import transaction

from portal.accounts.actions.members import lock_account
from portal.accounts.enums import Capability
from portal.accounts.models import Client, User
from portal.accounts.problems import NameTaken, SelfClientStays
from portal.accounts.scope import Scope
from portal.history.actions import record


@transaction.atomic
def add_client(scope: Scope, *, name: str, actor: User) -> Client:
    """Add a client. Raises NameTaken."""
    _enter(scope, name)
    client = Client.objects.create(account=scope.account, name=name)
    record("client.added", client, actor=actor, after={"name": name})
    return client


@transaction.atomic
def rename_client(scope: Scope, client: Client, *, name: str, actor: User) -> None:
    """Give a client another name; what it registered keeps the name it was registered under."""
    _enter(scope, name, but=client)
    before, client.name = client.name, name
    client.save(update_fields=["name", "updated_at"])
    record("client.renamed", client, actor=actor, before={"name": before}, after={"name": name})


@transaction.atomic
def set_client_active(scope: Scope, client: Client, *, active: bool, actor: User) -> None:
    """Offer a client in forms, or no longer; what exists for it stays. Raises SelfClientStays."""
    scope.require(Capability.MANAGE_MEMBERS)
    if client.is_self and not active:
        raise SelfClientStays
    if not Client.objects.filter(pk=client.pk, is_active=not active).update(is_active=active):
        return
    client.is_active = active
    record("client.activated" if active else "client.deactivated", client, actor=actor)


def _enter(scope: Scope, name: str, but: Client | None = None) -> None:
    scope.require(Capability.MANAGE_MEMBERS)
    lock_account(scope.account)
    others = Client.objects.filter(account=scope.account, name__iexact=name)
    if any(other != but for other in others):
        raise NameTaken
