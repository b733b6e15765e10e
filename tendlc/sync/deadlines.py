"""Days by which something must be done: worked out from facts, kept as rows, told when they are near."""

from __future__ import annotations

import calendar
import functools
import operator
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from portal.history.actions import about, type_of
from portal.notices.actions import tell
from tendlc import lifecycle, wire
from tendlc.enums import BrandState, CampaignState, DeadlineKind, EntityType, NumberState, VettingState
from tendlc.lifecycle import deadlines as texts
from tendlc.messages import path_of_deadline
from tendlc.models import Brand, Campaign, Deadline, NumberLink, Vetting, VettingClass

ABOUT_TO_CARRY = (NumberState.SUBMITTING, NumberState.PENDING, NumberState.LINKED, NumberState.UNKNOWN)
# A link this young is not worth a row.
YOUNG_LINK = timedelta(hours=12)


@dataclass(frozen=True)
class Due:
    """One day that facts ask for."""

    row: Brand | Vetting | Campaign | NumberLink
    kind: DeadlineKind
    due_at: datetime

    @property
    def key(self) -> tuple[str, int, str]:
        return type_of(self.row), self.row.pk, str(self.kind)

    @property
    def brand(self) -> Brand:
        if isinstance(self.row, Brand):
            return self.row
        return self.row.campaign.brand if isinstance(self.row, NumberLink) else self.row.brand

    @property
    def campaign(self) -> Campaign | None:
        if isinstance(self.row, NumberLink):
            return self.row.campaign
        return self.row if isinstance(self.row, Campaign) else None


def keep_deadlines(account_id: int, now: datetime | None = None) -> None:
    """Open, move and close the rows of one account by what its mirror says, and tell of those that are near."""
    now = now or timezone.now()
    due = {one.key: one for one in expected(account_id, now)}
    known = Deadline.objects.filter(account_id=account_id, done_at=None)
    open_rows = {(row.object_type, row.object_id, row.kind): row for row in known}
    for key, row in open_rows.items():
        if key not in due:
            Deadline.objects.filter(pk=row.pk, done_at=None).update(done_at=now)
    for key, one in due.items():
        known_row = open_rows.get(key)
        if known_row is None:
            _open(one)
        elif known_row.due_at != one.due_at:
            Deadline.objects.filter(pk=known_row.pk).update(due_at=one.due_at, told_at=None)
    _tell_near(account_id, now)


def _open(one: Due) -> None:
    """A new row; a day that somebody, or a fact, has closed before stays closed."""
    rows = Deadline.objects.filter(account_id=one.row.account_id, kind=one.kind)
    mine = rows.filter(object_type=type_of(one.row), object_id=one.row.pk)
    if mine.filter(Q(due_at=one.due_at) | ~Q(done_by=None)).exclude(done_at=None).exists():
        return
    Deadline.objects.create(
        **about(one.row),
        account_id=one.row.account_id,
        client_id=one.row.client_id,
        brand=one.brand,
        campaign=one.campaign,
        kind=one.kind,
        due_at=one.due_at,
    )


def _tell_near(account_id: int, now: datetime) -> None:
    each = (Q(kind=kind, due_at__lte=now + text.near) for kind, text in lifecycle.DEADLINES.items())
    near = functools.reduce(operator.or_, each)
    rows = Deadline.objects.filter(near, account_id=account_id, done_at=None, told_at=None)
    for row in rows.select_related("brand", "campaign"):
        with transaction.atomic():
            shown = row.campaign or row.brand
            tell(
                f"tendlc.deadline_{row.kind}",
                shown,
                key=f"deadline:{row.pk}:{row.due_at.date().isoformat()}",
                path=path_of_deadline(row),
                also=[row.brand],
                values={"what": row.object_name, "day": row.due_at.date().isoformat()},
            )
            Deadline.objects.filter(pk=row.pk).update(told_at=now)


# --- What facts ask for --------------------------------------------------------------------------


def expected(account_id: int, now: datetime) -> Iterator[Due]:
    """Every day that matters now for what an account has at Vonage."""
    yield from _vetting_expiries(account_id)
    yield from _email_confirmations(account_id)
    yield from _updates(account_id)
    yield from _without_number(account_id)
    yield from _hanging_links(account_id, now)
    yield from _renewals(account_id, now)


