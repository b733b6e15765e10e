"""What a person can do with a batch: check a file, start, pause, go on, end it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.scope import Scope
from portal.history.actions import record
from portal.outbox.batches import SAME_AS, BatchKind, Verdict, batch_kind, said
from portal.outbox.enums import BatchState, RowState
from portal.outbox.lifecycle import BATCH
from portal.outbox.models import Batch, BatchRow
from portal.outbox.tasks import ring_for_batches
from portal.records.moves import move
from portal.records.tables import Line

CHUNK = 500


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def earlier_batch(scope: Scope, kind: BatchKind, file_hash: str) -> Batch | None:
    """The last batch of the same file, whoever made it; one that was cancelled does not count."""
    same = Batch.objects.filter(account=scope.account, kind=kind.name, file_hash=file_hash)
    return same.exclude(state=BatchState.CANCELLED).order_by("-edition").first()


@transaction.atomic
def check_batch(
    scope: Scope, kind: BatchKind, lines: Sequence[Line], *, name: str, file_hash: str, actor: User
) -> Batch:
    """Check every row and keep the verdicts; nothing is sent before somebody starts the batch.

    Two people, or two clicks, that check the same file at the same moment get one batch.
    """
    scope.require(kind.capability)
    same = Batch.objects.filter(account=scope.account, kind=kind.name, file_hash=file_hash)
    edition = (same.aggregate(last=Max("edition"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                account=scope.account,
                kind=kind.name,
                name=name[:200],
                file_hash=file_hash,
                edition=edition,
                asked_by=actor,
            )
    except IntegrityError:
        return same.get(edition=edition)
    verdicts = kind.check(scope, [line.cells for line in lines])
    rows, first = [], dict[str, int]()
    for line, verdict in zip(lines, verdicts, strict=True):
        rows.append(_row(batch, line, verdict, first))
        first.setdefault(verdict.natural_key, line.place)
    BatchRow.objects.bulk_create(rows, batch_size=CHUNK)
    record("batch.checked", batch, actor=actor, after={"kind": kind.name, "rows": len(rows)})
    return batch


def _row(batch: Batch, line: Line, verdict: Verdict, first: Mapping[str, int]) -> BatchRow:
    """A row that repeats an earlier one is wrong: which of the two was meant is for a person to say."""
    repeated = first.get(verdict.natural_key) if verdict.natural_key else None
    problem = said(SAME_AS, place=repeated) if repeated else verdict.problem
    state = RowState.WRONG if problem else RowState.ALREADY if verdict.already else RowState.WAITING
    return BatchRow(
        account_id=batch.account_id,
        client_id=verdict.client_id,
        batch=batch,
        place=line.place,
        typed=line.cells,
        values=dict(verdict.values),
        natural_key="" if problem else verdict.natural_key,
        state=state,
        problem=problem or verdict.already or {},
        cautions=[] if problem or verdict.already else list(verdict.cautions),
    )


def _require(scope: Scope, batch: Batch) -> None:
    kind = batch_kind(batch.kind)
    if kind is not None:
        scope.require(kind.capability)


@transaction.atomic
def start_batch(scope: Scope, batch: Batch, *, actor: User) -> None:
    """Let a checked batch out, or one that was paused go on."""
    _require(scope, batch)
    started = batch.started_at or timezone.now()
    verb = "resumed" if batch.started_at else "started"
    move(batch, BatchState.RUNNING, table=BATCH, paused_for="", started_at=started)
    record(f"batch.{verb}", batch, actor=actor)
    transaction.on_commit(ring_for_batches, robust=True)


@transaction.atomic
def pause_batch(scope: Scope, batch: Batch, *, actor: User) -> None:
    """Hold a batch: no further row is let out; what was asked for already goes on."""
    _require(scope, batch)
    move(batch, BatchState.PAUSED, table=BATCH, paused_for="")
    record("batch.paused", batch, actor=actor)


@transaction.atomic
def cancel_batch(scope: Scope, batch: Batch, *, actor: User) -> None:
    """End a batch: rows that still wait are never let out."""
    _require(scope, batch)
    move(batch, BatchState.CANCELLED, table=BATCH, finished_at=timezone.now())
    record("batch.cancelled", batch, actor=actor)
