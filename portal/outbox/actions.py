"""What people do with the outbox: submit, ask, and decide where the machine must not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey, User
from portal.accounts.scope import Scope
from portal.history.actions import about, record, type_of
from portal.notices.actions import resolve
from portal.outbox import claims
from portal.outbox.enums import OPEN_STATES, TAKEN, PauseCause, Priority
from portal.outbox.enums import OperationState as S
from portal.outbox.kinds import Found, kind_of
from portal.outbox.lifecycle import OPERATION
from portal.outbox.looking import kept_answer
from portal.outbox.models import Inquiry, Installation, Operation, Pause
from portal.outbox.queries import candidates_for
from portal.outbox.storing import end_children, finish_applied
from portal.outbox.tasks import ring, ring_for_answer
from portal.records.codes import make_code
from portal.records.models import digest
from portal.records.money import Fee
from portal.records.moves import IllegalMove, move


class AlreadyOpen(Exception):
    """Something with the same effect is on its way already; `operation` is it, where the account may see it."""

    def __init__(self, operation: Operation | None) -> None:
        super().__init__(operation.code if operation else "")
        self.operation = operation


def submit(
    kind: str,
    obj: models.Model,
    *,
    actor: User,
    api_key: ApiKey,
    payload: Mapping[str, Any],
    natural_key: str = "",
    code: str = "",
    depends_on: Operation | None = None,
    priority: Priority = Priority.NORMAL,
    fee: Fee | None = None,
    form_token: str = "",
    needs_approval: bool = False,
) -> Operation:
    """Write one wanted effect, in the caller's transaction, and ring the doorbell after commit.

    With `needs_approval` it waits until somebody with that capability approves it. Raises AlreadyOpen when
    the object, the natural key or the form token has one already.
    """
    fee = fee or Fee()
    operation = Operation(
        **about(obj),
        account_id=obj.account_id,  # type: ignore[attr-defined]
        client_id=obj.client_id,  # type: ignore[attr-defined]
        api_key=api_key,
        host=api_key.host,
        kind=kind,
        code=code or make_code(),
        payload=dict(payload),
        payload_hash=digest(payload),
        natural_key=natural_key,
        depends_on=depends_on,
        state=S.AWAITING_APPROVAL if needs_approval else S.READY,
        priority=priority,
        fee_minor=fee.minor,
        fee_currency=fee.currency,
        fee_source=fee.source,
        form_token=form_token,
        asked_by=actor,
        next_attempt_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            operation.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyOpen(_rival(operation)) from error
    transaction.on_commit(ring, robust=True)
    return operation


def _rival(operation: Operation) -> Operation | None:
    mine = Operation.objects.filter(account_id=operation.account_id)
    same_object = mine.filter(
        object_type=operation.object_type, object_id=operation.object_id, state__in=OPEN_STATES
    )
    same_key = mine.filter(natural_key=operation.natural_key, state__in=OPEN_STATES).exclude(natural_key="")
    same_form = mine.filter(form_token=operation.form_token).exclude(form_token="")
    return same_form.first() or same_object.first() or same_key.first()


def awaited(obj: models.Model, kind: str) -> Operation | None:
    """The open operation of a kind about an object, for what is to depend on it.

    It is locked until the caller's transaction ends, so that it cannot end without ending what waits for it.
    """
    return (
        Operation.objects.select_for_update()
        .filter(account_id=obj.account_id, kind=kind, state__in=OPEN_STATES)  # type: ignore[attr-defined]
        .filter(object_type=type_of(obj), object_id=obj.pk)
        .first()
    )


def operation_of_form(account_id: int, form_token: str) -> Operation | None:
    """What an earlier click on the same form made, so that a double click lands on the same page."""
    if not form_token:
        return None
    return Operation.objects.filter(account_id=account_id, form_token=form_token).first()


@transaction.atomic
def ask(
    kind: str,
    obj: models.Model,
    *,
    actor: User | None,
    api_key: ApiKey,
    question: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
) -> Inquiry:
    """Put a read somebody waits for; the same unanswered question is not put twice.

    `not_before` spreads many questions over time, so that another person's single one goes between them.
    """
    asked = dict(question or {})
    names = about(obj)
    waiting = Inquiry.objects.filter(
        kind=kind, object_type=names["object_type"], object_id=obj.pk, answered_at=None, question=asked
    ).first()
    if waiting:
        return waiting
    inquiry = Inquiry.objects.create(
        **names,
        account_id=obj.account_id,  # type: ignore[attr-defined]
        client_id=getattr(obj, "client_id", None),
        api_key=api_key,
        kind=kind,
        question=asked,
        asked_by=actor,
        next_try_at=not_before or timezone.now(),
    )
    transaction.on_commit(ring_for_answer, robust=True)
    return inquiry


def _require(operation: Operation, state: S) -> None:
    """A decision is about the state in which it was put to a person: a stale page decides nothing."""
    if operation.state != state:
        raise IllegalMove(f"{operation.code} is {operation.state}, not {state}")


@transaction.atomic
def approve(scope: Scope, operation: Operation, *, actor: User) -> None:
    """Let an operation that waits for approval go out."""
    scope.require(Capability.APPROVE)
    _require(operation, S.AWAITING_APPROVAL)
    move(operation, S.READY, table=OPERATION, approved_by=actor, next_attempt_at=timezone.now())
    record("operation.approved", operation, actor=actor)
    transaction.on_commit(ring, robust=True)


@transaction.atomic
def adopt_candidate(scope: Scope, operation: Operation, remote_id: str, *, actor: User) -> None:
    """A person says which remote object is the effect.

    Raises LookupError for one that was not offered, TakenAlready for one that another object of ours made or that is
    another client's.
    """
    scope.require(Capability.SUBMIT_PAID)
    _require(operation, S.REVIEW)
    offered = candidates_for(scope, operation)
    chosen = next((one for one in offered if one["remote_id"] == remote_id), None)
    if chosen is None:
        raise LookupError(remote_id)
    resolve(operation, "outbox.review")
    record("operation.adopted", operation, actor=actor, after={"remote_id": remote_id})
    finish_applied(operation, Found.from_json(chosen))


@transaction.atomic
def confirm_absent(scope: Scope, operation: Operation, *, actor: User) -> None:
    """A person has looked at Vonage and says nothing was done: send it again."""
    scope.require(Capability.SUBMIT_PAID)
    _require(operation, S.REVIEW)
    if operation.waiting_for == TAKEN or kept_answer(operation):
        raise IllegalMove(f"{operation.code} was done, or what matches is another object's")
    move(
        operation,
        S.READY,
        table=OPERATION,
        candidates=[],
        dismissed=[*operation.dismissed, *(one["remote_id"] for one in operation.candidates)],
        waiting_for="",
        absences=0,
        approved_by=actor,
        next_attempt_at=timezone.now(),
    )
    resolve(operation, "outbox.review")
    record("operation.confirmed_absent", operation, actor=actor)
    transaction.on_commit(ring, robust=True)


@transaction.atomic
def cancel(scope: Scope, operation: Operation, *, actor: User) -> None:
    """Take a wish back that is not being sent. What may have been done at Vonage stays done there."""
    scope.require(Capability.SUBMIT_PAID)
    before = operation.state
    move(operation, S.CANCELLED, table=OPERATION, sender="", finished_at=timezone.now())
    kind_of(operation).refused(operation, {"code": "cancelled"})
    end_children(operation)
    resolve(operation, "outbox.review")
    record(
        "operation.cancelled", operation, actor=actor, before={"state": before}, after={"state": S.CANCELLED}
    )


@transaction.atomic
def release_key(api_key: ApiKey) -> None:
    """A key works again: what waited for it goes out."""
    ApiKey.objects.filter(pk=api_key.pk).update(refused_at=None, refused_detail="", tested_at=timezone.now())
    resolve(api_key, "outbox.key_refused")
    claims.release_key(api_key.pk)
    transaction.on_commit(ring, robust=True)


@transaction.atomic
def end_pause(made: Pause, *, actor: User | None) -> bool:
    """Let it leave again; for a copy or a restore this accepts what was found. False when it had been ended."""
    if made.cause in (PauseCause.COPY, PauseCause.RESTORE):
        list(Installation.objects.select_for_update())  # or a worker that is just looking would find it anew
    if not Pause.objects.filter(pk=made.pk, ended_at=None).update(ended_at=timezone.now(), ended_by=actor):
        return False
    if made.cause == PauseCause.COPY:
        Installation.objects.update(installation_id=made.details["installation_id"])
    if made.cause == PauseCause.RESTORE:
        Installation.objects.update(accepted_mark=made.details["mark"])
    record("pause.ended", made, actor=actor, account_id=made.account_id)
    transaction.on_commit(ring, robust=True)
    return True
