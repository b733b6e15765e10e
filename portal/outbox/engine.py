"""Performing each operation exactly once: take, look, claim, send, store; and looking where the answer is missing.

No transaction is open while Vonage is called. `next_attempt_at` is the only retry there is.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.accounts.models import ApiKey
from portal.notices.actions import tell
from portal.outbox import calls, claims
from portal.outbox.enums import OperationState as S
from portal.outbox.kinds import Found, Sighting, kind_of
from portal.outbox.lifecycle import OPERATION
from portal.outbox.locks import Sender, current_sender
from portal.outbox.models import Attempt, Operation
from portal.outbox.storing import adopt, finish_applied, finish_refused, send_to_review
from portal.records.moves import LostRace, move
from portal.vonage.http import ApiClient
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import NotSent, VonageError, WrongHost

logger = logging.getLogger("portal.outbox")


def settle_time() -> timedelta:
    """How long an effect may take to appear after an answer was lost (OUTBOX_SETTLE_SECONDS)."""
    return timedelta(seconds=settings.OUTBOX_SETTLE_SECONDS)


def run(budget_seconds: float = 15.0) -> int:
    """Work on everything that is due; returns the steps taken: none in a process that may not send.

    The budget is for beginning steps; with the longest call after it, a run stays below the task's time limit.
    """
    sender = current_sender()
    if sender is None:
        return 0
    claims.recover(sender, settle_time())
    deadline, steps = time.monotonic() + budget_seconds, 0
    while time.monotonic() < deadline:
        operation = claims.take_next(sender)
        if operation is None:
            break
        step(operation, sender)
        steps += 1
    return steps


def step(operation: Operation, sender: Sender) -> None:
    """One step of one leased operation; whatever goes wrong, the row is put back where it can be found."""
    try:
        if operation.host != operation.api_key.host:
            raise WrongHost(reason="key_moved")  # it was asked for at the host the key had then
        api = calls.open_api(operation.api_key)
    except VonageError as error:
        _hold_back(operation, error)
        return
    try:
        if operation.state == S.UNKNOWN:
            observe(operation, api)
        else:
            perform(operation, api, sender)
    except LostRace:
        logger.info("operation %s was moved by somebody else", operation.code)
    except Exception:
        logger.exception("operation %s: step failed", operation.code)
        _doubt_after_crash(operation)
    finally:
        api.close()
        claims.let_go_if_ours(operation, sender)


def perform(operation: Operation, api: ApiClient, sender: Sender) -> None:
    """Send a ready operation: look for what is there already, claim, send, store the outcome."""
    kind = kind_of(operation)
    try:
        kind.prepare(operation, api)
        sighting = kind.look(operation, api)
    except VonageError as error:
        _not_begun(operation, error)
        return
    if not sighting.complete:
        claims.let_go(operation, after=settings.OUTBOX_HELD_RETRY_SECONDS, waiting_for="incomplete_list")
        return
    if _already_there(operation, sighting):
        return
    wait = calls.limiter().acquire(operation.api_key.key, "write")
    if wait > 0:
        claims.let_go(operation, after=wait, waiting_for="turn")
        return
    attempt = claims.claim(operation, sender, [found.remote_id for found in sighting.found])
    try:
        if not sender.held():
            raise NotSent(reason="lock_lost")
        found = kind.send(operation, api)
    except VonageError as error:
        _store_failure(operation, attempt, error)
    else:
        store_applied(operation, attempt, found)


def doubtful_attempt(operation: Operation) -> Attempt | None:
    """The first attempt that may have had an effect; what was there before it is never adopted."""
    return operation.attempts.filter(outcome=Outcome.UNKNOWN).order_by("number").first()


def _already_there(operation: Operation, sighting: Sighting) -> bool:
    """Whether what we are about to make exists: then nothing is sent."""
    kind = kind_of(operation)
    if doubtful_attempt(operation):
        return _adopt_or_review(operation, sighting)
    there = [found for found in sighting.found if found.remote_id not in operation.dismissed]
    if not there:
        return False
    if kind.idempotent and len(there) == 1:
        adopt(operation, there[0])
    else:
        send_to_review(operation, there, "exists_already")
    return True


def _adopt_or_review(operation: Operation, sighting: Sighting) -> bool:
    doubtful = doubtful_attempt(operation)
    before = {*(doubtful.prior_ids if doubtful else ()), *operation.dismissed}
    new = [
        found for found in sighting.found if found.remote_id not in before and not _taken(operation, found)
    ]
    if len(new) == 1:
        adopt(operation, new[0])
    elif new:
        send_to_review(operation, new, "several_match")
    return bool(new)


def _taken(operation: Operation, found: Found) -> bool:
    """Whether another operation has already made this remote object; a value can be set more than once."""
    if kind_of(operation).idempotent:
        return False
    others = Operation.objects.filter(account_id=operation.account_id, kind=operation.kind, state=S.APPLIED)
    return others.filter(remote_id=found.remote_id).exclude(pk=operation.pk).exists()


def observe(operation: Operation, api: ApiClient) -> None:
    """Look for the effect of an operation whose answer is missing; send again only after proven absence."""
    began = timezone.now()
    try:
        sighting = kind_of(operation).look(operation, api)
    except VonageError as error:
        _note_key(operation, error)
        _look_again(operation, after=error.retry_after or settings.OUTBOX_HELD_RETRY_SECONDS)
        return
    if _adopt_or_review(operation, sighting):
        return
    settled = operation.settle_at is not None and began >= operation.settle_at
    if not (settled and sighting.complete):
        _look_again(operation, after=_until_settled(operation, began))
        return
    absences = operation.absences + 1
    if absences < settings.OUTBOX_LOOKS:
        _look_again(operation, after=settings.OUTBOX_LOOK_SECONDS, absences=absences)
    elif operation.resends < kind_of(operation).max_resends:
        move(
            operation,
            S.READY,
            table=OPERATION,
            absences=absences,
            resends=operation.resends + 1,
            next_attempt_at=timezone.now(),
            sender="",
        )
    else:
        send_to_review(operation, (), "absent", absences=absences)


def _until_settled(operation: Operation, now: datetime) -> float:
    """Seconds to the next look that proves nothing: a few within the settle window, one at its end, then slow."""
    left = (operation.settle_at - now).total_seconds() if operation.settle_at else 0.0
    if left <= 0:
        return float(settings.OUTBOX_LOOK_SECONDS)
    return max(min(left, float(settings.OUTBOX_SETTLE_SECONDS) / 6), 0.2)


def _look_again(operation: Operation, *, after: float, absences: int | None = None) -> None:
    updates: dict[str, Any] = {"sender": "", "next_attempt_at": timezone.now() + timedelta(seconds=after)}
    if absences is not None:
        updates["absences"] = absences
    Operation.objects.filter(pk=operation.pk, state=S.UNKNOWN).update(**updates)


# --- What an attempt came to ---------------------------------------------------------------------


@transaction.atomic
def store_applied(operation: Operation, attempt: Attempt, found: Found) -> None:
    """Keep an answer that proves the effect, also when somebody declared us dead in the meantime."""
    complete(attempt, Outcome.APPLIED, answer=dict(found.raw))
    try:
        finish_applied(operation, found)
    except LostRace:
        operation.refresh_from_db()
        if operation.state in (S.UNKNOWN, S.REVIEW, S.READY):
            finish_applied(operation, found)


def complete(
    attempt: Attempt,
    outcome: Outcome,
    *,
    error: VonageError | None = None,
    answer: Mapping[str, Any] | None = None,
) -> bool:
    """Write an attempt's end, once; False when it had one."""
    return bool(
        Attempt.objects.filter(pk=attempt.pk, finished_at=None).update(
            finished_at=timezone.now(),
            outcome=outcome,
            http_status=error.http_status if error else None,
            instance=error.instance if error else "",
            problem=error.as_record() if error else {},
            answer=answer,
        )
    )


