"""Database triggers that keep rows as they were written, one SQL text per engine."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.db import connections, models


@dataclass(frozen=True)
class Guard:
    """What a table refuses: every UPDATE of the named columns (all when none is named) and every DELETE.

    `when` is a condition on OLD in SQL that both engines read; rows it does not hold for may be updated.
    """

    columns: tuple[str, ...] = ()
    when: str = ""
    deletes: bool = True


def guards() -> dict[type[models.Model], Guard]:
    """Models that declare `guard = Guard(…)`, which is how a table becomes append-only."""
    declared = ((model, getattr(model, "guard", None)) for model in apps.get_models())
    return {model: guard for model, guard in declared if isinstance(guard, Guard)}


def statements(table: str, guard: Guard, vendor: str) -> list[str]:
    """The SQL that installs the guard on one table; running it twice changes nothing."""
    events = [("update", f"UPDATE OF {', '.join(guard.columns)}" if guard.columns else "UPDATE")]
    if guard.deletes:
        events.append(("delete", "DELETE"))
    build = {"sqlite": _sqlite, "postgresql": _postgresql}[vendor]
    return [
        sql
        for name, event in events
        for sql in build(table, f"{table}_keep_{name}", event, guard.when if name == "update" else "")
    ]


def _sqlite(table: str, trigger: str, event: str, when: str) -> list[str]:
    condition = f"WHEN {when}" if when else ""
    return [
        f'DROP TRIGGER IF EXISTS "{trigger}"',
        f'CREATE TRIGGER "{trigger}" BEFORE {event} ON "{table}" FOR EACH ROW {condition} '
        f"BEGIN SELECT RAISE(ABORT, '{table} keeps what was written'); END",
    ]


def _postgresql(table: str, trigger: str, event: str, when: str) -> list[str]:
    condition = f"WHEN ({when})" if when else ""
    return [
        "CREATE OR REPLACE FUNCTION portal_keep() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% keeps what was written', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f'DROP TRIGGER IF EXISTS "{trigger}" ON "{table}"',
        f'CREATE TRIGGER "{trigger}" BEFORE {event} ON "{table}" FOR EACH ROW {condition} '
        "EXECUTE FUNCTION portal_keep()",
    ]


def install(using: str = "default") -> None:
    """Install every declared guard whose table exists."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model, guard in guards().items():
            if model._meta.db_table in tables:
                for sql in statements(model._meta.db_table, guard, connection.vendor):
                    cursor.execute(sql)
