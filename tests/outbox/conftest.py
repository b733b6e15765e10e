"""One account with a key at the simulator, and a portal whose waiting is over at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.accounts.models import ApiKey
from portal.accounts.scope import Scope
from portal.outbox import calls, claims, engine, health, inquiries, locks
from portal.outbox.locks import current_sender
from portal.outbox.models import KeyHealth, Operation
from tendlc.actions import edit_campaign, link_numbers, stop_campaign, submit_brand, submit_campaign
from tendlc.models import Brand, Campaign, NumberLink, Vetting
from tests.builders import make_api_key
from tests.people import People
from tests.simulator_process import SimulatorProcess

BRAND: dict[str, Any] = {
    "entity_type": "PRIVATE_PROFIT",
    "display_name": "Acme",
    "company_name": "Acme Shoes Inc",
    "ein": "123456789",
    "phone": "+15556660001",
    "street": "23 Main Street",
    "city": "Holmdel",
    "state": "NJ",
    "postal_code": "07733",
    "country": "US",
    "email": "help@acme.example",
    "website": "https://acme.example",
    "vertical": "RETAIL",
}
CAMPAIGN: dict[str, Any] = {
    "use_case": "ACCOUNT_NOTIFICATION",
    "vertical": "RETAIL",
    "description": "Order and delivery news for customers of Acme who asked for it in the shop.",
    "label": "Orders",
    "sample_one": "Acme: your order [number] is on its way. Reply STOP to opt out.",
    "message_flow": "Customers tick an unticked box at the till and read the terms at https://acme.example/sms.",
    "help_message": "Acme: call 1-555-666-0001. Reply STOP to opt out.",
    "subscriber_opt_in": True,
    "subscriber_opt_out": True,
    "subscriber_help": True,
}


@dataclass
class Desk:
    """Somebody who may submit, with everything needed to do so."""

    scope: Scope
    api_key: ApiKey
    simulator: SimulatorProcess

    def brand(self, **values: Any) -> Brand:
        """A brand as submitted, not yet sent."""
        return submit_brand(
            self.scope,
            {**BRAND, **values},
            client=self.scope.clients()[0],
            api_key=self.api_key,
            actor=self.scope.user,
        )

    def registered_brand(self) -> Brand:
        """A brand that Vonage knows and has verified."""
        brand = self.brand()
        run()
        brand.refresh_from_db()
        self.simulator.control("status", {"brand_id": brand.remote_id, "status": "VERIFIED"})
        return brand

    def campaign(self, brand: Brand | None = None, **values: Any) -> Campaign:
        return submit_campaign(
            self.scope, brand or self.registered_brand(), {**CAMPAIGN, **values}, actor=self.scope.user
        )

    def registered_campaign(self) -> Campaign:
        campaign = self.campaign()
        run()
        campaign.refresh_from_db()
        return campaign

    def edited_campaign(self) -> Campaign:
        """A campaign at Vonage with a change asked for, not yet sent."""
        campaign = self.registered_campaign()
        edit_campaign(
            self.scope, campaign, {"help_message": "Acme: write to help@acme.example."}, actor=self.scope.user
        )
        return campaign

    def stopped_campaign(self) -> Campaign:
        """A campaign at Vonage whose end is asked for, not yet sent."""
        campaign = self.registered_campaign()
        stop_campaign(self.scope, campaign, actor=self.scope.user)
        return campaign

    def number(self, campaign: Campaign | None = None, digits: str = "14155550110") -> NumberLink:
        linking = link_numbers(
            self.scope, campaign or self.registered_campaign(), [("US", digits)], actor=self.scope.user
        )
        return linking.links[0]

    def effects(self, operation: str) -> int:
        """How often the simulator really did it."""
        return len(self.simulator.ledger(operation=operation, effect=True))

    def fault(self, operation: str, kind: str, *, when: str, count: int = 1, **params: Any) -> None:
        """Spoil the next requests of one operation, before or after the simulator has done the work."""
        fault = {"operation": operation, "kind": kind, "when": when, "count": count, "params": params}
        self.simulator.control("faults", fault)


def run() -> None:
    """Work until nothing is due; waiting times are zero in these tests."""
    for _ in range(12):
        if not engine.run():
            return


def end_key_pauses() -> None:
    """As if every pause of a key had passed, and Vonage's rate with it."""
    KeyHealth.objects.update(paused_until=None)
    Operation.objects.update(next_attempt_at=timezone.now())
    calls.limiter.cache_clear()
    health.forget()


def operation_of(row: Brand | Campaign | NumberLink | Vetting) -> Operation:
    return Operation.objects.filter(object_type=row._meta.label_lower, object_id=row.pk).latest("id")


@pytest.fixture
def desk(people: People, simulator: SimulatorProcess, settings: Settings, var: Path) -> Iterator[Desk]:
    settings.OUTBOX_SETTLE_SECONDS = settings.OUTBOX_LOOK_SECONDS = settings.OUTBOX_HELD_RETRY_SECONDS = 0
    simulator.control("settings", {"uniqueness": False})
    api_key = make_api_key(people.account, reseller_id="R000000")
    yield Desk(people.scope(people.member), api_key, simulator)
    locks.forget()


def answer_inquiries() -> None:
    """Answer every awaited read that is due."""
    while inquiries.answer_due():
        pass


NOT_UNIQUE = {
    "type": "https://developer.nexmo.com/api-errors/10dlc#invalid-brand-data",
    "title": "There were some issues with the submitted data",
    "detail": "There were some errors",
    "instance": "abc",
    "invalid_parameters": [{"code": 503, "field": "ein", "description": "Field 'ein' is not unique"}],
}


def run_until(condition: Callable[[], bool]) -> None:
    sender = current_sender()
    assert sender is not None
    for _ in range(20):
        if condition() or (operation := claims.take_next(sender)) is None:
            break
        engine.step(operation, sender)