def _store_failure(operation: Operation, attempt: Attempt, error: VonageError) -> None:
    outcome = error.outcome
    if outcome is Outcome.REFUSED and error.says_not_unique and operation.attempt_count > 1:
        outcome = Outcome.UNKNOWN  # after an attempt of ours this is evidence: look it up
    with transaction.atomic():
        if not complete(attempt, outcome, error=error):
            return
        AFTER[outcome](operation, error)


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


def _doubt_after_crash(operation: Operation) -> None:
    """A defect of ours struck: if it struck while sending, the effect is unknown; else try later."""
    with transaction.atomic():
        now = timezone.now()
        Attempt.objects.filter(operation=operation, finished_at=None).update(
            finished_at=now, outcome=Outcome.UNKNOWN, problem={"code": "defect"}
        )
        Operation.objects.filter(pk=operation.pk, state=S.SENDING).update(
            state=S.UNKNOWN, settle_at=now + settle_time(), absences=0, sender="", next_attempt_at=now
        )
    claims.let_go(operation, after=60.0, waiting_for="defect")


# --- Before anything was sent --------------------------------------------------------------------


def _not_begun(operation: Operation, error: VonageError) -> None:
    """A read before the sending failed: nothing was sent, so only a final no ends the operation."""
    if error.outcome is Outcome.REFUSED:
        finish_refused(operation, error.as_record())
        return
    _note_key(operation, error)
    claims.let_go(
        operation, after=error.retry_after or settings.OUTBOX_HELD_RETRY_SECONDS, waiting_for=error.code
    )


def _hold_back(operation: Operation, error: VonageError) -> None:
    """The key cannot be used from here at all; look again in five minutes, in case it was mended."""
    claims.let_go(operation, after=300.0, waiting_for=error.code)


def _note_key(operation: Operation, error: VonageError) -> None:
    if error.outcome is Outcome.HELD:
        refuse_key(operation.api_key, error)


@transaction.atomic
def refuse_key(api_key: ApiKey, error: VonageError) -> None:
    """Vonage refused the key: everything of it waits, and the admins are told, once."""
    now = timezone.now()
    marked = ApiKey.objects.filter(pk=api_key.pk, refused_at=None).update(
        refused_at=now, refused_detail=error.detail or error.title
    )
    if marked:
        tell(
            "outbox.key_refused",
            api_key,
            key=f"key_refused:{api_key.pk}:{now.isoformat()}",
            path=f"/a/{api_key.account_id}/keys/",
        )
