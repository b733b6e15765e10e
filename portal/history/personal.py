"""Which fields are personal data, in one list, and how history shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PERSONAL_FIELDS = frozenset(
    {"email", "phone", "contact_name", "contact_phone", "contact_email", "privacy_email", "dpo_email"}
)
SECRET_FIELDS = frozenset({"secret", "password", "token", "vetting_token", "private_key"})


def masked(values: Mapping[str, Any]) -> dict[str, Any]:
    """A copy fit for history: personal values keep their first character, secrets none."""
    return {name: _masked_value(name, value) for name, value in values.items()}


def _masked_value(name: str, value: Any) -> Any:
    if name in SECRET_FIELDS:
        return "…" if value else ""
    if name in PERSONAL_FIELDS and isinstance(value, str) and value:
        return f"{value[0]}…"
    if isinstance(value, Mapping):
        return masked(value)
    if isinstance(value, list):
        return [_masked_value("", one) for one in value]
    return value
