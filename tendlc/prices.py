"""List prices, dated: what a paid step costs when no answer of the API says so.

Source: Vonage's support article "10 DLC Pricing and Fees", as read in October 2026. In hundredths.
"""

from __future__ import annotations

from typing import Final

from portal.records.money import Fee, FeeSource

AS_OF: Final = "2026-10"
BRAND_REGISTRATION: Final = Fee(400, "USD", FeeSource.PRICE_LIST, AS_OF)
CAMPAIGN_UNKNOWN: Final = Fee()
