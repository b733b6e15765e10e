"""Reading by a statement that is asked all day: PostgreSQL plans it once a connection, not once a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import psycopg
from django.db import InterfaceError, OperationalError, connection


def prepared_rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a SELECT, on SQLite by Django's own cursor.

    A connection that died meanwhile is opened again and asked once more, which costs nothing while it lives; Django
    would ask "are you there?" before each request.
    """
    try:
        return _rows(statement, values)
    except (InterfaceError, OperationalError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return _rows(statement, values)


def _rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())
    connection.ensure_connection()
    raw: Any = connection.connection
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    # Django has this off for the sake of old poolers and binds in the client, so it is on for this statement only.
    before, raw.prepare_threshold = raw.prepare_threshold, 0
    try:
        with wrap(cast(Any, psycopg.Cursor(raw))) as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())
    finally:
        raw.prepare_threshold = before
