"""Writing every encrypted value anew with the first key of the ring, so that old keys can be retired."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models, transaction

from portal.records.fields import EncryptedTextField, Unreadable, decrypt, encrypt

# What allauth encrypts inside Authenticator.data, by name.
SECOND_FACTOR_TEXTS = ("secret", "seed")
SECOND_FACTOR_LISTS = ("migrated_codes",)


def rotate_encryption() -> dict[str, int]:
    """Re-encrypt all secrets row by row and say how many, by table.

    Raises ValueError at the first value no key opens; rows written before it stay readable by either key.
    """
    counts = {model._meta.label: _rotate_table(model, names) for model, names in _encrypted_columns()}
    counts[Authenticator._meta.label] = _rotate_second_factors()
    return counts


def _encrypted_columns() -> list[tuple[type[models.Model], list[str]]]:
    found = []
    for model in apps.get_models():
        names = [field.name for field in model._meta.local_fields if isinstance(field, EncryptedTextField)]
        if names:
            found.append((model, names))
    return found


def _rotate_table(model: type[models.Model], names: list[str]) -> int:
    keys = list(model._base_manager.values_list("pk", flat=True))
    for pk in keys:
        with transaction.atomic():
            row = model._base_manager.select_for_update().only("pk", *names).get(pk=pk)
            values = {name: getattr(row, name) for name in names}
            if any(isinstance(value, Unreadable) for value in values.values()):
                raise ValueError(f"no key of ENCRYPTION_KEYS opens {model._meta.label} {pk}")
            model._base_manager.filter(pk=pk).update(**values)
    return len(keys)


def _rotate_second_factors() -> int:
    keys = list(Authenticator.objects.values_list("pk", flat=True))
    for pk in keys:
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if row is not None:
                row.data = _rotated(row.data)
                row.save(update_fields=["data"])
    return len(keys)


def _rotated(data: dict[str, Any]) -> dict[str, Any]:
    texts = {name: encrypt(decrypt(data[name])) for name in SECOND_FACTOR_TEXTS if data.get(name)}
    lists = {
        name: [encrypt(decrypt(item)) for item in data[name]]
        for name in SECOND_FACTOR_LISTS
        if data.get(name)
    }
    return {**data, **texts, **lists}
