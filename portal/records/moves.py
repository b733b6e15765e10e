"""Moving a row from one state to another: by table, and by compare-and-set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models


class IllegalMove(Exception):
    """The transition table does not know this move."""


class LostRace(Exception):
    """Somebody else moved the row first; read it again and decide anew."""


def move(
    row: models.Model,
    to: str,
    *,
    table: Mapping[str, frozenset[str]],
    field: str = "state",
    **updates: Any,
) -> None:
    """Set `field` to `to` if the table allows it and the row still is where this object last saw it.

    Raises IllegalMove or LostRace; on success the object in hand carries the new values.
    """
    old = getattr(row, field)
    if to not in table.get(old, frozenset()):
        raise IllegalMove(f"{row._meta.label} {row.pk}: {old} -> {to}")
    changed = type(row)._default_manager.filter(pk=row.pk, **{field: old}).update(**{field: to, **updates})
    if not changed:
        raise LostRace(f"{row._meta.label} {row.pk} is no longer {old}")
    for name, value in {field: to, **updates}.items():
        setattr(row, name, value)
