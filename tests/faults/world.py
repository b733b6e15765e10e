"""One portal in this process against a simulator that keeps the ledger, under a clock that is moved by hand.

Nothing waits: moving the clock moves every time that the outbox stored back by as much, and the simulator's own
clock forward. What the engine does is what it does in production, with the intervals of production.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import F, Model
from django.utils import timezone

from portal.accounts.models import ApiKey
from portal.accounts.scope import Scope
from portal.outbox import calls, engine, health
from portal.outbox.actions import release_key
from portal.outbox.claims import PARENT_DONE
from portal.outbox.enums import FINAL_STATES
from portal.outbox.enums import OperationState as S
from portal.outbox.models import KeyHealth, Operation
from registry.actions.network_applications import (
    Wanted,
    change_application,
    create_application,
    delete_application,
    wanted_now,
)
from registry.models import NetworkApplication
from registry.operations.names import CREATE_APPLICATION, DELETE_APPLICATION, UPDATE_APPLICATION
from tendlc import actions
from tendlc.enums import BrandState
from tendlc.models import Brand, Campaign, NumberLink
from tendlc.operations.names import (
    CREATE_BRAND,
    CREATE_CAMPAIGN,
    DELETE_BRAND,
    IMPORT_VETTING,
    LINK_NUMBER,
    REQUEST_VETTING,
    REVET_BRAND,
    STOP_CAMPAIGN,
    UNLINK_NUMBER,
    UPDATE_BRAND,
    UPDATE_CAMPAIGN,
)
from tests.builders import make_api_key
from tests.faults.matrix import Cell
from tests.outbox.conftest import BRAND, CAMPAIGN
from tests.registry.network_builders import make_public_key
from tests.simulator_process import SimulatorProcess

Known = TypeVar("Known", bound=Model)
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
        ground.brand = self.known(new_brand(self, ground), Brand)
        self.simulator.control("status", {"brand_id": ground.brand.remote_id, "status": "VERIFIED"})
        ground.campaign = self.known(new_campaign(self, ground), Campaign)

    def known(self, operation: Operation, model: type[Known]) -> Known:
        """The object of an operation once it is done, when every read has come to see it."""
        self.settle()
        self.advance(1000)
        return model._default_manager.get(pk=operation.object_id)

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def advance(self, seconds: float) -> None:
        """Let so much time pass for the outbox and for Vonage, once no request is under way any more."""
        gone = timedelta(seconds=seconds)
        self.simulator.control("clock", {"advance": seconds, "when_quiet": True})
        times = ("next_attempt_at", "settle_at", "vain_since", "created_at")
        Operation.objects.filter(finished_at=None).update(**{name: F(name) - gone for name in times})
        KeyHealth.objects.exclude(paused_until=None).update(paused_until=F("paused_until") - gone)
        calls.limiter.cache_clear()
        health.forget()

    def settle(self, once: Callable[[], object] | None = None) -> None:
        """Work and let time pass until nothing is open that the machine can end; `once` after the first work."""
        moving = Operation.objects.filter(PARENT_DONE, finished_at=None).exclude(state=S.REVIEW)
        for _ in range(MOST_ROUNDS):
            engine.run()
            if once:
                once()
                once = None
            waiting = moving.order_by("next_attempt_at").first()
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
        ground = self.ground()
        operation = trial.wish(self, ground)
        since = self.now()
        self.arm(cell, trial)
        if cell.twin == "before":
            trial.twin(self, operation)
        self.settle(once=(lambda: trial.twin(self, operation)) if cell.twin == "meanwhile" else None)
        self.disarm(cell)
        operation.refresh_from_db()
        Operation.objects.filter(pk=operation.pk).exclude(state__in=FINAL_STATES).update(
            state=S.CANCELLED, finished_at=timezone.now(), sender=""
        )
        rows = self.simulator.ledger(effect=True, since=since)
        ours = [row for row in rows if (row["operation"], row["key"]) == (trial.writes, ground.api_key.key)]
        if strays := [row["operation"] for row in rows if row not in ours]:
            return f"doubled: something else came late: {strays}"
        return self._judged(trial, cell, operation, len(ours))

    def _judged(self, trial: Trial, cell: Cell, operation: Operation, done: int) -> str:
        if end := trial.apart.get(cell.name):
            return (
                "" if (operation.state, done) == end else f"not as is right here: {operation.state}, {done}"
            )
        if operation.state not in ENDS or operation.state == S.CANCELLED:  # which nobody has asked for
            return f"lost: {operation.state}"
        if done > 1:
            return f"doubled: {done} effects"
        if operation.state == S.APPLIED and done != 1:
            return "lost: applied without effect"
        if operation.state == S.REFUSED and (done or not cell.refused):
            return f"refused with {done} effects: {operation.last_error.get('code')}"
        # What is never sent again ends before a person when nothing was done, and by design nowhere else.
        hidden = cell.hidden or cell.name in trial.hides
        is_right = hidden or (not trial.resends and not done)
        if operation.state == S.REVIEW and not is_right:
            return f"review: {operation.waiting_for}"
        return ""

    def arm(self, cell: Cell, kind: Trial) -> None:
        if cell.lag:
            self.simulator.control("settings", {"lag": cell.lag})
        if cell.skew:
            self.simulator.control("clock", {"advance": cell.skew})
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

    def disarm(self, cell: Cell) -> None:
        if cell.faults:
            self.simulator.control("faults", method="DELETE")
        if cell.lag:
            self.simulator.control("settings", {"lag": 0})
        if cell.skew:
            self.simulator.control("clock", {"advance": -cell.skew})

    def effects(self, kind: Trial, since: int) -> int:
        return len(self.simulator.ledger(operation=kind.writes, effect=True, since=since))

    def now(self) -> int:
        """The ledger's last number; reading its rows for that would make a long run slower and slower."""
        return int(self.simulator.control("ledger?effect=none")["seq"])


