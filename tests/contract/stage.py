"""The simulator process with a client before it, for the tests of operations and of their errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.vonage.http import ApiClient, Timeouts
from tendlc import wire
from tendlc.client import TenDlcClient
from tests.contract.operations import BY_NAME
from tests.simulator_process import SimulatorProcess

KEY = "abcd1234"
NUMBER = "14155550110"
BRAND = {
    "account_id": KEY,
    "entity_type": "PRIVATE_PROFIT",
    "display_name": "Example",
    "company_name": "Example Inc.",
    "ein": "201111111",
    "phone": "+15556660001",
    "street": "23 Main Street",
    "city": "Holmdel",
    "state": "NJ",
    "postal_code": "07733",
    "country": "US",
    "email": "desk@example.com",
    "website": "https://example.com",
    "vertical": "TECHNOLOGY",
}
CAMPAIGN = {
    "account_id": KEY,
    "use_case": "2FA",
    "vertical": "TECHNOLOGY",
    "description": "One-time passwords for people who sign in to our shop.",
    "label": "Sign-in #7F3K2M9QXA",
    "sample_one": "123456 is your code.",
}
VETTING = {"evp_id": "AEGIS", "vetting_class": "STANDARD"}


class Stage:
    """The simulator with a client before it, and ways to put things there that the ledger does not count."""

    def __init__(self, process: SimulatorProcess) -> None:
        self.process = process
        self.client = self.client_with("secret")

    def client_with(self, secret: str) -> TenDlcClient:
        timeouts = Timeouts(connect=5, read=10, write=10, total_read=20, total_write=20)
        return TenDlcClient(ApiClient(self.process.url, KEY, secret, timeouts=timeouts))

    def brand(self, **more: Any) -> str:
        """A verified brand qualified for 2FA."""
        seed = {"key": KEY, "qualified": ["2FA"], "fields": {"ein": "30-2222222"}} | more
        return str(self.process.control("brands", seed)["brands"][0]["brand_id"])

    def named_brand(self, name: str, **more: Any) -> str:
        return self.brand(fields={"company_name": name, "display_name": name}, **more)

    def campaign(self, *numbers: str) -> tuple[str, str]:
        """A brand with an active campaign and linked numbers."""
        brand_id = self.brand(campaigns=[{"fields": {"reseller_id": "R000000"}, "numbers": list(numbers)}])
        return brand_id, self.client.list_campaigns(brand_id).items[0].campaign_id

    def effects(self) -> int:
        return int(self.process.control("ledger")["effects"])


def plain_call(stage: Stage, name: str, *, known: bool = True) -> Callable[[TenDlcClient], object]:
    """The operation with ids that are right, or with ids that nobody has."""
    brand_id, campaign_id, number = "BNOBODY", "C0000000", NUMBER
    if known:
        brand_id, campaign_id = stage.campaign(NUMBER)
    ids = {
        "brand_id": brand_id,
        "campaign_id": campaign_id,
        "vetting_request_id": "V42",
        "number": number,
        "usecase": "2FA",
    }
    bodies: dict[str, dict[str, object]] = {
        "create_brand": wire.brand_body(BRAND),
        "update_brand": {"city": "Trenton"},
        "request_vetting": VETTING,  # type: ignore[dict-item]
        "import_vetting": VETTING,  # type: ignore[dict-item]
        "create_campaign": wire.campaign_body(CAMPAIGN),
        "update_campaign": {"label": "New"},
        "link_number": {"country": "US", "number": "14155550123"},
    }
    arguments = [*(ids[param] for param in BY_NAME[name].path_params), *filter(None, [bodies.get(name)])]
    return lambda client: getattr(client, name)(*arguments)
