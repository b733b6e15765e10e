"""Walking everything a key holds at Vonage, counting pages, and believing absence only slowly."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portal.accounts.models import ApiKey
from portal.notices.actions import tell
from portal.records.models import digest
from portal.vonage.http import ApiClient
from portal.vonage.lists import Walk
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import NotFound, VonageError
from tendlc.client import TenDlcClient
from tendlc.enums import Axis, BrandState, CampaignState, NumberState, VettingState
from tendlc.models import Brand, Campaign, NumberLink, SyncRun, Vetting
from tendlc.sync.absorb import (
    AXIS_OF,
    STATE_OF,
    Seen,
    absorb_absence,
    absorb_brand,
    absorb_campaign,
    absorb_feedback,
    absorb_number,
    absorb_vetting,
)

logger = logging.getLogger("tendlc.sync")
Row = TypeVar("Row", Brand, Vetting, Campaign, NumberLink)
Record = TypeVar("Record")
Progress = Callable[[str, int, int], None]

MOVING_BRANDS = Q(state__in=(BrandState.PENDING, BrandState.UNKNOWN))
MOVING_VETTINGS = Q(state__in=(VettingState.PENDING, VettingState.UNKNOWN))
MOVING_CAMPAIGNS = Q(state__in=(CampaignState.IN_REVIEW, CampaignState.UNKNOWN, CampaignState.STOPPING)) | Q(
    carriers__state="review", state=CampaignState.ACTIVE
)
MOVING_NUMBERS = Q(state__in=(NumberState.PENDING, NumberState.UNKNOWN, NumberState.UNLINKING))
# Numbers that are not expected in their campaign's list.
NOT_THERE = (NumberState.SUBMITTING, NumberState.REFUSED, NumberState.UNLINKED)
# A list that lost more than this many, or this share, is an alarm and not a purge.
ALARM_COUNT, ALARM_SHARE = 5, 0.02
# Within this time a cycle has been everywhere once.
ROTATION_SECONDS = 86_400


@dataclass
class Report:
    """What a walk did; `problems` are texts for the log and the command."""

    runs: int = 0
    complete: int = 0
    pages: int = 0
    objects: int = 0
    gone: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems and self.runs == self.complete

    def as_json(self) -> dict[str, Any]:
        return {"ok": self.ok, **self.__dict__}


def silent(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def walk_key(api_key: ApiKey, api: ApiClient, *, progress: Progress = silent) -> Report:
    """Read the brand list, then descend into every brand: vettings, campaigns and their numbers."""
    walker = Walker(api_key, TenDlcClient(api), Report(), progress)
    walker.descend_into(walker.brands())
    if walker.report.ok and api_key.imported_at is None:
        ApiKey.objects.filter(pk=api_key.pk).update(imported_at=timezone.now())
    return walker.report


def cycle_key(api_key: ApiKey, api: ApiClient, *, progress: Progress = silent) -> Report:
    """Read the brand list, and descend only where it brought news or where nobody has been for longest.

    The share that is visited without news makes a full rotation in a day, which bounds how stale anything is.
    """
    walker = Walker(api_key, TenDlcClient(api), Report(), progress)
    brands = walker.brands()
    share = settings.TENDLC_WALK_SECONDS / ROTATION_SECONDS
    waiting = Brand.objects.filter(pk__in=walker.unchanged).order_by(F("descended_at").asc(nulls_first=True))
    in_turn = waiting.values_list("pk", flat=True)[: math.ceil(len(brands) * share)]
    walker.descend_into([*(pk for pk in brands if pk not in walker.unchanged), *in_turn])
    return walker.report


class _Known(NamedTuple):
    """As much of a mirrored row as tells whether a record brings news; small, since a list may have very many."""

    pk: int
    raw_hash: str
    state: str
    remote_status: str
    axis: Axis

    def is_as_it_was(self, record: Any) -> bool:
        """Neither another payload nor a state that we had moved away from."""
        return self.raw_hash == digest(record.raw) and self.state == STATE_OF[self.axis](self.remote_status)


def _known_by_id(known: QuerySet[Row]) -> dict[str, _Known]:
    axis = AXIS_OF[known.model]
    columns = ("remote_id", "pk", "raw_hash", "state", "remote_status")
    rows = known.filter(gone_at=None).values_list(*columns).iterator(2000)
    return {
        remote_id: _Known(pk, raw_hash, state, word, axis) for remote_id, pk, raw_hash, state, word in rows
    }


def _stop_if_the_key_is_at_fault(error: VonageError) -> None:
    """With a refused or throttled key every further list would say the same."""
    if error.outcome in (Outcome.HELD, Outcome.THROTTLED):
        raise error


def not_found(_row: object) -> None:
    """For what cannot be read by id: being missing from its complete list is all there is to know."""
    raise NotFound


def _touch(rows: QuerySet[Row], unchanged: list[int], seen: Seen) -> None:
    """What came as it was is only stamped, in bulk."""
    for start in range(0, len(unchanged), 500):
        chunk = unchanged[start : start + 500]
        rows.model._default_manager.filter(pk__in=chunk, seen_at__lt=seen.asked_at).update(
            seen_at=seen.asked_at, missing_since=None, missing_runs=0
        )


@dataclass
class Walker:
    """Walks lists of one key; holds ids of rows, never the rows, so that its size does not grow with them."""

    api_key: ApiKey
    client: TenDlcClient
    report: Report
    progress: Progress
    unchanged: set[int] = field(default_factory=set)  # of the list walked last

    def brands(self) -> list[int]:
        known = Brand.objects.filter(api_key=self.api_key).exclude(remote_id="")
        return self.run(
            "brands",
            self.client.walk_brands(),
            lambda record: record.brand_id,
            lambda record, seen: absorb_brand(record, api_key=self.api_key, seen=seen),
            known,
            lambda row: self.client.get_brand(row.remote_id),
        )

    def descend_into(self, brands: Sequence[int]) -> None:
        for number, pk in enumerate(brands, 1):
            self.progress("brands", number, len(brands))
            brand = Brand.objects.filter(pk=pk, gone_at=None).first()
            if brand is not None:
                self.descend(brand)

    def descend(self, brand: Brand) -> None:
        began = timezone.now()
        self.feedback(brand)
        self.vettings(brand)
        for pk in self.campaigns(brand):
            campaign = Campaign.objects.filter(pk=pk, gone_at=None).select_related("brand").first()
            if campaign is not None:
                self.numbers(campaign)
        Brand.objects.filter(pk=brand.pk).update(descended_at=began)

    def feedback(self, brand: Brand) -> None:
        """Why a brand is not verified, where nobody has asked yet."""
        if brand.state == BrandState.UNVERIFIED and brand.feedback_at is None:
            try:
                absorb_feedback(self.client.get_feedback(brand.remote_id), brand=brand)
            except VonageError as error:
                self.report.problems.append(f"feedback:{brand.remote_id}: {error}")
                _stop_if_the_key_is_at_fault(error)

    def vettings(self, brand: Brand) -> None:
        """The list is bare and a single vetting cannot be read, so two complete lists decide alone."""
        started = timezone.now()
        run = self._start(f"vettings:{brand.remote_id}")
        try:
            records = self.client.list_vettings(brand.remote_id)
        except VonageError as error:
            self._end(run, problem=str(error))
            _stop_if_the_key_is_at_fault(error)
            return
        named = [record for record in records if record.vetting_id]
        present = {absorb_vetting(record, brand=brand, seen=Seen(started)).pk for record in named}
        problem = self._weigh_absence(
            brand.vettings.exclude(remote_id="").exclude(is_import=True, listed_at=None), present, not_found
        )
        self.report.objects += len(records)
        run.pages, run.unique_ids, run.complete = 1, len(records), True
        run.total_first = run.total_last = len(records)
        self._end(run, problem=problem)

    def campaigns(self, brand: Brand) -> list[int]:
        return self.run(
            f"campaigns:{brand.remote_id}",
            self.client.walk_campaigns(brand.remote_id),
            lambda record: record.campaign_id,
            lambda record, seen: absorb_campaign(record, brand=brand, seen=seen),
            brand.campaigns.exclude(remote_id=""),
            lambda row: self.client.get_campaign(brand.remote_id, row.remote_id),
        )

    def numbers(self, campaign: Campaign) -> list[int]:
        brand_id = campaign.brand.remote_id
        return self.run(
            f"numbers:{campaign.remote_id}",
            self.client.walk_numbers(brand_id, campaign.remote_id),
            lambda record: record.digits,
            lambda record, seen: absorb_number(record, campaign=campaign, seen=seen),
            campaign.numbers.exclude(remote_id="").exclude(state__in=NOT_THERE),
            lambda row: self.client.get_number(brand_id, campaign.remote_id, row.number),
        )

    def run(
        self,
        scope: str,
        walk: Walk[Record],
        identify: Callable[[Record], str],
        absorb: Callable[[Record, Seen], Row],
        known: QuerySet[Row],
        read: Callable[[Row], object],
    ) -> list[int]:
        """Walk one list under a run row; absence is weighed only after a complete one. Answers the rows' keys."""
        run, rows = self._start(scope), list[int]()
        seen, mirrored = Seen(run.started_at), _known_by_id(known)
        unchanged: list[int] = []
        try:
            for record in walk:
                row = mirrored.get(identify(record))
                if row is not None and row.is_as_it_was(record):
                    unchanged.append(row.pk)
                    rows.append(row.pk)
                else:
                    rows.append(absorb(record, seen).pk)
                self.progress(scope, len(rows), walk.total_first or 0)
        except VonageError as error:
            self._end(run, walk, problem=str(error))
            _stop_if_the_key_is_at_fault(error)
            return rows
        finally:
            _touch(known, unchanged, seen)
            self.unchanged = set(unchanged)
        run.complete = walk.complete
        problem = "" if walk.complete else "the pages do not add up to the totals"
        if walk.complete:
            problem = self._weigh_absence(known, set(rows), read)
        self.report.objects += len(rows)
        self._end(run, walk, problem=problem)
        return rows

    def _weigh_absence(self, known: QuerySet[Row], present: set[int], read: Callable[[Row], object]) -> str:
        """Count what is missing; returns why nothing may be concluded, if so."""
        living = set(known.filter(gone_at=None).values_list("pk", flat=True))
        missing = living - present
        if not missing:
            return ""
        if not present or len(missing) > max(ALARM_COUNT, ALARM_SHARE * len(living)):
            self._alarm(known.model._meta.model_name or "", len(missing), len(living))
            return f"the list shrank by {len(missing)} of {len(living)}: nothing is removed"
        self._mark_missing(known.filter(pk__in=missing), read)
        return ""

    def _alarm(self, thing: str, missing: int, known: int) -> None:
        """Tell the admins, once a day, that much vanished at once; a person looks, nothing is removed."""
        tell(
            "tendlc.list_shrank",
            self.api_key,
            key=f"list_shrank:{self.api_key.pk}:{thing}:{timezone.now().date().isoformat()}",
            path=f"/a/{self.api_key.account_id}/keys/",
            values={"missing": str(missing), "known": str(known)},
        )

    def _mark_missing(self, missing: Iterable[Row], read: Callable[[Row], object]) -> None:
        now, gap = timezone.now(), timedelta(seconds=settings.TENDLC_REMOVAL_GAP_SECONDS)
        for row in missing:
            since, runs = row.missing_since or now, min(row.missing_runs + 1, 1000)
            is_gone = runs >= 2 and now - since >= gap and self._is_not_found(row, read)
            # Only if nothing was learned or wished of it meanwhile: an answer may just have come in.
            unmoved = type(row)._default_manager.filter(
                pk=row.pk, seen_at=row.seen_at, state=row.state, gone_at=None
            )
            with transaction.atomic():
                if (
                    unmoved.update(missing_since=since, missing_runs=runs, gone_at=now if is_gone else None)
                    and is_gone
                ):
                    self.report.gone += 1
                    absorb_absence(row, now)

    def _is_not_found(self, row: Row, read: Callable[[Row], object]) -> bool:
        """The last question, by id; the parent's list was just read with the same key."""
        try:
            read(row)
        except NotFound:
            return True
        except VonageError:
            return False
        return False

    def _start(self, scope: str) -> SyncRun:
        return SyncRun(
            account_id=self.api_key.account_id,
            api_key=self.api_key,
            scope=scope[:80],
            started_at=timezone.now(),
        )

    def _end(self, run: SyncRun, walk: Walk[Any] | None = None, *, problem: str = "") -> None:
        if walk is not None:
            run.pages, run.unique_ids = walk.pages, walk.unique_ids
            run.total_first, run.total_last = walk.total_first, walk.total_last
        run.finished_at, run.problem = timezone.now(), problem
        run.save()
        self.report.runs += 1
        self.report.complete += run.complete
        self.report.pages += run.pages
        if problem:
            self.report.problems.append(f"{run.scope}: {problem}")
            logger.warning("sync of key %s: %s: %s", self.api_key.pk, run.scope, problem)