@dataclass(frozen=True)
class Trial:
    """One kind of effect: how to wish for one, and which operations of the API it writes and looks with.

    `apart` names the cells that mean something else to this kind: the state that is right there, and how many
    effects. `hides` names those in which the evidence of this kind is gone before anybody can see it, so that a
    person must say. `twin` makes the same thing behind the portal's back.
    """

    kind: str
    wish: Callable[[World, Ground], Operation]
    writes: str
    lists: str
    resends: bool = True
    apart: Mapping[str, tuple[S, int]] = field(default_factory=dict)
    hides: frozenset[str] = frozenset()
    twin: Callable[[World, Operation], object] = lambda *_: None


def operation_of(row: Any) -> Operation:
    return Operation.objects.filter(object_type=row._meta.label_lower, object_id=row.pk).latest("id")


def new_brand(world: World, ground: Ground, **values: Any) -> Operation:
    number = world.number()
    typed: Mapping[str, Any] = {
        **BRAND,
        "ein": f"{200_000_000 + number}",
        "company_name": f"Acme {number} Inc",
    }
    brand = actions.submit_brand(
        ground.scope,
        {**typed, **values},
        client=ground.scope.clients()[0],
        api_key=ground.api_key,
        actor=ground.scope.user,
    )
    return operation_of(brand)


def brand_elsewhere(world: World, operation: Operation) -> None:
    fields = {"ein": operation.payload["ein"], "country": operation.payload["country"]}
    world.simulator.control("brands", {"key": operation.api_key.key, "fields": fields})


def application_elsewhere(world: World, operation: Operation) -> None:
    fields = {"keys": {"public_key": operation.payload["public_key"]}}
    world.simulator.control("applications", {"key": operation.api_key.key, "fields": fields})


def new_campaign(world: World, ground: Ground) -> Operation:
    assert ground.brand is not None
    values = {**CAMPAIGN, "label": f"Orders {world.number()}"}
    return operation_of(actions.submit_campaign(ground.scope, ground.brand, values, actor=ground.scope.user))


def new_link(world: World, ground: Ground) -> Operation:
    assert ground.campaign is not None
    number = ("US", f"1415{555_000 + world.number()}0")  # no ending that means something to the simulator
    linking = actions.link_numbers(ground.scope, ground.campaign, [number], actor=ground.scope.user)
    return operation_of(linking.links[0])


def brand_change(world: World, ground: Ground) -> Operation:
    changes = {"website": f"https://shoes{world.number()}.example"}
    return actions.change_brand(ground.scope, _brand(world, ground), changes, actor=ground.scope.user)


def brand_deletion(world: World, ground: Ground) -> Operation:
    return actions.delete_brand(ground.scope, _brand(world, ground), actor=ground.scope.user)


def revetting(world: World, ground: Ground) -> Operation:
    brand = _brand(world, ground)
    world.simulator.control("status", {"brand_id": brand.remote_id, "status": "UNVERIFIED"})
    Brand.objects.filter(pk=brand.pk).update(state=BrandState.UNVERIFIED)
    brand.refresh_from_db()
    return actions.revet_brand(ground.scope, brand, actor=ground.scope.user)


