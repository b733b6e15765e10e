"""What the home page says: what waits for whom, and what to do next; read through the apps' queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey
from portal.accounts.scope import Scope
from portal.desk.unfinished import FORMS
from portal.drafts.models import Draft
from portal.drafts.queries import open_drafts
from portal.history.actions import type_of
from portal.history.enums import Axis as HistoryAxis
from portal.history.models import Change
from portal.outbox import queries as outbox
from portal.outbox.enums import OperationState
from portal.outbox.models import Operation
from portal.outbox.words import taken_back
from registry.enums import DecisionState
from registry.messages import path_of_type
from tendlc import queries
from tendlc.enums import (
    Axis,
    BrandState,
    CampaignState,
    CarrierState,
    NumberState,
    VettingState,
    carrier_label,
)
from tendlc.lifecycle import explain
from tendlc.messages import path_of
from tendlc.models import Brand, Campaign, Vetting
from tendlc.sync import DETAILS
from tendlc.views.deadlines import DeadlineRow, deadline_rows
from tendlc.views.shown import presence_of

SHOWN = 10
AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Waiting:
    """One object that waits for somebody."""

    name: str
    kind: str
    path: str
    state: str
    colour: str
    text: str
    since: datetime | None
    late: bool


@dataclass(frozen=True)
class Seen:
    """One change that was seen, in our words."""

    name: str
    path: str
    text: str
    colour: str
    at: datetime

    @property
    def about(self) -> tuple[str, str]:
        """What it happened to: what follows each other about one object is read as one."""
        return self.path, self.name


@dataclass(frozen=True)
class Summary:
    """Everything on the home page of one account."""

    ours: Sequence[Waiting]
    others: Sequence[Waiting]
    more: bool
    counts: dict[str, dict[str, int]]
    review: Sequence[Operation]
    drafts: Sequence[Draft]
    refused_keys: Sequence[ApiKey]
    has_key: bool
    changes: Sequence[Seen]
    deadlines: Sequence[DeadlineRow]

    @property
    def is_new(self) -> bool:
        """Nothing was ever registered here."""
        return not self.counts["brands"]


def summary(scope: Scope) -> Summary:
    """Read the home page in a fixed number of queries."""
    now = timezone.now()
    ours = queries.waiting_for_us(scope, SHOWN + 1)
    others = queries.waiting_for_others(scope, SHOWN + 1)
    newest = outbox.newest_operations(scope, [row for row in ours if row.state == BrandState.REFUSED])

    def told(rows: Sequence[Any]) -> list[Waiting]:
        return [_waiting(row, newest.get((type_of(row), row.pk)), now) for row in rows[:SHOWN]]

    keys = list(ApiKey.objects.filter(account=scope.account, is_active=True))
    return Summary(
        ours=told(ours),
        others=told(others),
        more=len(ours) > SHOWN or len(others) > SHOWN,
        counts=_totals(queries.counts(scope)),
        review=list(outbox.in_review(scope).order_by("id")[:5]),
        drafts=list(open_drafts(scope, *FORMS)[:5]) if scope.can(Capability.PREPARE) else [],
        refused_keys=[key for key in keys if key.refused_at],
        has_key=bool(keys),
        changes=[_seen(row) for row in scope.rows(Change.objects.all()).order_by("-seen_at", "-id")[:8]],
        deadlines=deadline_rows(queries.deadlines(scope).filter(due_at__lt=now + AHEAD)[:5]),
    )


GOOD = {
    "brands": (BrandState.VERIFIED, BrandState.VETTED),
    "campaigns": (CampaignState.ACTIVE,),
    "numbers": (NumberState.LINKED,),
}


def _totals(counts: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Of each thing: how many there are and how many are in good order."""
    return {
        name: {"all": sum(states.values()), "good": sum(states.get(state, 0) for state in GOOD[name])}
        for name, states in counts.items()
        if states
    } | {name: {} for name, states in counts.items() if not states}


AXES = {Brand: Axis.BRAND, Vetting: Axis.VETTING, Campaign: Axis.CAMPAIGN}


def _waiting(row: Any, newest: Operation | None, now: datetime) -> Waiting:
    """`newest` is the last operation of a refused one: what was taken back here was not refused by Vonage."""
    axis = AXES.get(type(row), Axis.NUMBER)
    told = explain(axis, row.state)
    text, state, colour = str(told.next_step or told.text), row.get_state_display(), _badge(axis, row.state)
    if newest is not None and newest.state == OperationState.CANCELLED:
        text, state, colour = taken_back(newest).next_step, _("taken back"), "secondary"
    return Waiting(
        name=f"{row.brand}: {row}" if isinstance(row, Vetting) else str(row),
        kind=str(row._meta.verbose_name),
        path=path_of(row),
        state=state,
        colour=colour,
        text=text,
        since=row.waiting_since,
        late=bool(row.expected_by and row.expected_by < now),
    )


STATES: dict[str, Any] = {
    Axis.BRAND: BrandState,
    Axis.VETTING: VettingState,
    Axis.CAMPAIGN: CampaignState,
    Axis.CARRIER: CarrierState,
    Axis.NUMBER: NumberState,
    str(HistoryAxis.DECISION): DecisionState,
}
PAGES = {
    "tendlc.brand": "tendlc:brand",
    "tendlc.vetting": "tendlc:vetting",
    "tendlc.campaign": "tendlc:campaign",
    "tendlc.numberlink": "tendlc:number",
}


def _seen(change: Change) -> Seen:
    if change.part == DETAILS:
        return _seen_apart(change, _("Changed at Vonage, not from here"), "orange")
    presence = presence_of(change)
    if presence is not None:
        return _seen_apart(change, str(presence.label), presence.badge)
    states = STATES.get(change.axis)
    known = states is not None and change.state_after in states.values
    text = str(states(change.state_after).label) if states and known else change.state_after
    return Seen(
        name=change.object_name,
        path=_page_of(change),
        text=f"{carrier_label(change.part)}: {text}" if change.part else text,
        colour=_badge(change.axis, change.state_after) if known else "secondary",
        at=change.seen_at,
    )


def _seen_apart(change: Change, text: str, colour: str) -> Seen:
    """A change that left the state as it was."""
    return Seen(change.object_name, _page_of(change), text, colour, change.seen_at)


def _page_of(change: Change) -> str:
    page = PAGES.get(change.object_type)
    if page:
        return reverse(page, args=[change.account_id, change.object_id])
    is_ours = change.object_type.startswith("registry.")
    return path_of_type(change.account_id, change.object_type, change.object_id) if is_ours else ""


def _badge(axis: str, state: str) -> str:
    badge: str = STATES[axis](state).badge
    return badge
