"""Reads of operations and inquiries, always scoped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Count, Max, Q, QuerySet

from portal.accounts.scope import Scope
from portal.history.actions import type_of
from portal.outbox.enums import OPEN_STATES, OperationState, RowState
from portal.outbox.models import Batch, BatchRow, Inquiry, Operation
from portal.records.search import digits_in, in_any, words_of

Row = TypeVar("Row", bound=models.Model)


def operations(scope: Scope) -> QuerySet[Operation]:
    return scope.rows(Operation.objects.select_related("api_key", "client", "asked_by"))


SEARCHED = ("code", "object_name", "remote_id")


def operation_search(rows: QuerySet[Operation], text: str) -> QuerySet[Operation]:
    """Operations by code, by what they are about, by id at Vonage, and by what they are about in digits."""
    for word in words_of(text):
        rows = rows.filter(in_any(SEARCHED, word) | digits_in("natural_key", word))
    return rows


def in_review(scope: Scope) -> QuerySet[Operation]:
    return operations(scope).filter(state=OperationState.REVIEW)


def operations_of(obj: models.Model) -> QuerySet[Operation]:
    """The operations of one object that the caller may already see, newest first."""
    return (
        Operation.objects.filter(account_id=obj.account_id, object_type=type_of(obj), object_id=obj.pk)  # type: ignore[attr-defined]
        .select_related("api_key", "asked_by", "depends_on")
        .order_by("-id")
    )


def newest_operations(scope: Scope, rows: Iterable[models.Model]) -> dict[tuple[str, int], Operation]:
    """The last operation of each object, by its type and id; one query for all of them."""
    ids: dict[str, list[int]] = {}
    for row in rows:
        ids.setdefault(type_of(row), []).append(row.pk)
    if not ids:
        return {}
    named = [Q(object_type=object_type, object_id__in=pks) for object_type, pks in ids.items()]
    about = Operation.objects.filter(account=scope.account).filter(Q(*named, _connector=Q.OR)).order_by()
    last = about.values("object_type", "object_id").annotate(last=Max("id")).values("last")
    found = operations(scope).select_related("depends_on").filter(pk__in=last)
    return {(one.object_type, one.object_id): one for one in found}


def doubtful_wish(obj: models.Model) -> Operation | None:
    """The last submission of an object that was taken back although something may have come of it at Vonage."""
    taken_back = operations_of(obj).filter(state=OperationState.CANCELLED)
    return taken_back.filter(~Q(settle_at=None) | ~Q(candidates=[])).first()


def candidates_for(scope: Scope, operation: Operation) -> list[dict[str, Any]]:
    """What may be the effect of an operation, without what is on record as something this person may not see."""
    model = apps.get_model(operation.object_type)
    ids = [one["remote_id"] for one in operation.candidates]
    known = model._default_manager.filter(account=scope.account, remote_id__in=ids)
    hidden = set(known.values_list("remote_id", flat=True))
    hidden -= set(scope.rows(known).values_list("remote_id", flat=True))
    return [one for one in operation.candidates if one["remote_id"] not in hidden]


def inquiries(scope: Scope) -> QuerySet[Inquiry]:
    rows = Inquiry.objects.filter(account=scope.account).select_related("api_key")
    if scope.client_ids is not None:
        rows = rows.filter(client_id__in=scope.client_ids)
    return rows


def before_reading(model: type[Row], scope: Scope, pk: int) -> Row:
    """What stands for an object while what moves about it is read, which has to come first.

    A page that reads the object, then whether something still moves, says neither the old nor the new if the end
    falls between: it shows the old, and asks no more.
    """
    return model(pk=pk, account_id=scope.account.pk)


def latest_inquiry(obj: models.Model, kind: str) -> Inquiry | None:
    """The last inquiry of a kind about an object the caller may see."""
    return (
        Inquiry.objects.filter(object_type=type_of(obj), object_id=obj.pk, kind=kind)
        .filter(account_id=obj.account_id)  # type: ignore[attr-defined]
        .order_by("-id")
        .first()
    )


def batches(scope: Scope) -> QuerySet[Batch]:
    """A batch may be about many clients: whoever works for some of them sees those they made themselves."""
    rows = Batch.objects.filter(account=scope.account).select_related("asked_by")
    return rows if scope.client_ids is None else rows.filter(asked_by=scope.user)


def batch_rows(scope: Scope, batch: Batch) -> QuerySet[BatchRow]:
    """The rows of a batch that a person may see: a membership may cover fewer clients than when it was made."""
    rows = BatchRow.objects.filter(account=scope.account, batch=batch)
    if scope.client_ids is not None:
        rows = rows.filter(Q(client=None) | Q(client__in=scope.client_ids))
    return rows.select_related("operation__api_key", "operation__depends_on")


# What a row of a batch came to, in the words its page counts and filters by.
OUTCOMES: Mapping[str, Q] = {
    "wrong": Q(state=RowState.WRONG),
    "already": Q(state=RowState.ALREADY),
    "waiting": Q(state=RowState.WAITING),
    "under_way": Q(operation__state__in=OPEN_STATES),
    "done": Q(operation__state=OperationState.APPLIED),
    "refused": Q(state=RowState.FAILED)
    | Q(operation__state__in=(OperationState.REFUSED, OperationState.CANCELLED)),
}


def batch_counts(rows: QuerySet[BatchRow]) -> dict[str, int]:
    """How many rows of a batch came to what, in one query."""
    wanted = {name: Count("pk", filter=outcome) for name, outcome in OUTCOMES.items()}
    return rows.aggregate(all=Count("pk"), **wanted)
