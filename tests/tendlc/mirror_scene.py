"""What is at Vonage, and one walk over it."""

from __future__ import annotations

from typing import Any

import pytest

from portal.accounts.models import ApiKey
from portal.outbox.calls import open_api
from tendlc.sync import Report, walk_key
from tests.builders import make_api_key
from tests.people import People
from tests.simulator_process import SimulatorProcess

SEED: dict[str, Any] = {
    "status": "VERIFIED",
    "vettings": [{"evp_id": "AEGIS", "vetting_class": "STANDARD", "status": "ACTIVE", "score": 0}],
    "campaigns": [
        {"status": "ACTIVE", "carrier_status": "APPROVED", "numbers": ["12025550111", "12025550112"]}
    ],
}


@pytest.fixture
def api_key(people: People, simulator: SimulatorProcess) -> ApiKey:
    return make_api_key(people.account)


def seed(simulator: SimulatorProcess, api_key: ApiKey, **values: Any) -> list[str]:
    answer = simulator.control("brands", {"key": api_key.key, **values})
    return [brand["brand_id"] if isinstance(brand, dict) else brand for brand in answer["brands"]]


def walk(api_key: ApiKey) -> Report:
    api_key.refresh_from_db()
    return walk_key(api_key, open_api(api_key))
