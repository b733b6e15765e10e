"""One account with a key at the simulator and a portal whose waiting is over at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.accounts.models import ApiKey
from portal.accounts.scope import Scope
from portal.outbox import engine, inquiries, locks
from portal.outbox.models import Operation
from registry.actions.network_applications import Wanted, create_application
from registry.models import NetworkApplication
from tests.builders import make_api_key
from tests.people import People
from tests.registry.network_builders import make_public_key
from tests.simulator_process import SimulatorProcess

PLAYGROUND = "playground-id"


@dataclass
class Desk:
    """Somebody who may submit, with everything needed to do so."""

    scope: Scope
    api_key: ApiKey
    simulator: SimulatorProcess

    def application(self, **wanted: Any) -> NetworkApplication:
        """An application as asked for, not yet sent."""
        values = {"name": "Login", "public_key": make_public_key(), **wanted}
        return create_application(
            self.scope,
            Wanted(**values),
            api_key=self.api_key,
            client=self.scope.clients()[0],
            actor=self.scope.user,
        )

    def known_application(self, **wanted: Any) -> NetworkApplication:
        """One that Vonage has."""
        row = self.application(**wanted)
        run()
        row.refresh_from_db()
        assert row.remote_id
        return row

    def at_vonage(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.simulator.control("objects")["applications"]
        return found

    def effects(self, operation: str) -> int:
        """How often the simulator really did it."""
        return len(self.simulator.ledger(operation=operation, effect=True))

    def fault(self, operation: str, kind: str, *, when: str, skip: int = 0, **params: Any) -> None:
        """Spoil the next requests of one operation, before or after the simulator has done the work."""
        fault = {"operation": operation, "kind": kind, "when": when, "skip": skip, "params": params}
        self.simulator.control("faults", fault)


def run() -> None:
    """Work until nothing is due; waiting times are zero in these tests."""
    for _ in range(12):
        if not engine.run():
            return


def run_again() -> None:
    """As when the time to try again has come."""
    Operation.objects.filter(finished_at=None).update(next_attempt_at=timezone.now())
    run()


def answer_inquiries() -> None:
    """Answer every awaited read that is due."""
    while inquiries.answer_due():
        pass


def operation_of(row: NetworkApplication) -> Operation:
    return Operation.objects.filter(object_type="registry.networkapplication", object_id=row.pk).latest("id")


@pytest.fixture
def desk(people: People, simulator: SimulatorProcess, settings: Settings, var: Path) -> Iterator[Desk]:
    settings.OUTBOX_SETTLE_SECONDS = settings.OUTBOX_LOOK_SECONDS = 0
    settings.OUTBOX_HELD_RETRY_SECONDS = 3600  # what waits for somebody is not tried again and again
    settings.REGISTRY_PLAYGROUND_APPLICATION_ID = PLAYGROUND
    yield Desk(people.scope(people.member), make_api_key(people.account), simulator)
    locks.forget()
