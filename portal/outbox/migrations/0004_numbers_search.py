"""Trigram indexes for searching, on PostgreSQL alone; SQLite reads the rows."""

from __future__ import annotations

from typing import Any

from django.db import migrations

INDEXES = (
    ("outbox_operation_search", "outbox_operation", "UPPER(code::text) gin_trgm_ops, UPPER(object_name::text) gin_trgm_ops, UPPER(remote_id::text) gin_trgm_ops, (natural_key::text) gin_trgm_ops"),
)


def make(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for name, table, columns in INDEXES:
            schema_editor.execute(f"CREATE INDEX {name} ON {table} USING gin ({columns})")


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for name, _table, _columns in INDEXES:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [('outbox', '0003_numbers_batches')]
    operations = [migrations.RunPython(make, drop)]
