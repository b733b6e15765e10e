"""People, engine, Vonage and operators in any order, faults between them, with the promises held after every step.

In every test run it is the same short one. FAULTS_EXAMPLES and FAULTS_STEPS make it longer, and then by chance:
FAULTS_SEED, which is printed, repeats it.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from portal.outbox import endings, engine
from portal.outbox.models import Operation
from portal.vonage.outcomes import Outcome
from registry.enums import Ruling
from registry.models import ApplicationProfile, NetworkApplication
from tests.faults.machine.promises import Portal
from tests.faults.matrix import CELLS
from tests.faults.world import TRIALS, World

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
EXAMPLES, STEPS = int(os.environ.get("FAULTS_EXAMPLES", "0")), int(os.environ.get("FAULTS_STEPS", "0"))
IS_LONG = bool(EXAMPLES or STEPS)
SEED = int(os.environ.get("FAULTS_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
AT_WORK = settings(
    max_examples=EXAMPLES or 8,
    stateful_step_count=STEPS or 30,
    derandomize=not IS_LONG,
    database=None,
    deadline=None,
    print_blob=True,
    phases=(Phase.generate, Phase.shrink) if IS_LONG else (Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
LOST = next(cell for cell in CELLS if cell.name == "F6 reset after the work")
BRANDS = TRIALS[0]


@pytest.fixture
def portal(world: World) -> type[Portal]:
    Portal.simulator = world.simulator
    return Portal


@pytest.fixture
def machine(portal: type[Portal]) -> Iterator[Portal]:
    """One that a test moves by itself."""
    made = portal()
    made.begin()
    yield made
    made.teardown()


def check(machine: Portal) -> None:
    """Every promise, as after a step."""
    for promise in cast(list[Any], machine.invariants):
        promise.function(machine)


def test_promises_hold_after_every_step(portal: type[Portal]) -> None:
    if IS_LONG:
        print(f"\nFAULTS_EXAMPLES={EXAMPLES} FAULTS_STEPS={STEPS} FAULTS_SEED={SEED}", file=sys.__stderr__)
        portal = seed(SEED)(portal)
    run_state_machine_as_test(portal, settings=AT_WORK)


def test_the_rules_lead_to_a_yes_of_the_gate_and_to_its_end(machine: Portal) -> None:
    """Otherwise the promise about the gate would hold because nobody ever passes."""
    machine.submit_business()
    machine.operators_accept_everything(0)
    machine.submit_application(0)
    machine.operators_accept_everything(0)
    machine.create_app()
    machine.work()
    machine.link_app(0, 0, True)
    machine.work()
    check(machine)
    assert NetworkApplication.objects.get().state == "active"
    assert machine.allowed == 2  # of three operators two offer the feature

    for decision in ApplicationProfile.objects.get().decisions.all():
        machine.rule_on(decision, Ruling.SUSPEND)
    machine.allowed = 0
    check(machine)
    assert machine.allowed == 0


def test_the_promises_see_a_double(machine: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A control: with the observation switched off they must not hold."""
    monkeypatch.setattr(endings, "AFTER", {**endings.AFTER, Outcome.UNKNOWN: endings.AFTER[Outcome.NOT_SENT]})
    monkeypatch.setattr(engine, "already_there", lambda *_: False)
    machine.submit_brand(0)
    machine.something_goes_wrong(LOST, BRANDS)
    machine.work()
    machine.work_while_time_passes(900, 1)
    with pytest.raises(AssertionError, match="doubled"):
        check(machine)
    assert Operation.objects.get().attempts.count() == 2
