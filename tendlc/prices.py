"""List prices, dated: what a paid step costs when no answer of the API says so.

Source: the fee list in reference of Vonage's pricing article, read in 2026; in hundredths of the currency.
"""

from __future__ import annotations

from typing import Final

from portal.records.money import Fee, FeeSource

AS_OF: Final = "2026-10"
BRAND_REGISTRATION: Final = Fee(400, "USD", FeeSource.PRICE_LIST, AS_OF)
CAMPAIGN_UNKNOWN: Final = Fee()
