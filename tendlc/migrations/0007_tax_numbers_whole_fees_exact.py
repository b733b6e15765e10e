from __future__ import annotations

from typing import Any

from django.db import migrations, models


def _whole(raw: Any, wished: Any) -> str:
    """The tax number as it came, or as it was asked for: its letters, as capitals, and its digits."""
    for source in (raw, wished):
        value = source.get("ein") if isinstance(source, dict) else None
        if value:
            return "".join(filter(str.isalnum, str(value))).upper()
    return ""


def give_letters_back(apps: Any, schema_editor: Any) -> None:
    """Before this the letters of other countries' tax numbers were dropped."""
    brands = apps.get_model("tendlc", "Brand").objects.using(schema_editor.connection.alias)
    for brand in brands.exclude(ein="").iterator(chunk_size=1000):
        number = _whole(brand.raw, brand.wished)[: brands.model._meta.get_field("ein").max_length]
        if number and number != brand.ein:
            brands.filter(pk=brand.pk).update(ein=number)


def fill_what_was_not_stated(apps: Any, schema_editor: Any) -> None:
    """Going back: before this there was only yes and no."""
    rows = apps.get_model("tendlc", "Qualification").objects.using(schema_editor.connection.alias)
    rows.filter(qualified=None).update(qualified=False)


class Migration(migrations.Migration):
    dependencies = [("tendlc", "0006_numbers_search")]

    operations = [
        migrations.AlterField(
            model_name="qualification",
            name="annual_fee",
            field=models.DecimalField(
                blank=True, decimal_places=2, help_text="in dollars, as answered", max_digits=12, null=True
            ),
        ),
        migrations.AlterField(
            model_name="qualification",
            name="quarterly_fee",
            field=models.DecimalField(
                blank=True, decimal_places=2, help_text="in dollars, as answered", max_digits=12, null=True
            ),
        ),
        migrations.AlterField(
            model_name="qualification",
            name="qualified",
            field=models.BooleanField(help_text="empty: the answer says neither yes nor no", null=True),
        ),
        migrations.RunPython(migrations.RunPython.noop, fill_what_was_not_stated),
        migrations.RunPython(give_letters_back, migrations.RunPython.noop),
    ]
