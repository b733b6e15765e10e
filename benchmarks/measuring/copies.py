"""Very many rows from one: a template that the models themselves made, copied inside the database.

Whatever column a migration adds is copied with the rest, so that no list of columns here can fall behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection, models


@contextmanager
def unchecked() -> Iterator[None]:
    """Checking a million foreign keys that are right by construction would take longer than all the rest."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE")


def copy(template: models.Model, count: int, changes: Mapping[str, str] | None = None) -> None:
    """Copies of a row; `changes` are SQL expressions by column, in which `i` counts the copies from 1."""
    table = template._meta.db_table
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        values = ", ".join((changes or {}).get(name, f'"{name}"') for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}", generate_series(1, {count}) i'
            f' WHERE "id" = {template.pk}'
        )
