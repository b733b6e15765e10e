"""Choosing what is next, fairly, and taking it by compare-and-set so that nobody else does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from portal.outbox.enums import OperationState as S
from portal.outbox.lifecycle import OPERATION
from portal.outbox.locks import Sender
from portal.outbox.models import Attempt, Operation
from portal.records.moves import move

# A row in somebody's hands is left alone for longer than any call may take.
LEASE = timedelta(seconds=150)


def due_operations(now: datetime) -> QuerySet[Operation]:
    """What could be worked on now: due looks, and ready ones whose parent and whose key are in order."""
    in_hands = Operation.objects.filter(finished_at=None).exclude(sender="").values("api_key_id")
    return (
        Operation.objects.filter(finished_at=None, next_attempt_at__lte=now)
        .filter(account__is_active=True, api_key__is_active=True)
        .filter(api_key__refused_at=None)
        .filter(
            Q(state=S.UNKNOWN)
            | Q(state=S.READY, depends_on=None)
            | Q(state=S.READY, depends_on__state=S.APPLIED)
        )
        .exclude(api_key_id__in=in_hands)
    )


def take_next(sender: Sender) -> Operation | None:
    """Lease the next operation: round the accounts, longest unserved first; paid before unpaid within one."""
    now = timezone.now()
    due = due_operations(now)
    for account_id in _accounts_in_turn(due):
        for operation in due.filter(account_id=account_id).order_by("priority", "next_attempt_at", "id")[:5]:
            if _lease(operation, sender, now):
                return Operation.objects.select_related("api_key", "account", "client").get(pk=operation.pk)
    return None


def _accounts_in_turn(due: QuerySet[Operation]) -> Sequence[int]:
    waiting = set(due.order_by().values_list("account_id", flat=True).distinct())
    served = dict(
        Attempt.objects.filter(account_id__in=waiting)
        .values_list("account_id")
        .annotate(last=Max("id"))
        .values_list("account_id", "last")
    )
    return sorted(waiting, key=lambda account_id: (served.get(account_id, 0), account_id))


def _lease(operation: Operation, sender: Sender, now: datetime) -> bool:
    return bool(
        Operation.objects.filter(
            pk=operation.pk, state=operation.state, sender="", next_attempt_at=operation.next_attempt_at
        ).update(sender=sender.id, next_attempt_at=now + LEASE)
    )


def let_go(operation: Operation, *, after: float = 0.0, waiting_for: str = "") -> None:
    """Put a leased, unsent operation back; it is due again after so many seconds."""
    Operation.objects.filter(pk=operation.pk).exclude(state=S.SENDING).update(
        sender="", next_attempt_at=timezone.now() + timedelta(seconds=after), waiting_for=waiting_for
    )


def let_go_if_ours(operation: Operation, sender: Sender) -> None:
    """After a step nothing but a sending row may stay in our hands."""
    Operation.objects.filter(pk=operation.pk, sender=sender.id).exclude(state=S.SENDING).update(
        sender="", next_attempt_at=timezone.now() + timedelta(seconds=5)
    )


@transaction.atomic
def claim(operation: Operation, sender: Sender, prior_ids: Sequence[str]) -> Attempt:
    """Ready to sending, with the attempt row, committed before the first byte. Raises LostRace."""
    move(
        operation,
        S.SENDING,
        table=OPERATION,
        sender=sender.id,
        attempt_count=operation.attempt_count + 1,
        waiting_for="",
    )
    return Attempt.objects.create(
        account_id=operation.account_id,
        operation=operation,
        number=operation.attempt_count,
        sender=sender.id,
        prior_ids=list(prior_ids),
    )


def recover(sender: Sender, settle: timedelta) -> int:
    """Rows in the hands of senders that are gone: what was being sent is unknown now, the rest is due again."""
    now = timezone.now()
    holders = set(
        Operation.objects.filter(finished_at=None)
        .exclude(sender__in=("", sender.id))
        .values_list("sender", flat=True)
    )
    recovered = 0
    for gone in (holder for holder in holders if sender.is_gone(holder)):
        with transaction.atomic():
            rows = Operation.objects.filter(sender=gone, finished_at=None)
            Attempt.objects.filter(operation__in=rows.filter(state=S.SENDING), finished_at=None).update(
                finished_at=now, outcome="unknown", problem={"code": "sender_gone"}
            )
            recovered += rows.filter(state=S.SENDING).update(
                state=S.UNKNOWN, settle_at=now + settle, absences=0, sender="", next_attempt_at=now
            )
            recovered += rows.exclude(state=S.SENDING).update(sender="", next_attempt_at=now)
    return recovered


def release_key(api_key_id: int) -> int:
    """Make everything that waited for a refused key due at once."""
    return Operation.objects.filter(api_key_id=api_key_id, state=S.READY, sender="").update(
        next_attempt_at=timezone.now(), waiting_for=""
    )
