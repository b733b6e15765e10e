"""List prices, dated: what a paid step costs when no answer of the API says so.

Source: Vonage's support article "10 DLC Pricing and Fees", as read in October 2026. In hundredths.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from portal.records.money import Fee, FeeSource, from_units

AS_OF: Final = "2026-10"
BRAND_REGISTRATION: Final = Fee(400, "USD", FeeSource.PRICE_LIST, AS_OF)
CAMPAIGN_UNKNOWN: Final = Fee()
REVERIFICATION: Final = Fee(400, "USD", FeeSource.PRICE_LIST, AS_OF)
# By provider and class, in the enum endpoints' words as far as they are known.
VETTING: Final = {
    ("AEGIS", "STANDARD"): Fee(4000, "USD", FeeSource.PRICE_LIST, AS_OF),
    ("AEGIS", "ENHANCED"): Fee(9500, "USD", FeeSource.PRICE_LIST, AS_OF),
    ("AEGIS", "POLITICAL"): Fee(6400, "USD", FeeSource.PRICE_LIST, AS_OF),
    ("WMC", "STANDARD"): Fee(4000, "USD", FeeSource.PRICE_LIST, AS_OF),
}


def quarterly(units: Decimal | None) -> Fee:
    """What a use case check said a quarter costs; unknown when none has said."""
    return CAMPAIGN_UNKNOWN if units is None else from_units(units, FeeSource.QUALIFICATION)


def vetting_fee(evp_id: str, vetting_class: str) -> Fee:
    """The list price of a vetting, or an unknown one."""
    return VETTING.get((evp_id.upper(), vetting_class.upper()), Fee())
