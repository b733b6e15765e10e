"""Records on their way from lists into rows: kept for a moment, then taken in together."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from portal.accounts.models import ApiKey
from portal.vonage.lists import Walk
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import VonageError
from tendlc.models import Brand, Campaign, SyncRun
from tendlc.sync.absence import Absence, Listed
from tendlc.sync.bulk import BRANDS, CAMPAIGNS, NUMBERS, VETTINGS, Heard, Kind, absorb_all

logger = logging.getLogger("tendlc.sync")
Progress = Callable[[str, int, int], None]
# What a kill costs at most, and how large the process grows.
MOST_RECORDS: Final = 500
MOST_SECONDS: Final = 2.0


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


def stop_if_the_key_is_at_fault(error: VonageError) -> None:
    """With a refused or throttled key every further list would say the same."""
    if error.outcome in (Outcome.HELD, Outcome.THROTTLED):
        raise error


class Gathering:
    """Reads lists of one key and takes them in, some hundred records at a time.

    Holds records only until the next `flush` and ids of rows only while their list lasts, so that its size does not
    grow with what the key holds. No transaction is open while Vonage is asked.
    """

    def __init__(self, api_key: ApiKey, report: Report, progress: Progress) -> None:
        self.api_key = api_key
        self.report = report
        self.progress = progress
        self.incomplete = 0  # lists that ended before all of them was read
        self._absence = Absence(api_key)
        self._open: list[Listed] = []
        self._heard: list[tuple[Listed, Any]] = []
        self._descended: list[tuple[Brand, datetime]] = []
        self._flushed = time.monotonic()

    def begin(
        self, scope: str, kind: Kind, parent: object, read: Callable[[Any], object], campaign_id: str = ""
    ) -> Listed:
        run = SyncRun(
            account_id=self.api_key.account_id,
            api_key=self.api_key,
            scope=scope[:80],
            started_at=timezone.now(),
        )
        listed = Listed(run, kind, parent, read, campaign_id)
        self._open.append(listed)
        return listed

    def take(
        self, listed: Listed, walk: Walk[Any], leave_out: Callable[[Any], bool] = lambda _record: False
    ) -> list[Any]:
        """Read a list page by page; answers the records' ids. An error ends the list; what came is kept."""
        run, ids = listed.run, list[str]()
        try:
            for record in walk:
                if leave_out(record):
                    continue
                self._heard.append((listed, record))
                ids.append(listed.kind.identify(record))
                self.progress(run.scope, len(ids), walk.total_first or 0)
                self._flush_if_due()
        except VonageError as error:
            listed.problem = str(error)
            stop_if_the_key_is_at_fault(error)
        else:
            run.complete = walk.complete
            listed.problem = "" if walk.complete else "the pages do not add up to the totals"
            self.report.objects += len(ids)
        finally:
            run.pages, run.unique_ids = walk.pages, walk.unique_ids
            run.total_first, run.total_last = walk.total_first, walk.total_last
            self._end(listed)
        return ids

    def take_whole(self, listed: Listed, read: Callable[[], Iterable[Any]]) -> None:
        """A list that comes in one piece and without totals."""
        run = listed.run
        self.progress(run.scope, 0, 0)
        try:
            records = list(read())
        except VonageError as error:
            listed.problem = str(error)
            stop_if_the_key_is_at_fault(error)
        else:
            self._heard += [(listed, record) for record in records if listed.kind.identify(record)]
            self.report.objects += len(records)
            run.pages, run.unique_ids, run.complete = 1, len(records), True
            run.total_first = run.total_last = len(records)
        finally:
            self._end(listed)

    def descended(self, brand: Brand, began: datetime) -> None:
        """Every list below a brand was read; the row says so once they are taken in, unless somebody else had
        news of it meanwhile.
        """
        self._descended.append((brand, began))
        self._flush_if_due()

    def flush(self) -> None:
        """Take in what came, parents before their children, and close the lists that have ended."""
        heard, self._heard = self._heard, []
        descended, self._descended = self._descended, []
        ended = [one for one in self._open if one.ended]
        self._open = [one for one in self._open if not one.ended]
        for kind in (BRANDS, VETTINGS, CAMPAIGNS, NUMBERS):
            mine = [(listed, record) for listed, record in heard if listed.kind is kind]
            _renew_parents(kind, [*(listed for listed, _record in mine), *ended])
            self._absorb(kind, [(listed, record) for listed, record in mine if listed.parent is not None])
            self._absence.weigh_all(
                [one for one in ended if one.kind is kind and one.run.complete and one.parent]
            )
        self.report.gone = self._absence.gone
        self._store(ended)
        if descended:
            began = min(moment for _brand, moment in descended)
            rows = Brand.objects.filter(pk__in=[brand.pk for brand, _moment in descended])
            as_read = rows.filter(raw_hash__in={brand.raw_hash for brand, _moment in descended})
            as_read.update(descended_at=began)
        self._flushed = time.monotonic()

    def _flush_if_due(self) -> None:
        if len(self._heard) >= MOST_RECORDS or time.monotonic() - self._flushed >= MOST_SECONDS:
            self.flush()

    def _absorb(self, kind: Kind, heard: list[tuple[Listed, Any]]) -> None:
        taken = absorb_all(kind, [Heard(record, listed.parent, listed.seen) for listed, record in heard])
        for (listed, _record), row in zip(heard, taken, strict=True):
            listed.rows.append(row.pk)
            if row.unchanged:
                listed.unchanged.add(row.pk)

    def _end(self, listed: Listed) -> None:
        listed.ended, listed.run.finished_at = True, timezone.now()
        self.incomplete += not listed.run.complete

    def _store(self, ended: list[Listed]) -> None:
        for one in ended:
            one.run.problem = one.problem
            if one.problem:
                self.report.problems.append(f"{one.run.scope}: {one.problem}")
                logger.warning("sync of key %s: %s: %s", self.api_key.pk, one.run.scope, one.problem)
        SyncRun.objects.bulk_create(one.run for one in ended)
        self.report.runs += len(ended)
        self.report.complete += sum(one.run.complete for one in ended)
        self.report.pages += sum(one.run.pages for one in ended)


def _renew_parents(kind: Kind, lists: Iterable[Listed]) -> None:
    """Whose the parents are may have changed since they were read, and new campaigns have rows only now."""
    lists = [one for one in lists if one.kind is kind]
    if not lists or kind is BRANDS:
        return
    if kind is NUMBERS:
        accounts = {one.run.account_id for one in lists}
        campaigns = Campaign.objects.filter(account__in=accounts, gone_at=None)
        named = campaigns.filter(remote_id__in={one.campaign_id for one in lists})
        by_id = {row.remote_id: row for row in named}
        for one in lists:
            one.parent = by_id.get(one.campaign_id)
        return
    brands = Brand.objects.in_bulk({one.parent.pk for one in lists})
    for one in lists:
        one.parent = brands[one.parent.pk]
