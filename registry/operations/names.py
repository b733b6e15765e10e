"""Names of the kinds of operations and inquiries, as their rows carry them: contracts from the first row on."""

from __future__ import annotations

from typing import Final

CREATE_APPLICATION: Final = "registry.create_application"
UPDATE_APPLICATION: Final = "registry.update_application"
DELETE_APPLICATION: Final = "registry.delete_application"

SYNC_APPLICATIONS: Final = "registry.sync_applications"
REFRESH_APPLICATION: Final = "registry.refresh_application"
SUBACCOUNTS: Final = "registry.subaccounts"
