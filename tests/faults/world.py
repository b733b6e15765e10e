"""One portal in this process against a simulator that keeps the ledger, under a clock that is moved by hand.

Nothing waits: moving the clock moves every time that the outbox stored back by as much, and the simulator's own
clock forward. What the engine does is what it does in production, with the intervals of production.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from portal.accounts.models import ApiKey
from portal.accounts.scope import Scope
from portal.outbox import calls, engine, health
from portal.outbox.actions import release_key
from portal.outbox.enums import FINAL_STATES
from portal.outbox.enums import OperationState as S
from portal.outbox.models import KeyHealth, Operation
from tendlc.actions import link_numbers, submit_brand, submit_campaign
from tendlc.models import Brand, Campaign
from tests.builders import make_api_key
from tests.faults.matrix import Cell
from tests.outbox.conftest import BRAND, CAMPAIGN
from tests.simulator_process import SimulatorProcess

MOST_ROUNDS = 120
ENDS = (S.APPLIED, S.REFUSED, S.CANCELLED, S.REVIEW)


@dataclass
class Ground:
    """What an operation stands on: a key, and a brand and campaign made with it."""

    scope: Scope
    api_key: ApiKey
    count: int = 0
    brand: Brand | None = None
    campaign: Campaign | None = None


@dataclass
class World:
    scope: Scope
    simulator: SimulatorProcess
    grounds: list[Ground] = field(default_factory=list)
    numbers: int = 0

    def ground(self) -> Ground:
        """A key with few things on it: a look reads all of them."""
        if not self.grounds or self.grounds[-1].count >= 20:
            self.grounds.append(Ground(self.scope, make_api_key(self.scope.account, reseller_id="R000000")))
            self._found(self.grounds[-1])
        self.grounds[-1].count += 1
        return self.grounds[-1]

    def _found(self, ground: Ground) -> None:
        brand = new_brand(self, ground)
        self.settle()
        ground.brand = Brand.objects.get(pk=brand.object_id)
        self.simulator.control("status", {"brand_id": ground.brand.remote_id, "status": "VERIFIED"})
        campaign = new_campaign(self, ground)
        self.settle()
        ground.campaign = Campaign.objects.get(pk=campaign.object_id)
        self.simulator.control(
            "clock", {"advance": 1000}
        )  # what an operation stands on is seen by every read

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def advance(self, seconds: float) -> None:
        """Let so much time pass for the outbox and for Vonage."""
        gone = timedelta(seconds=seconds)
        Operation.objects.filter(finished_at=None).update(next_attempt_at=F("next_attempt_at") - gone)
        Operation.objects.exclude(settle_at=None).update(settle_at=F("settle_at") - gone)
        KeyHealth.objects.exclude(paused_until=None).update(paused_until=F("paused_until") - gone)
        self.simulator.control("clock", {"advance": seconds})
        calls.limiter.cache_clear()
        health.forget()

    def settle(self, once: Callable[[], None] | None = None) -> None:
        """Work and let time pass until nothing is open that the machine can end."""
        for _ in range(MOST_ROUNDS):
            engine.run()
            if once:
                once()
                once = None
            waiting = Operation.objects.exclude(state__in=ENDS).order_by("next_attempt_at").first()
            if waiting is None:
                return
            for refused in ApiKey.objects.exclude(refused_at=None):
                release_key(refused)  # somebody has tested it
            waiting.refresh_from_db()
            left = (waiting.next_attempt_at - timezone.now()).total_seconds()
            paused = (
                KeyHealth.objects.filter(api_key=waiting.api_key)
                .values_list("paused_until", flat=True)
                .first()
            )
            if paused:
                left = max(left, (paused - timezone.now()).total_seconds())
            self.advance(max(left, 0.0) + 0.01)

    def verdict(self, trial: Trial, cell: Cell) -> str:
        """Put one operation through one cell: "" when it ended as promised, else what was broken."""
        ground, since = self.ground(), self.now()
        operation = trial.wish(self, ground)
        self.arm(cell, trial)
        self.settle(once=lambda: time.sleep(cell.late))
        self.disarm()
        operation.refresh_from_db()
        Operation.objects.filter(pk=operation.pk).exclude(state__in=FINAL_STATES).update(
            state=S.CANCELLED, finished_at=timezone.now(), sender=""
        )
        return self._judged(trial, cell, operation, self.effects(trial, since))

    def _judged(self, trial: Trial, cell: Cell, operation: Operation, done: int) -> str:
        if operation.state not in ENDS:
            return f"lost: {operation.state}"
        if done > 1:
            return f"doubled: {done} effects"
        if operation.state == S.APPLIED and done != 1:
            return "lost: applied without effect"
        if operation.state == S.REFUSED and (done or not cell.refused):
            return f"refused with {done} effects: {operation.last_error.get('code')}"
        if operation.state == S.REVIEW and not (cell.hidden or not trial.resends):
            return f"review: {operation.waiting_for}"
        return ""

    def arm(self, cell: Cell, kind: Trial) -> None:
        self.simulator.control("settings", {"lag": cell.lag})
        for fault in cell.faults:
            operation = kind.writes if fault.on == "write" else kind.lists
            if operation:
                told = {
                    "kind": fault.kind,
                    "when": fault.when,
                    "count": fault.count,
                    "params": dict(fault.params),
                }
                self.simulator.control("faults", {"operation": operation, **told})

    def disarm(self) -> None:
        self.simulator.control("faults", method="DELETE")
        self.simulator.control("settings", {"lag": 0})

    def effects(self, kind: Trial, since: int) -> int:
        return len(self.simulator.ledger(operation=kind.writes, effect=True, since=since))

    def now(self) -> int:
        rows = self.simulator.ledger()
        return int(rows[-1]["seq"]) if rows else 0


@dataclass(frozen=True)
class Trial:
    """One kind of effect: how to wish for one, and which operations of the API it writes and looks with."""

    name: str
    wish: Callable[[World, Ground], Operation]
    writes: str
    lists: str
    resends: bool = True


def operation_of(row: Any) -> Operation:
    return Operation.objects.filter(object_type=row._meta.label_lower, object_id=row.pk).latest("id")


def new_brand(world: World, ground: Ground, **values: Any) -> Operation:
    number = world.number()
    typed: Mapping[str, Any] = {
        **BRAND,
        "ein": f"{200_000_000 + number}",
        "company_name": f"Acme {number} Inc",
    }
    brand = submit_brand(
        ground.scope,
        {**typed, **values},
        client=ground.scope.clients()[0],
        api_key=ground.api_key,
        actor=ground.scope.user,
    )
    return operation_of(brand)


def new_campaign(world: World, ground: Ground) -> Operation:
    assert ground.brand is not None
    values = {**CAMPAIGN, "label": f"Orders {world.number()}"}
    return operation_of(submit_campaign(ground.scope, ground.brand, values, actor=ground.scope.user))


def new_link(world: World, ground: Ground) -> Operation:
    assert ground.campaign is not None
    number = ("US", f"1415{5_550_000 + world.number()}")
    linking = link_numbers(ground.scope, ground.campaign, [number], actor=ground.scope.user)
    return operation_of(linking.links[0])


TRIALS: tuple[Trial, ...] = (
    Trial("create brand", new_brand, "create_brand", "list_brands"),
    Trial("create campaign", new_campaign, "create_campaign", "list_campaigns"),
    Trial("link number", new_link, "link_number", "get_number"),
)
