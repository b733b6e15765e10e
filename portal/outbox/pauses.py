"""Pauses in force: what may not leave now, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.accounts.models import Account, ApiKey, User
from portal.history.actions import record
from portal.outbox.enums import OperationState, PauseCause, PausedPart
from portal.outbox.models import Operation, Pause

SENDING = (PausedPart.SENDING, PausedPart.EVERYTHING)
MAIL = (PausedPart.MAIL, PausedPart.EVERYTHING)
WAITING = "paused"


def in_force() -> QuerySet[Pause]:
    return Pause.objects.filter(ended_at=None)


def not_paused() -> Q:
    """What no pause in force keeps from leaving, as a condition on operations."""
    free = Q()
    for pause in in_force().filter(part__in=SENDING):
        free &= ~_named_by(pause) if _named_by(pause) else Q(pk__in=())
    return free


def unpaused(rows: QuerySet[Operation]) -> QuerySet[Operation]:
    """Operations that no pause keeps from leaving."""
    return rows.filter(not_paused())


def stops(operation: Operation) -> bool:
    """Whether a pause in force keeps this operation; asked again in the transaction of every claim."""
    return not unpaused(Operation.objects.filter(pk=operation.pk)).exists()


def mark_waiting() -> None:
    """Let what a pause keeps say so on its page, and let go what no pause keeps any more."""
    ready = Operation.objects.filter(state=OperationState.READY, sender="")
    kept = in_force().filter(part__in=SENDING)
    for one in kept:
        ready.filter(_named_by(one)).exclude(waiting_for=WAITING).update(waiting_for=WAITING, vain_since=None)
    waiting = ready.filter(waiting_for=WAITING)
    if kept or waiting.exists():
        unpaused(waiting).update(waiting_for="", next_attempt_at=timezone.now())


def mail_is_paused() -> bool:
    return in_force().filter(part__in=MAIL).exists()


def shown_to(account: Account | None) -> Sequence[Pause]:
    """The pauses a person of this account should know of; without an account, those of the whole installation."""
    everybody = Q(account=None) & (Q(api_key=None) | Q(api_key__account=account))
    return list(
        in_force().filter(everybody | Q(account=account) if account else Q(account=None, api_key=None))
    )


def _named_by(pause: Pause) -> Q:
    """What a pause names among operations; empty for all of them."""
    names: dict[str, Any] = {
        "account_id": pause.account_id,
        "api_key_id": pause.api_key_id,
        "kind": pause.kind,
    }
    return Q(**{name: value for name, value in names.items() if value})


@transaction.atomic
def pause(
    reason: str,
    *,
    part: PausedPart = PausedPart.SENDING,
    account: Account | None = None,
    api_key: ApiKey | None = None,
    kind: str = "",
    cause: PauseCause = PauseCause.PERSON,
    details: dict[str, Any] | None = None,
    actor: User | None = None,
) -> Pause | None:
    """Stop what is named from leaving; what is being sent at this moment is not called back.

    None when the portal found the same cause before and that pause is still in force.
    """
    try:
        with transaction.atomic():
            made = Pause.objects.create(
                reason=reason,
                part=part,
                account=account,
                api_key=api_key,
                kind=kind,
                cause=cause,
                details=details or {},
                set_by=actor,
            )
    except IntegrityError:
        return None
    record("pause.set", made, actor=actor, after={"reason": reason, "part": part}, account_id=made.account_id)
    return made
