"""What Vonage notes of a brand beside what was registered: never asked for, and read by support first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tendlc import wire
from tendlc.models import Brand

LABELS: Final = {
    "reference_id": gettext_lazy("Reference id"),
    "account_id": gettext_lazy("Account"),
    "primary_account_id": gettext_lazy("Primary account"),
    "campaign_count": gettext_lazy("Campaigns counted"),
    "owner": gettext_lazy("Owned by this account"),
    "shared": gettext_lazy("Shared with other accounts"),
    "partner": gettext_lazy("Of a partner"),
    "created_date": gettext_lazy("Created"),
    "last_updated": gettext_lazy("Last updated"),
}


@dataclass(frozen=True)
class Noted:
    """One value of the record: a moment, or a text."""

    label: Any
    text: str = ""
    at: datetime | None = None


def record_of(brand: Brand) -> list[Noted]:
    """What is stated of it; nothing before Vonage answered."""
    record = wire.Brand.from_json(brand.raw)
    return [
        _noted(label, value)
        for name, label in LABELS.items()
        if (value := getattr(record, name)) not in ("", None)
    ]


def _noted(label: Any, value: Any) -> Noted:
    if isinstance(value, datetime):
        return Noted(label, at=value)
    if isinstance(value, bool):
        return Noted(label, _("Yes") if value else _("No"))
    return Noted(label, str(value))
