"""Mirroring the numbers a key owns; read in one walk, written in bulk, and only what changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.accounts.models import ApiKey
from portal.records.models import clipped, digest
from portal.vonage.http import ApiClient
from portal.vonage.problems import VonageError
from tendlc import wire
from tendlc.client import NumbersClient
from tendlc.models import OwnedNumber, SyncRun
from tendlc.sync.absence import shrunken
from tendlc.sync.gathering import Progress
from tendlc.sync.walk import silent

SCOPE = "owned"
CHUNK = 500
COLUMNS = (
    "country",
    "type",
    "features",
    "raw",
    "raw_hash",
    "seen_at",
    "gone_at",
    "missing_since",
    "missing_runs",
)


def walk_owned(api_key: ApiKey, api: ApiClient, *, progress: Progress = silent) -> SyncRun:
    """Read the list of a key's numbers. Only a complete one counts against what it does not hold.

    Raises VonageError after the run was written down.
    """
    run = SyncRun(account_id=api_key.account_id, api_key=api_key, scope=SCOPE, started_at=timezone.now())
    walk = NumbersClient(api).walk_owned()
    records: list[wire.OwnedNumber] = []
    try:
        for record in walk:
            records.append(record)
            progress(SCOPE, len(records), walk.total_first or 0)
    except VonageError as error:
        run.problem = str(error)
        raise
    finally:
        absorb_owned(api_key, records, run.started_at)
        run.pages, run.unique_ids, run.complete = walk.pages, walk.unique_ids, walk.complete
        run.total_first, run.total_last = walk.total_first, walk.total_last
        if run.complete:
            run.problem = _weigh_absence(api_key, records, run.started_at)
        run.finished_at = timezone.now()
        run.save()
    return run


@transaction.atomic
def absorb_owned(api_key: ApiKey, records: Sequence[wire.OwnedNumber], asked_at: datetime) -> None:
    """Take in what the list holds, in bulk and only what is new; a number is known by its digits."""
    known = {row.number: row for row in OwnedNumber.objects.filter(api_key=api_key)}
    fresh: list[OwnedNumber] = []
    changed: list[OwnedNumber] = []
    unchanged: list[int] = []
    for record in records:
        number = _number_of(record)
        row = known.get(number) or OwnedNumber(account_id=api_key.account_id, api_key=api_key, number=number)
        if row.pk and row.raw_hash == digest(record.raw) and row.gone_at is None:
            unchanged.append(row.pk)
            continue
        _fill(row, record, asked_at)
        (changed if row.pk else fresh).append(row)
    OwnedNumber.objects.bulk_create(fresh, batch_size=CHUNK)
    OwnedNumber.objects.bulk_update(changed, COLUMNS, batch_size=CHUNK)
    for start in range(0, len(unchanged), CHUNK):
        rows = OwnedNumber.objects.filter(pk__in=unchanged[start : start + CHUNK])
        rows.update(seen_at=asked_at, missing_since=None, missing_runs=0)


def _fill(row: OwnedNumber, record: wire.OwnedNumber, asked_at: datetime) -> None:
    facts: dict[str, Any] = {
        "country": record.country,
        "type": record.type,
        "features": list(record.features),
        "remote_id": record.msisdn,
    }
    for name, value in facts.items():
        setattr(row, name, clipped(row, name, value))
    row.raw, row.raw_hash, row.seen_at = record.raw, digest(record.raw), asked_at
    row.gone_at, row.missing_since, row.missing_runs = None, None, 0


def _weigh_absence(api_key: ApiKey, records: Sequence[wire.OwnedNumber], asked_at: datetime) -> str:
    """Two complete lists without a number, some time apart, and it is gone; many at once, or an empty list, are an
    alarm instead. What we heard of while, or after, the list was asked for is not missing from it.
    """
    present = {_number_of(record) for record in records}
    living = list(OwnedNumber.objects.filter(api_key=api_key, gone_at=None))
    missing = [row for row in living if row.number not in present and _was_seen_before(row, asked_at)]
    if not missing:
        return ""
    if problem := shrunken(api_key, OwnedNumber, len(missing), len(living), is_empty=not present):
        return problem
    gap = timedelta(seconds=settings.TENDLC_REMOVAL_GAP_SECONDS)
    for row in missing:
        since, runs = row.missing_since or asked_at, min(row.missing_runs + 1, 1000)
        is_gone = runs >= 2 and asked_at - since >= gap
        # Only if nothing was learned of it meanwhile.
        unmoved = OwnedNumber.objects.filter(pk=row.pk, seen_at=row.seen_at, gone_at=None)
        unmoved.update(missing_since=since, missing_runs=runs, gone_at=asked_at if is_gone else None)
    return ""


def _was_seen_before(row: OwnedNumber, moment: datetime) -> bool:
    return row.seen_at is None or row.seen_at < moment


def _number_of(record: wire.OwnedNumber) -> str:
    """What a number is known by here: its digits, as many as its column holds."""
    return record.msisdn[:20]
