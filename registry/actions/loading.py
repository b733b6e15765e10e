"""Loading the catalogue that is shipped with the product; doing it again changes nothing.

A row is as it was loaded, or staff edited it: edited rows are named and left alone. Rows that a new version no
longer has are deactivated, never deleted. Rows that staff added are none of its business.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction

from portal.records.models import digest
from registry.models import (
    Agency,
    Category,
    ContactRole,
    Country,
    Feature,
    IssuingAuthority,
    Offer,
    Operator,
    OrganisationType,
    Purpose,
    Requirement,
)

SHIPPED: Final = Path(__file__).resolve().parent.parent / "catalogue"
# In the order in which they name each other.
TABLES: Final[Mapping[str, type[models.Model]]] = {
    "countries": Country,
    "agencies": Agency,
    "operators": Operator,
    "features": Feature,
    "offers": Offer,
    "categories": Category,
    "organisation_types": OrganisationType,
    "roles": ContactRole,
    "issuing_authorities": IssuingAuthority,
    "purposes": Purpose,
    "requirements": Requirement,
}
_OURS: Final = frozenset({"id", "created_at", "updated_at", "loaded_version", "loaded_hash"})
Row = dict[str, Any]


class BadCatalogue(Exception):
    """The files do not fit together; the text says which row."""


@dataclass
class Report:
    """Codes by what became of them, each as "table code"."""

    version: str = ""
    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    deactivated: list[str] = field(default_factory=list)


@transaction.atomic
def load_catalogue(folder: Path = SHIPPED) -> Report:
    """Bring the catalogue to the version in `folder`. Raises BadCatalogue and then leaves everything as it was."""
    report = Report(version=(folder / "VERSION").read_text(encoding="utf-8").strip())
    for name, model in TABLES.items():
        shipped: list[Row] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        known = {row.code: row for row in _rows(model)}
        for values in shipped:
            _load(name, model, known.get(values["code"]), values, report)
        _deactivate(name, known, {values["code"] for values in shipped}, report)
    return report


def _rows(model: type[models.Model]) -> list[Any]:
    keys = [field.name for field in model._meta.fields if isinstance(field, models.ForeignKey)]
    rows = model._default_manager.select_related(*keys) if keys else model._default_manager.all()
    return list(rows.prefetch_related(*(one.name for one in model._meta.many_to_many)))


def _load(name: str, model: type[models.Model], row: Any, values: Row, report: Report) -> None:
    wanted = _completed(model, values)
    label = f"{name} {values['code']}"
    if row is None:
        row = model(code=values["code"])
        report.created.append(label)
    elif _fingerprint(row) != row.loaded_hash:
        report.edited.append(label)
        return
    elif digest(wanted) == row.loaded_hash:
        report.unchanged.append(label)
        return
    else:
        report.updated.append(label)
    _write(row, wanted, report.version)


def _write(row: Any, wanted: Row, version: str) -> None:
    plural = {one.name: wanted[one.name] for one in row._meta.many_to_many}
    for name, value in wanted.items():
        if name not in plural:
            setattr(row, name, _value(row, name, value))
    row.loaded_version, row.loaded_hash = version, digest(wanted)
    row.save()
    for name, codes in plural.items():
        target = row._meta.get_field(name).remote_field.model
        getattr(row, name).set([_named(target, code, row) for code in codes])


def _value(row: Any, name: str, value: Any) -> Any:
    column = row._meta.get_field(name)
    if isinstance(column, models.ForeignKey):
        return None if value is None else _named(column.related_model, value, row)
    return column.to_python(value)


def _named(model: Any, code: str, row: Any) -> Any:
    found = model._default_manager.filter(code=code).first()
    if found is None:
        raise BadCatalogue(f"{row.code} names {model._meta.model_name} {code}, which there is not")
    return found


def _deactivate(name: str, known: Mapping[str, Any], shipped: set[str], report: Report) -> None:
    for code, row in known.items():
        if code in shipped or not row.loaded_hash or not row.is_active:
            continue
        if _fingerprint(row) != row.loaded_hash:
            report.edited.append(f"{name} {code}")
            continue
        row.is_active = False
        row.loaded_version, row.loaded_hash = report.version, _fingerprint(row)
        row.save()
        report.deactivated.append(f"{name} {code}")


def _columns(model: type[models.Model]) -> list[Any]:
    return [one for one in (*model._meta.fields, *model._meta.many_to_many) if one.name not in _OURS]


def _completed(model: type[models.Model], values: Row) -> Row:
    """A shipped row with every column: what it does not say is the column's default."""
    for name in values:
        try:
            model._meta.get_field(name)
        except FieldDoesNotExist as error:
            raise BadCatalogue(f"{values['code']} has a column {name}, which there is not") from error
    return {
        one.name: values.get(one.name, [] if one.many_to_many else one.get_default())
        for one in _columns(model)
    }


def _fingerprint(row: Any) -> str:
    """Of the values as they are now, in the shape of a shipped row."""
    return digest({one.name: _plain(row, one) for one in _columns(type(row))})


def _plain(row: Any, column: Any) -> Any:
    if column.many_to_many:
        return sorted(one.code for one in getattr(row, column.name).all())
    value = getattr(row, column.name)
    if isinstance(column, models.ForeignKey):
        return None if value is None else value.code
    return value.isoformat() if isinstance(column, models.DateField) and value else value
