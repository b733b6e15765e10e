"""What an attempt came to, and what that means for its operation.

The attempt's end is committed by itself before anything else is: whatever fails afterwards, what Vonage said
is kept, and no attempt stays open that could be mistaken for harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portal.outbox import claims
from portal.outbox.enums import NOT_STORED
from portal.outbox.enums import OperationState as S
from portal.outbox.keys import refuse_key
from portal.outbox.kinds import Found
from portal.outbox.lifecycle import OPERATION
from portal.outbox.looking import adopt, doubtful_attempt, give_up, kept_answer, settle_time
from portal.outbox.models import Attempt, Operation
from portal.outbox.storing import finish_applied, finish_refused
from portal.records.models import clipped
from portal.records.moves import LostRace, move
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import VonageError


def store_applied(operation: Operation, attempt: Attempt, found: Found) -> None:
    """Keep an answer that proves the effect, also when somebody declared us dead in the meantime."""
    complete(attempt, Outcome.APPLIED, found=found)
    try:
        finish_applied(operation, found)
    except LostRace:
        operation.refresh_from_db()
        if operation.state in (S.UNKNOWN, S.REVIEW, S.READY):
            finish_applied(operation, found)


def store_kept(operation: Operation) -> bool:
    """Store the answer that an earlier attempt got and could not store; False when there is none.

    It is proof: nothing is looked for, nothing is sent, and the key may be in whatever order.
    """
    found = kept_answer(operation)
    if found is not None:
        adopt(operation, found)
    return found is not None


def complete(
    attempt: Attempt,
    outcome: Outcome,
    *,
    error: VonageError | None = None,
    found: Found | None = None,
) -> bool:
    """Write an attempt's end, once; False when it had one."""
    return bool(
        Attempt.objects.filter(pk=attempt.pk, finished_at=None).update(
            finished_at=timezone.now(),
            outcome=outcome,
            http_status=error.http_status if error else None,
            instance=clipped(Attempt, "instance", error.instance if error else ""),
            problem=error.as_record() if error else {},
            answer=found.as_json() if found else None,
        )
    )


def store_failure(operation: Operation, attempt: Attempt, error: VonageError) -> None:
    """Complete the attempt, then do what its outcome asks for; whoever took the row meanwhile has it."""
    outcome = error.outcome
    if outcome is Outcome.REFUSED and error.says_exists and _doubted_before(operation, attempt):
        outcome = Outcome.UNKNOWN  # after a doubtful attempt of ours this is evidence: look it up
    if complete(attempt, outcome, error=error):
        with transaction.atomic():
            AFTER[outcome](operation, error)


def _doubted_before(operation: Operation, attempt: Attempt) -> bool:
    doubtful = doubtful_attempt(operation)
    return doubtful is not None and doubtful.pk != attempt.pk


def _ready_again(operation: Operation, error: VonageError) -> None:
    wait = error.retry_after or min(5.0 * 2 ** min(operation.attempt_count, 7), 600.0)
    move(
        operation,
        S.READY,
        table=OPERATION,
        sender="",
        next_attempt_at=timezone.now() + timedelta(seconds=wait),
        waiting_for=error.code,
        last_error=error.as_record(),
    )


def _hold(operation: Operation, error: VonageError) -> None:
    _ready_again(operation, error)
    refuse_key(operation.api_key, error)


def _refuse(operation: Operation, error: VonageError) -> None:
    finish_refused(operation, error.as_record())


def _doubt(operation: Operation, error: VonageError) -> None:
    move(
        operation,
        S.UNKNOWN,
        table=OPERATION,
        sender="",
        settle_at=timezone.now() + settle_time(),
        absences=0,
        next_attempt_at=timezone.now(),
        last_error=error.as_record(),
    )


AFTER: Mapping[Outcome, Callable[[Operation, VonageError], None]] = {
    Outcome.NOT_SENT: _ready_again,
    Outcome.THROTTLED: _ready_again,
    Outcome.HELD: _hold,
    Outcome.REFUSED: _refuse,
    Outcome.UNKNOWN: _doubt,
}


def doubt_after_crash(operation: Operation) -> None:
    """A defect of ours struck: if it struck while sending, the effect is unknown; else try later.

    One that strikes again and again ends in front of a person.
    """
    now = timezone.now()
    with transaction.atomic():
        Attempt.objects.filter(operation=operation, finished_at=None).update(
            finished_at=now, outcome=Outcome.UNKNOWN, problem={"code": "defect"}
        )
        Operation.objects.filter(pk=operation.pk, state=S.SENDING).update(
            state=S.UNKNOWN, settle_at=now + settle_time(), absences=0, sender="", next_attempt_at=now
        )
    claims.let_go(operation, after=60.0, waiting_for="defect")
    if kept_answer(operation):
        Operation.objects.filter(pk=operation.pk).update(waiting_for=NOT_STORED)
    operation.refresh_from_db()
    if operation.state in (S.UNKNOWN, S.READY):
        give_up(operation)
