"""Names of the kinds of operations and inquiries, as their rows carry them: contracts from the first row on."""

from __future__ import annotations

from typing import Final

CREATE_BRAND: Final = "tendlc.create_brand"
CREATE_CAMPAIGN: Final = "tendlc.create_campaign"
LINK_NUMBER: Final = "tendlc.link_number"
UNLINK_NUMBER: Final = "tendlc.unlink_number"

KEY_TEST: Final = "tendlc.key_test"
USE_CASE: Final = "tendlc.use_case"
REFRESH: Final = "tendlc.refresh"
SYNC_KEY: Final = "tendlc.sync_key"
OWNED: Final = "tendlc.owned_numbers"
