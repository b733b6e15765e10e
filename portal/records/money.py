"""Money as integer minor units and a currency; unknown stays unknown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _


class FeeSource(StrEnum):
    QUALIFICATION = "qualification"
    PRICE_LIST = "price_list"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Fee:
    """An expected fee: `minor` in hundredths of the currency, None when nobody told us.

    `source` says who did: the qualification answer, the dated price list, or nobody.
    """

    minor: int | None = None
    currency: str = "USD"
    source: FeeSource = FeeSource.UNKNOWN
    as_of: str = ""

    def __str__(self) -> str:
        if self.minor is None:
            return _("unknown")
        whole, cents = divmod(self.minor, 100)
        amount = f"{whole:,}.{cents:02d}" if cents else f"{whole:,}"
        return f"{amount} {self.currency}"


def from_units(units: Decimal | float | None, source: FeeSource, currency: str = "USD") -> Fee:
    """A fee from whole units as the API answers them."""
    return Fee() if units is None else Fee(round(units * 100), currency, source)
