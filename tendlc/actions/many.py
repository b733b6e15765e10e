"""What is done to many objects of a list at once; each is recorded on its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

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


def _is_there(row: Row) -> bool:
    """Whether Vonage has it: it was registered, and has not gone since."""
    return bool(row.remote_id) and row.gone_at is None


@transaction.atomic
def sync_many(scope: Scope, rows: Iterable[Row], *, actor: User) -> int:
    """Read each again; those that Vonage does not have are left out. Returns how many are asked for."""
    scope.require(Capability.VIEW)
    return _ask_each(REFRESH, rows, actor)


@transaction.atomic
def check_use_case_of_many(scope: Scope, brands: Iterable[Brand], use_case: str, *, actor: User) -> int:
    """Ask for each brand whether it may run a use case; returns how many are asked about."""
    scope.require(Capability.PREPARE)
    return _ask_each(USE_CASE, brands, actor, use_case=use_case)


def _ask_each(kind: str, rows: Iterable[Row], actor: User, **question: str) -> int:
    """One after the other, so that nobody else's question waits behind all of them."""
    known = [row for row in rows if _is_there(row)]
    now, apart = timezone.now(), timedelta(seconds=settings.INQUIRY_SPACING_SECONDS)
    for place, row in enumerate(known):
        ask(kind, row, actor=actor, api_key=row.api_key, question=question, not_before=now + place * apart)
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
