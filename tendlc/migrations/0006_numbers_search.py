"""Trigram indexes for searching, on PostgreSQL alone; SQLite reads the rows."""

from __future__ import annotations

from typing import Any

from django.db import migrations

INDEXES = (
    ("tendlc_brand_search", "tendlc_brand", "UPPER(display_name::text) gin_trgm_ops, UPPER(company_name::text) gin_trgm_ops, UPPER(remote_id::text) gin_trgm_ops, UPPER(website::text) gin_trgm_ops, (ein::text) gin_trgm_ops"),
    ("tendlc_campaign_search", "tendlc_campaign", "UPPER(label::text) gin_trgm_ops, UPPER(description::text) gin_trgm_ops, UPPER(remote_id::text) gin_trgm_ops, UPPER(tcr_campaign_id::text) gin_trgm_ops, UPPER(label_code::text) gin_trgm_ops, UPPER(use_case::text) gin_trgm_ops"),
    ("tendlc_vetting_search", "tendlc_vetting", "UPPER(evp_id::text) gin_trgm_ops, UPPER(vetting_class::text) gin_trgm_ops, UPPER(remote_id::text) gin_trgm_ops"),
    ("tendlc_numberlink_search", "tendlc_numberlink", "(number::text) gin_trgm_ops"),
    ("tendlc_ownednumber_search", "tendlc_ownednumber", "(number::text) gin_trgm_ops"),
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
    dependencies = [('tendlc', '0005_numbers_owned_numbers')]
    operations = [migrations.RunPython(make, drop)]
