"""Choosing what is next, fairly, and taking it by compare-and-set so that nobody else does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from portal.accounts.models import Account, ApiKey
from portal.outbox import pauses
from portal.outbox.enums import NOT_STORED
from portal.outbox.enums import OperationState as S
from portal.outbox.lifecycle import OPERATION
from portal.outbox.locks import Sender
from portal.outbox.models import Attempt, Operation
from portal.records.moves import LostRace, move
from portal.vonage.outcomes import Outcome

logger = logging.getLogger("portal.outbox")
# A row in somebody's hands is left alone for longer than any call may take.
LEASE = timedelta(seconds=150)

# What the threads of this process work on. A row that carries our sender id and is not here was dropped by a
# failure (the database was away when it should have been put back) and is recovered like a dead sender's.
_hands: set[int] = set()
_hands_guard = threading.Lock()


# A child waits for its parent's effect; one whose parent ended otherwise is ended with it.
PARENT_DONE = Q(depends_on=None) | Q(depends_on__state=S.APPLIED)


def in_hands() -> QuerySet[Operation]:
    """Rows some sender works on; each holds its whole key, so that one key has one call at a time."""
    return Operation.objects.filter(finished_at=None).exclude(sender="")


def take_next(sender: Sender) -> Operation | None:
    """Lease the next operation: round the accounts, longest unserved first; paid before unpaid within one."""
    now = timezone.now()
    for keys in _accounts_in_turn(now):
        mine = _due_rows(now).filter(api_key_id__in=keys)
        for operation in mine.order_by("priority", "next_attempt_at", "id")[:5]:
            if _lease(operation, sender, now):
                return Operation.objects.select_related("api_key", "account", "client").get(pk=operation.pk)
    return None


def _due_rows(now: datetime) -> QuerySet[Operation]:
    """Due looks, and ready ones whose key is in order; both once their parent is done.

    What is in doubt is due for a deactivated or refused key too, since then a person has to be told.
    """
    usable = Q(account__is_active=True, api_key__is_active=True, api_key__refused_at=None)
    leaving = Q(state=S.READY) & usable & pauses.not_paused()
    rows = Operation.objects.filter(finished_at=None, next_attempt_at__lte=now)
    return rows.filter(PARENT_DONE & (Q(state=S.UNKNOWN) | leaving))


def _accounts_in_turn(now: datetime) -> Sequence[Sequence[int]]:
    """The free keys of each account that has something due, the account served longest ago first.

    One row a key is looked for, and one for when an account was last served: neither ten thousand waiting rows nor
    a million finished ones are read.
    """
    of_key = _due_rows(now).filter(api_key_id=OuterRef("pk")).order_by("priority", "next_attempt_at")
    free = ApiKey.objects.exclude(health__paused_until__gt=now)
    free = free.exclude(pk__in=in_hands().values("api_key_id"))
    waiting: dict[int, list[int]] = {}
    for account_id, key_id in (
        free.annotate(due=Subquery(of_key.values("pk")[:1]))
        .exclude(due=None)
        .order_by("pk")
        .values_list("account_id", "pk")
    ):
        waiting.setdefault(account_id, []).append(key_id)
    served = _last_served(waiting)
    never = datetime.min.replace(tzinfo=UTC)
    return [waiting[pk] for pk in sorted(waiting, key=lambda pk: (served.get(pk) or never, pk))]


def _last_served(accounts: Iterable[int]) -> dict[int, datetime | None]:
    leased = Operation.objects.filter(account_id=OuterRef("pk"), leased_at__isnull=False)
    latest = Subquery(leased.order_by("-leased_at").values("leased_at")[:1])
    return dict(Account.objects.filter(pk__in=list(accounts)).annotate(last=latest).values_list("pk", "last"))


def _lease(operation: Operation, sender: Sender, now: datetime) -> bool:
    with _hands_guard:
        _hands.add(operation.pk)
    leased = (
        Operation.objects.filter(
            pk=operation.pk, state=operation.state, sender="", next_attempt_at=operation.next_attempt_at
        )
        .exclude(api_key_id__in=in_hands().values("api_key_id"))
        .update(sender=sender.id, next_attempt_at=now + LEASE, leased_at=now)
    )
    if not leased:
        drop(operation)
    return bool(leased)


def drop(operation: Operation) -> None:
    """This process does not work on it any more, whatever its row says."""
    with _hands_guard:
        _hands.discard(operation.pk)


def let_go(operation: Operation, *, after: float = 0.0, waiting_for: str = "") -> None:
    """Put a leased, unsent operation back; it is due again after so many seconds."""
    Operation.objects.filter(pk=operation.pk).exclude(state=S.SENDING).update(
        sender="", next_attempt_at=timezone.now() + timedelta(seconds=after), waiting_for=waiting_for
    )


def end_vain(operation: Operation) -> None:
    """A look told something: looking in vain begins anew."""
    Operation.objects.filter(pk=operation.pk).exclude(vain_since=None).update(vain_since=None)


def postpone_key(operation: Operation, *, after: float, waiting_for: str) -> None:
    """No write of this key before then: put this one back, and do not even look for the others."""
    until = timezone.now() + timedelta(seconds=after)
    let_go(operation, after=after, waiting_for=waiting_for)
    Operation.objects.filter(
        api_key_id=operation.api_key_id, state=S.READY, sender="", next_attempt_at__lt=until
    ).update(next_attempt_at=until, waiting_for=waiting_for)


def let_go_if_ours(operation: Operation, sender: Sender) -> None:
    """After a step nothing but a sending row may stay in our hands."""
    try:
        Operation.objects.filter(pk=operation.pk, sender=sender.id).exclude(state=S.SENDING).update(
            sender="", next_attempt_at=timezone.now() + timedelta(seconds=5)
        )
    finally:
        drop(operation)


@transaction.atomic
def claim(operation: Operation, sender: Sender, prior_ids: Sequence[str]) -> Attempt:
    """Ready to sending, with the attempt row, committed before the first byte.

    Raises LostRace, also when somebody paused it in the meantime.
    """
    if pauses.stops(operation):
        raise LostRace(f"{operation.code} is paused")
    move(
        operation,
        S.SENDING,
        table=OPERATION,
        sender=sender.id,
        attempt_count=operation.attempt_count + 1,
        waiting_for="",
        vain_since=None,
    )
    return Attempt.objects.create(
        account_id=operation.account_id,
        operation=operation,
        number=operation.attempt_count,
        sender=sender.id,
        prior_ids=list(prior_ids),
    )


def recover(sender: Sender, settle: timedelta) -> int:
    """Rows nobody works on any more: what was being sent is unknown now, the rest is due again."""
    holders = set(in_hands().exclude(sender=sender.id).values_list("sender", flat=True))
    recovered = sum(
        _free(Operation.objects.filter(sender=gone, finished_at=None), settle)
        for gone in holders
        if sender.is_gone(gone)
    )
    with _hands_guard:  # nobody of this process leases while we compare
        ours = in_hands().filter(sender=sender.id)
        leaked = [pk for pk in ours.values_list("pk", flat=True) if pk not in _hands]
        if leaked:
            logger.warning("recovering operations %s, which this process dropped", leaked)
            recovered += _free(ours.filter(pk__in=leaked), settle)
    return recovered


@transaction.atomic
def _free(rows: QuerySet[Operation], settle: timedelta) -> int:
    """Rows that another transaction holds are left to it: it may stand still, and nobody waits for it here."""
    now = timezone.now()
    held = [operation.pk for operation in rows.select_for_update(skip_locked=True)]
    rows = rows.filter(pk__in=held)
    sending = rows.filter(state=S.SENDING)
    Attempt.objects.filter(operation__in=sending, finished_at=None).update(
        finished_at=now, outcome=Outcome.UNKNOWN, problem={"code": "sender_gone"}
    )
    waiting = rows.exclude(state=S.SENDING).update(sender="", next_attempt_at=now)
    answered = Attempt.objects.filter(operation__in=sending, outcome=Outcome.APPLIED)
    sending.filter(pk__in=answered.values("operation_id")).update(waiting_for=NOT_STORED)
    doubtful = sending.update(
        state=S.UNKNOWN, settle_at=now + settle, absences=0, sender="", next_attempt_at=now
    )
    return waiting + doubtful


def release_key(api_key_id: int) -> int:
    """Make everything that waited for a refused key due at once."""
    waiting = Operation.objects.filter(api_key_id=api_key_id, state__in=(S.READY, S.UNKNOWN), sender="")
    return waiting.update(next_attempt_at=timezone.now(), waiting_for="", vain_since=None)
