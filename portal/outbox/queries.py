"""Reads of operations and inquiries, always scoped."""

from __future__ import annotations

from django.db import models
from django.db.models import QuerySet

from portal.accounts.scope import Scope
from portal.history.actions import type_of
from portal.outbox.enums import OPEN_STATES, OperationState
from portal.outbox.models import Inquiry, Operation


def operations(scope: Scope) -> QuerySet[Operation]:
    return scope.rows(Operation.objects.select_related("api_key", "client", "asked_by"))


def in_review(scope: Scope) -> QuerySet[Operation]:
    return operations(scope).filter(state=OperationState.REVIEW)


def operations_of(obj: models.Model) -> QuerySet[Operation]:
    """The operations of one object that the caller may already see, newest first."""
    return (
        Operation.objects.filter(account_id=obj.account_id, object_type=type_of(obj), object_id=obj.pk)  # type: ignore[attr-defined]
        .select_related("api_key", "asked_by")
        .order_by("-id")
    )


def open_operation_of(obj: models.Model) -> Operation | None:
    return operations_of(obj).filter(state__in=OPEN_STATES).first()


def inquiries(scope: Scope) -> QuerySet[Inquiry]:
    rows = Inquiry.objects.filter(account=scope.account).select_related("api_key")
    if scope.client_ids is not None:
        rows = rows.filter(client_id__in=scope.client_ids)
    return rows


def latest_inquiry(obj: models.Model, kind: str) -> Inquiry | None:
    """The last inquiry of a kind about an object the caller may see."""
    return (
        Inquiry.objects.filter(object_type=type_of(obj), object_id=obj.pk, kind=kind)
        .filter(account_id=obj.account_id)  # type: ignore[attr-defined]
        .order_by("-id")
        .first()
    )
