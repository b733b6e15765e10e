"""Names of the kinds of operations and inquiries, as their rows carry them: contracts from the first row on."""

from __future__ import annotations

from typing import Final

CREATE_BRAND: Final = "tendlc.create_brand"
UPDATE_BRAND: Final = "tendlc.update_brand"
DELETE_BRAND: Final = "tendlc.delete_brand"
REVET_BRAND: Final = "tendlc.revet_brand"
REQUEST_VETTING: Final = "tendlc.request_vetting"
IMPORT_VETTING: Final = "tendlc.import_vetting"
CREATE_CAMPAIGN: Final = "tendlc.create_campaign"
UPDATE_CAMPAIGN: Final = "tendlc.update_campaign"
STOP_CAMPAIGN: Final = "tendlc.stop_campaign"
LINK_NUMBER: Final = "tendlc.link_number"
UNLINK_NUMBER: Final = "tendlc.unlink_number"

KEY_TEST: Final = "tendlc.key_test"
USE_CASE: Final = "tendlc.use_case"
CATALOGUE: Final = "tendlc.catalogue"
REFRESH: Final = "tendlc.refresh"
SYNC_KEY: Final = "tendlc.sync_key"
OWNED: Final = "tendlc.owned_numbers"