def vetting_request(world: World, ground: Ground) -> Operation:
    vetting = actions.request_vetting(
        ground.scope,
        _brand(world, ground),
        evp_id="AEGIS",
        vetting_class="STANDARD",
        actor=ground.scope.user,
    )
    return operation_of(vetting)


def vetting_import(world: World, ground: Ground) -> Operation:
    vetting = actions.import_vetting(
        ground.scope,
        _brand(world, ground),
        vetting_id=f"v-elsewhere-{world.number()}",
        evp_id="CV",
        vetting_class="POLITICAL",
        token="cv|1.0|tcr|secret-token",
        actor=ground.scope.user,
    )
    return operation_of(vetting)


def campaign_change(world: World, ground: Ground) -> Operation:
    changes = {
        "help_message": f"Acme: call 1-555-666-0001, extension {world.number()}. Reply STOP to opt out."
    }
    return actions.edit_campaign(ground.scope, _campaign(world, ground), changes, actor=ground.scope.user)


def campaign_stop(world: World, ground: Ground) -> Operation:
    return actions.stop_campaign(ground.scope, _campaign(world, ground), actor=ground.scope.user)


def unlinking(world: World, ground: Ground) -> Operation:
    link = world.known(new_link(world, ground), NumberLink)
    return actions.unlink_number(ground.scope, link, actor=ground.scope.user)


def new_application(world: World, ground: Ground) -> Operation:
    row = create_application(
        ground.scope,
        Wanted(name=f"Login {world.number()}", public_key=make_public_key()),
        api_key=ground.api_key,
        client=ground.scope.clients()[0],
        actor=ground.scope.user,
    )
    return operation_of(row)


def application_change(world: World, ground: Ground) -> Operation:
    row = world.known(new_application(world, ground), NetworkApplication)
    wanted = wanted_now(row, name=f"Sign-in {world.number()}")
    change_application(ground.scope, row, wanted, actor=ground.scope.user)
    return operation_of(row)


def application_deletion(world: World, ground: Ground) -> Operation:
    row = world.known(new_application(world, ground), NetworkApplication)
    delete_application(ground.scope, row, actor=ground.scope.user)
    return operation_of(row)


def _brand(world: World, ground: Ground) -> Brand:
    return world.known(new_brand(world, ground), Brand)


def _campaign(world: World, ground: Ground) -> Campaign:
    return world.known(new_campaign(world, ground), Campaign)


# What this key has just read and a DELETE does not find is gone: that is what was wanted.
GONE: Mapping[str, tuple[S, int]] = {"F16 404": (S.APPLIED, 0)}

# A revet shows only while the brand is being checked, which may begin and end between two looks.
BETWEEN_LOOKS = frozenset({"F8 given up, then done"})
# Whose it is only a person can tell.
TWINS: Mapping[str, tuple[S, int]] = {
    "F26 there already, made elsewhere": (S.REVIEW, 0),
    "F26 lost, and made elsewhere meanwhile": (S.REVIEW, 1),
}

TRIALS: tuple[Trial, ...] = (
    Trial(CREATE_BRAND, new_brand, "create_brand", "list_brands", apart=TWINS, twin=brand_elsewhere),
    Trial(UPDATE_BRAND, brand_change, "change_brand", "read_brand"),
    Trial(DELETE_BRAND, brand_deletion, "delete_brand", "read_brand", apart=GONE),
    Trial(REVET_BRAND, revetting, "revet_brand", "read_brand", resends=False, hides=BETWEEN_LOOKS),
    Trial(REQUEST_VETTING, vetting_request, "order_vetting", "list_vettings", resends=False),
    Trial(IMPORT_VETTING, vetting_import, "import_vetting", "list_vettings"),
    Trial(CREATE_CAMPAIGN, new_campaign, "create_campaign", "list_campaigns"),
    Trial(UPDATE_CAMPAIGN, campaign_change, "change_campaign", "read_campaign"),
    Trial(STOP_CAMPAIGN, campaign_stop, "stop_campaign", "read_campaign", apart=GONE),
    Trial(LINK_NUMBER, new_link, "link_number", "read_number"),
    Trial(UNLINK_NUMBER, unlinking, "unlink_number", "read_number", apart=GONE),
    Trial(
        CREATE_APPLICATION,
        new_application,
        "create_application",
        "list_applications",
        apart=TWINS,
        twin=application_elsewhere,
    ),
    Trial(UPDATE_APPLICATION, application_change, "replace_application", "read_application"),
    Trial(DELETE_APPLICATION, application_deletion, "delete_application", "read_application", apart=GONE),
)
