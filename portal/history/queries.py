"""Reading history, always through a scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.db import models

from portal.history.actions import type_of
from portal.history.models import AuditEntry, Change, Refusal

Row = TypeVar("Row", bound=models.Model)


class Window(Protocol):
    """What reading needs of a scope, which stands on a higher floor: the rows a person may see."""

    def rows(self, queryset: models.QuerySet[Row], client: str = "client_id") -> models.QuerySet[Row]: ...


@dataclass(frozen=True)
class Difference:
    """One value that a person changed; an absent side is empty."""

    name: str
    before: str
    after: str


def audit_entries(scope: Window) -> models.QuerySet[AuditEntry]:
    """What was done in the account; whoever is limited to clients sees what concerns those alone."""
    return scope.rows(AuditEntry.objects.select_related("client"))


def changes_of(scope: Window, obj: models.Model) -> models.QuerySet[Change]:
    """What was seen to happen to one object, newest first."""
    return scope.rows(Change.objects.filter(**_named(obj))).order_by("-seen_at", "-pk")


def refusals_of(scope: Window, obj: models.Model) -> models.QuerySet[Refusal]:
    """Every no about one object, newest first."""
    return scope.rows(Refusal.objects.filter(**_named(obj))).order_by("-at", "-pk")


def last_refusals(scope: Window, rows: Sequence[models.Model]) -> dict[int, Refusal]:
    """The newest no about each object, which are all of one type; one query for all of them."""
    if not rows:
        return {}
    named = Refusal.objects.filter(object_type=type_of(rows[0]), object_id__in=[row.pk for row in rows])
    last = scope.rows(named).order_by().values("object_id").annotate(last=models.Max("id")).values("last")
    return {refusal.object_id: refusal for refusal in Refusal.objects.filter(pk__in=last)}


def differences(entry: AuditEntry) -> list[Difference]:
    """The values of an entry side by side, only those that differ."""
    names = [*entry.before, *(name for name in entry.after if name not in entry.before)]
    pairs = ((name, _shown(entry.before.get(name)), _shown(entry.after.get(name))) for name in names)
    return [Difference(name, old, new) for name, old, new in pairs if old != new]


def _named(obj: models.Model) -> dict[str, Any]:
    return {"object_type": type_of(obj), "object_id": obj.pk}


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_shown(item)}" for name, item in value.items())
    return str(value)
