"""The story that every page of a 10DLC object tells alike: what was sent, every no, and what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.db.models import QuerySet

from portal.history.actions import type_of
from portal.history.models import AuditEntry
from portal.outbox.kinds import label_of
from portal.outbox.models import Operation
from portal.outbox.queries import operations_of
from portal.outbox.words import Standing, fee_text, standing
from tendlc import queries
from tendlc.views import shown

MOST = 20
TOLD: Final = ("brand.submitted", *shown.ACTED)


@dataclass(frozen=True)
class Sent:
    """One operation in words; its attempts are those of the operation."""

    operation: Operation
    label: str
    standing: Standing
    fee: str


def last_operations(obj: models.Model) -> list[Operation]:
    """The newest operations of an object the caller may see, with their attempts."""
    return list(operations_of(obj).prefetch_related("attempts")[:MOST])


def sent_of(operations: Iterable[Operation]) -> list[Sent]:
    return [Sent(one, label_of(one.kind), standing(one), fee_text(one)) for one in operations]


def story_of(obj: models.Model) -> dict[str, Any]:
    """`refusals` and `timeline` of an object the caller may see."""
    refusals = list(queries.refusals_of(obj)[:MOST])
    return {
        "refusals": refusals,
        "timeline": shown.moments(queries.changes_of(obj), _acts_on(obj), refusals),
    }


def _acts_on(obj: models.Model) -> QuerySet[AuditEntry]:
    """What people did with it, newest first."""
    entries = AuditEntry.objects.filter(
        account_id=obj.account_id,  # type: ignore[attr-defined]
        object_type=type_of(obj),
        object_id=obj.pk,
        action__in=TOLD,
    )
    return entries.order_by("-at")[:MOST]