def _vetting_expiries(account_id: int) -> Iterator[Due]:
    months = dict(
        VettingClass.objects.filter(account_id=account_id)
        .exclude(validity_months=None)
        .values_list("class_id", "validity_months")
    )
    scored = Vetting.objects.filter(account_id=account_id, gone_at=None, state=VettingState.SCORED)
    for row in scored.exclude(vetted_at=None).select_related("brand"):
        valid = months.get(row.vetting_class)
        if valid and row.vetted_at and row.brand.gone_at is None:
            yield Due(row, DeadlineKind.VETTING_EXPIRY, months_after(row.vetted_at, valid))


def _email_confirmations(account_id: int) -> Iterator[Due]:
    """An active campaign proves that it was done."""
    active = Campaign.objects.filter(brand=OuterRef("pk"), state=CampaignState.ACTIVE)
    listed = Brand.objects.filter(
        account_id=account_id, gone_at=None, entity_type=EntityType.PUBLIC_PROFIT
    ).exclude(remote_id="")
    for row in listed.exclude(state=BrandState.REFUSED).exclude(Exists(active)):
        begun = row.remote_created_at or row.created_at
        yield Due(row, DeadlineKind.EMAIL_CONFIRMATION, days_after(begun, texts.EMAIL_CONFIRMATION_DAYS))


def _campaigns(account_id: int, state: CampaignState) -> Iterator[Campaign]:
    rows = Campaign.objects.filter(account_id=account_id, gone_at=None, state=state).select_related("brand")
    yield from rows.iterator(chunk_size=500)


def _updates(account_id: int) -> Iterator[Due]:
    for row in _campaigns(account_id, CampaignState.REJECTED):
        if lifecycle.plain(row.remote_status) == "updates_required" and row.waiting_since:
            yield Due(
                row, DeadlineKind.UPDATES_REQUIRED, row.waiting_since + timedelta(days=texts.UPDATES_DAYS)
            )


def _without_number(account_id: int) -> Iterator[Due]:
    """Counted from the last number that left, or else from when the campaign became active."""
    carrying = NumberLink.objects.filter(campaign=OuterRef("pk"), gone_at=None, state__in=ABOUT_TO_CARRY)
    rows = Campaign.objects.filter(account_id=account_id, gone_at=None, state=CampaignState.ACTIVE)
    bare = rows.exclude(Exists(carrying)).annotate(last=Max("numbers__waiting_since"))
    for row in bare.select_related("brand"):
        since = max(filter(None, (row.waiting_since, row.last)), default=row.created_at)
        yield Due(row, DeadlineKind.NO_NUMBER, since + timedelta(days=texts.WITHOUT_NUMBER_DAYS))


def _hanging_links(account_id: int, now: datetime) -> Iterator[Due]:
    rows = NumberLink.objects.filter(account_id=account_id, gone_at=None, state=NumberState.PENDING)
    for row in rows.filter(waiting_since__lt=now - YOUNG_LINK).select_related("campaign__brand"):
        if row.waiting_since:
            yield Due(row, DeadlineKind.LINK_PENDING, row.waiting_since + timedelta(hours=texts.LINK_HOURS))


def _renewals(account_id: int, now: datetime) -> Iterator[Due]:
    """Vonage's own date where it sends one; else the next three months counted from the beginning."""
    for row in _campaigns(account_id, CampaignState.ACTIVE):
        told = wire.moment(row.raw.get("renewal_date"))
        if told is not None and told > now:
            yield Due(row, DeadlineKind.RENEWAL, told)
        elif row.remote_created_at is not None:
            yield Due(row, DeadlineKind.RENEWAL, _next_period(row.remote_created_at, now))


def _next_period(start: datetime, now: datetime) -> datetime:
    passed = (now.year - start.year) * 12 + now.month - start.month
    periods = max(passed // texts.RENEWAL_MONTHS, 1)
    while months_after(start, periods * texts.RENEWAL_MONTHS) <= now:
        periods += 1
    return months_after(start, periods * texts.RENEWAL_MONTHS)


def days_after(start: datetime, days: int) -> datetime:
    """So many days later; what a strange time of Vonage's would carry out of the calendar stays where it is."""
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return start


def months_after(start: datetime, months: int) -> datetime:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    year = min(year, 9999)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)
