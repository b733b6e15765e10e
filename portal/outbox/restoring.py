"""After a restore: what was ready may have been sent since the backup, so it is looked for before anything else."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.outbox import pauses
from portal.outbox.enums import OperationState as S
from portal.outbox.enums import PauseCause
from portal.outbox.kinds import kind_of
from portal.outbox.looking import settle_time
from portal.outbox.models import Attempt, Operation
from portal.vonage.outcomes import Outcome


def restored_at() -> datetime:
    """When the restored database was started: since then a worker's walk may have brought what is new here.

    The sweep that found the restore may have come a little later than that walk.
    """
    found = pauses.in_force().filter(cause=PauseCause.RESTORE).first()
    noticed = found.created_at if found else timezone.now()
    return noticed - timedelta(seconds=2 * settings.OUTBOX_SWEEP_SECONDS)


def doubt_everything(since: datetime) -> int:
    """Make every operation that could have been sent since the backup unknown; returns how many there are.

    Each gets an attempt that says why, with what the database knew before it was restored (`since`): only what
    came later may be adopted. What waits for approval stays: whoever approves it has the engine look first.
    """
    doubted = 0
    for operation in Operation.objects.filter(state__in=(S.READY, S.SENDING)).order_by("pk"):
        doubted += _doubt(operation, since)
    return doubted


@transaction.atomic
def _doubt(operation: Operation, since: datetime) -> int:
    now = timezone.now()
    Attempt.objects.filter(operation=operation, finished_at=None).update(
        finished_at=now, outcome=Outcome.UNKNOWN, problem={"code": "restored"}
    )
    Attempt.objects.create(
        account_id=operation.account_id,
        operation=operation,
        number=operation.attempt_count + 1,
        sender="restore",
        prior_ids=sorted(kind_of(operation).known_ids(operation, since)),
        finished_at=now,
        outcome=Outcome.UNKNOWN,
        problem={"code": "restored"},
    )
    # Not by the table of moves: from ready to unknown without a sending is what only a restore may do.
    return Operation.objects.filter(pk=operation.pk, state=operation.state).update(
        state=S.UNKNOWN,
        attempt_count=operation.attempt_count + 1,
        settle_at=now + settle_time(),
        absences=0,
        vain_since=None,
        sender="",
        next_attempt_at=now,
        waiting_for="",
    )
