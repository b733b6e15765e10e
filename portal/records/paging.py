"""Keyset paging: the next page starts after the last row, so deep pages cost what the first does."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

Row = TypeVar("Row", bound=models.Model)
COUNT_LIMIT = 1000


@dataclass(frozen=True)
class KeysetPage(Generic[Row]):
    """One page, with the tokens of its neighbours (empty at the ends) and a bounded count."""

    rows: Sequence[Row]
    next: str
    previous: str
    count: int
    counted_all: bool

    @property
    def count_text(self) -> str:
        """The exact number up to 1,000, then "1,000+"."""
        return f"{self.count:,}" if self.counted_all else f"{COUNT_LIMIT:,}+"


def keyset_page(
    rows: models.QuerySet[Row], *, order: str, token: str = "", size: int = 25
) -> KeysetPage[Row]:
    """A page of `rows` ordered by an indexed column (`-` for descending) and then by pk.

    A token nobody can read means the first page: a stale link is no error.
    """
    column, descending = order.lstrip("-"), order.startswith("-")
    backwards, position = _read(token, column, rows.model)
    ahead = descending == backwards
    counted = list(rows.order_by().values_list("pk", flat=True)[: COUNT_LIMIT + 1])
    counted_all = len(counted) <= COUNT_LIMIT
    # Few rows are named: a planner that takes them for spread evenly over a million would walk the order to find them.
    page = rows.filter(pk__in=counted) if counted_all else rows
    if position is not None:
        value, pk = position
        side = "gt" if ahead else "lt"
        # The first condition follows from the second, but only from it does an index know where to begin.
        page = page.filter(**{f"{column}__{side}e": value})
        page = page.filter(Q(**{f"{column}__{side}": value}) | Q(**{column: value, f"pk__{side}": pk}))
    sign = "" if ahead else "-"
    found = list(page.order_by(f"{sign}{column}", f"{sign}pk")[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next = bool(found) and (backwards or more)
    has_previous = bool(found) and (more if backwards else position is not None)
    return KeysetPage(
        rows=found,
        next=_write("n", found[-1], column) if has_next else "",
        previous=_write("p", found[0], column) if has_previous else "",
        count=min(len(counted), COUNT_LIMIT),
        counted_all=counted_all,
    )


def in_order(rows: models.QuerySet[Row], order: str) -> models.QuerySet[Row]:
    """All rows in the order in which `keyset_page` shows them."""
    return rows.order_by(order, "-pk" if order.startswith("-") else "pk")


def _write(direction: str, row: models.Model, column: str) -> str:
    field: Any = row._meta.get_field(column)
    value = field.value_to_string(row)
    return base64.urlsafe_b64encode(json.dumps([direction, value, row.pk]).encode()).decode().rstrip("=")


def _read(token: str, column: str, model: type[models.Model]) -> tuple[bool, tuple[Any, int] | None]:
    if not token:
        return False, None
    try:
        direction, value, pk = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        field: Any = model._meta.get_field(column)
        if "\0" in str(value):
            return False, None  # PostgreSQL takes no such text
        return direction == "p", (field.to_python(value), int(pk))
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        return False, None
