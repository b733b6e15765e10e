"""Looking for an effect: before sending, so that nothing is made twice, and after an answer was lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from portal.outbox.enums import TAKEN
from portal.outbox.enums import OperationState as S
from portal.outbox.keys import note_key
from portal.outbox.kinds import Found, Sighting, TakenAlready, kind_of
from portal.outbox.lifecycle import OPERATION
from portal.outbox.models import Attempt, Operation
from portal.outbox.storing import finish_applied, send_to_review
from portal.records.moves import move
from portal.vonage.http import ApiClient
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import VonageError


def settle_time() -> timedelta:
    """How long an effect may take to appear after an answer was lost (OUTBOX_SETTLE_SECONDS)."""
    return timedelta(seconds=settings.OUTBOX_SETTLE_SECONDS)


def doubtful_attempt(operation: Operation) -> Attempt | None:
    """The first attempt that may have had an effect; what was there before it is never adopted."""
    doubtful = Q(outcome__in=(Outcome.UNKNOWN, Outcome.APPLIED)) | Q(finished_at=None)
    return operation.attempts.filter(doubtful).order_by("number").first()


def kept_answer(operation: Operation) -> Found | None:
    """What Vonage answered to an attempt of this operation; unfinished with one, it must never be sent again."""
    if not operation.attempt_count:
        return None
    answered = operation.attempts.filter(outcome=Outcome.APPLIED).order_by("number").first()
    return Found.from_json(answered.answer) if answered and answered.answer else None


def already_there(operation: Operation, sighting: Sighting) -> bool:
    """Whether what we are about to make exists, or may: then nothing is sent."""
    kind = kind_of(operation)
    if doubtful_attempt(operation) and adopt_or_review(operation, sighting):
        return True
    if sighting.is_standing:
        return False
    matching = [*sighting.found, *sighting.possible]
    there = [found for found in matching if found.remote_id not in operation.dismissed]
    if not there:
        return False
    if kind.idempotent and len(there) == 1 and not sighting.possible:
        adopt(operation, there[0])
    else:
        send_to_review(operation, there, "exists_already")
    return True


def adopt_or_review(operation: Operation, sighting: Sighting) -> bool:
    """Adopt the one new match; several, or a half match, are for a person. False when there is none."""
    new = [found for found in sighting.found if _is_new(operation, found)]
    if len(new) == 1:
        adopt(operation, new[0])
        return True
    possible = [found for found in sighting.possible if _is_new(operation, found)]
    if new or (possible and sighting.complete):
        send_to_review(operation, [*new, *possible], "several_match" if new else "possible_match")
        return True
    return False


def adopt(operation: Operation, found: Found) -> None:
    """Take it for ours, unless it is on record as another object by now: then a person must look."""
    try:
        finish_applied(operation, found)
    except TakenAlready:
        operation.refresh_from_db()
        send_to_review(operation, [found], TAKEN)


def _is_new(operation: Operation, found: Found) -> bool:
    doubtful = doubtful_attempt(operation)
    before = {*(doubtful.prior_ids if doubtful else ()), *operation.dismissed}
    return found.remote_id not in before and not _taken(operation, found)


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
        note_key(operation.api_key, error)
        if not give_up(operation):
            _look_again(operation, after=error.retry_after or settings.OUTBOX_HELD_RETRY_SECONDS)
        return
    if adopt_or_review(operation, sighting):
        return
    if operation.settle_at is not None and began >= operation.settle_at and sighting.complete:
        _count_absence(operation)
    elif not give_up(operation):
        _look_again(operation, after=_until_settled(operation, began))


def _count_absence(operation: Operation) -> None:
    """One more complete look that saw nothing: look again, send once more, or ask a person."""
    absences = operation.absences + 1
    if absences < settings.OUTBOX_LOOKS:
        _look_again(operation, after=settings.OUTBOX_LOOK_SECONDS, absences=absences)
    elif operation.resends < kind_of(operation).max_resends:
        move(
            operation,
            S.READY,
            table=OPERATION,
            absences=absences,
            vain_since=None,
            resends=operation.resends + 1,
            next_attempt_at=timezone.now(),
            sender="",
        )
    else:
        send_to_review(operation, (), "absent", absences=absences)


def give_up(operation: Operation) -> bool:
    """Whether looking has been in vain for so long (OUTBOX_GIVE_UP_SECONDS) that a person must be asked.

    Counted from the first look in vain after one that told, so what merely waited is not taken for looked at.
    """
    now = timezone.now()
    if operation.vain_since is None:
        Operation.objects.filter(pk=operation.pk).update(vain_since=now)
        return False
    if now - operation.vain_since < timedelta(seconds=settings.OUTBOX_GIVE_UP_SECONDS):
        return False
    if kept := kept_answer(operation):
        send_to_review(operation, [kept], "not_stored")
    elif operation.state == S.READY:
        send_to_review(operation, (), "cannot_send")
    elif operation.api_key.refused_at:
        send_to_review(operation, (), "key_refused")
    else:
        send_to_review(operation, (), "cannot_tell")
    return True


def _until_settled(operation: Operation, now: datetime) -> float:
    """Seconds to the next look that proves nothing: a few within the settle window, one at its end, then slow."""
    left = (operation.settle_at - now).total_seconds() if operation.settle_at else 0.0
    if left <= 0:
        return float(settings.OUTBOX_LOOK_SECONDS)
    return max(min(left, float(settings.OUTBOX_SETTLE_SECONDS) / 6), 0.2)


def _look_again(operation: Operation, *, after: float, absences: int | None = None) -> None:
    updates: dict[str, Any] = {"sender": "", "next_attempt_at": timezone.now() + timedelta(seconds=after)}
    if absences is not None:
        updates |= {"absences": absences, "vain_since": None}
    Operation.objects.filter(pk=operation.pk, state=S.UNKNOWN).update(**updates)
