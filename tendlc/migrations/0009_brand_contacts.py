"""Columns by which people search for a brand: e-mail, phone in digits and the other business id."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

INDEX = "tendlc_brand_contact_search"
COLUMNS = (
    "UPPER(email::text) gin_trgm_ops, UPPER(alt_business_id::text) gin_trgm_ops, (phone::text) gin_trgm_ops"
)
MANY = 1000


def _value(brand: Any, name: str) -> str:
    """As it came, or as it was asked for."""
    for source in (brand.raw, brand.wished):
        value = source.get(name) if isinstance(source, dict) else None
        if isinstance(value, str) and value:
            return value
    return ""


def fill(apps: Any, schema_editor: Any) -> None:
    brands = apps.get_model("tendlc", "Brand").objects.using(schema_editor.connection.alias)
    kept: list[Any] = []
    for brand in brands.only("raw", "wished").iterator(chunk_size=MANY):
        brand.email, brand.alt_business_id = _value(brand, "email"), _value(brand, "alt_business_id")
        brand.phone = "".join(sign for sign in _value(brand, "phone") if sign in "0123456789")[:40]
        kept.append(brand)
        if len(kept) == MANY:
            brands.bulk_update(kept, ["email", "alt_business_id", "phone"])
            kept = []
    brands.bulk_update(kept, ["email", "alt_business_id", "phone"])


def make_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"CREATE INDEX {INDEX} ON tendlc_brand USING gin ({COLUMNS})")


def drop_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {INDEX}")


class Migration(migrations.Migration):
    dependencies = [("tendlc", "0008_lists_in_order")]

    operations = [
        migrations.AddField(
            model_name="brand", name="email", field=models.TextField(blank=True, default="")
        ),
        migrations.AddField(
            model_name="brand",
            name="phone",
            field=models.CharField(blank=True, default="", help_text="digits without plus", max_length=40),
        ),
        migrations.AddField(
            model_name="brand", name="alt_business_id", field=models.TextField(blank=True, default="")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(make_index, drop_index),
    ]
