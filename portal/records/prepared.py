"""A cursor for the one statement that is asked all day: PostgreSQL plans it once a connection, not once a call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from django.db import connection


@contextmanager
def prepared_cursor() -> Iterator[Any]:
    """Django's own cursor on SQLite; on PostgreSQL one that binds on the server and prepares at first use.

    Django switches that off for the sake of old connection poolers, and needs its parameters typed, so it is on for
    the one statement only. Planning a dozen joins costs more than running them.
    """
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            yield cursor
        return
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw: Any = connection.connection
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    before, raw.prepare_threshold = raw.prepare_threshold, 0
    try:
        with wrap(cast(Any, psycopg.Cursor(raw))) as cursor:
            yield cursor
    finally:
        raw.prepare_threshold = before
