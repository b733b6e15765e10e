"""What is done to many objects of a list at once; each is recorded on its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from portal.accounts.enums import Capability
from portal.accounts.models import Client, User
from portal.accounts.scope import Scope
from portal.history.actions import record
from portal.notices.actions import follow
from portal.notices.enums import FollowReason
from portal.outbox.actions import ask
from tendlc.actions.moving import move_brands
from tendlc.models import Brand, Campaign, NumberLink, Vetting
from tendlc.operations import REFRESH, USE_CASE

Row = Brand | Vetting | Campaign | NumberLink


@transaction.atomic
def sync_many(scope: Scope, rows: Iterable[Row], *, actor: User) -> int:
    """Read each again; those that Vonage does not know yet are left out. Returns how many are asked for."""
    scope.require(Capability.VIEW)
    known = [row for row in rows if row.remote_id]
    for row in known:
        ask(REFRESH, row, actor=actor, api_key=row.api_key)
    return len(known)


@transaction.atomic
def check_use_case_of_many(scope: Scope, brands: Iterable[Brand], use_case: str, *, actor: User) -> int:
    """Ask for each brand whether it may run a use case; the limiter spreads the questions over time."""
    scope.require(Capability.PREPARE)
    known = [brand for brand in brands if brand.remote_id]
    for brand in known:
        ask(USE_CASE, brand, actor=actor, api_key=brand.api_key, question={"use_case": use_case})
    return len(known)


@transaction.atomic
def set_client(scope: Scope, brands: Sequence[Brand], client: Client, *, actor: User) -> int:
    """Say whose brands these are, and with that who sees them. Raises AlreadyOpen while something is on its way."""
    scope.require(Capability.MANAGE_MEMBERS)
    moved = [brand for brand in brands if brand.client_id != client.pk]
    before = [str(brand.client) for brand in moved]
    move_brands(moved, client)
    for brand, name in zip(moved, before, strict=True):
        record("brand.client_set", brand, actor=actor, before={"client": name}, after={"client": str(client)})
    return len(moved)


@transaction.atomic
def set_responsible(scope: Scope, rows: Sequence[Row], person: User, *, actor: User) -> int:
    """Say who looks after these; that person hears of them from now on."""
    scope.require(Capability.PREPARE)
    moved = [row for row in rows if row.responsible_id != person.pk]
    for row in moved:
        before: Any = row.responsible
        type(row)._default_manager.filter(pk=row.pk).update(responsible=person)
        row.responsible = person
        record(
            f"{row._meta.model_name}.responsible_set",
            row,
            actor=actor,
            before={"responsible": str(before or "")},
            after={"responsible": str(person)},
        )
        if not isinstance(row, Vetting):
            follow(row, person, FollowReason.RESPONSIBLE)
    return len(moved)
