"""People, engine, Vonage and operators in any order, faults between them, with the promises held after every step.

FAULTS_EXAMPLES and FAULTS_STEPS make it longer, and then by chance: `@seed` is printed with what was found. In every
test run it is the same short one.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
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


def check(machine: Portal) -> None:
    """Every promise, as after a step."""
    for promise in machine.invariants:
        promise.function(machine)


def test_promises_hold_after_every_step(portal: type[Portal]) -> None:
    run_state_machine_as_test(portal, settings=AT_WORK)  # type: ignore[no-untyped-call]


def test_the_rules_lead_to_a_yes_of_the_gate_and_to_its_end(portal: type[Portal]) -> None:
    """Otherwise the promise about the gate would hold because nobody ever passes."""
    machine = portal()
    machine.begin()
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
    machine.teardown()


def test_the_promises_see_a_double(portal: type[Portal], monkeypatch: pytest.MonkeyPatch) -> None:
    """A control: with the observation switched off they must not hold."""
    monkeypatch.setattr(endings, "AFTER", {**endings.AFTER, Outcome.UNKNOWN: endings.AFTER[Outcome.NOT_SENT]})
    monkeypatch.setattr(engine, "already_there", lambda *_: False)
    machine = portal()
    machine.begin()
    machine.submit_brand(0)
    machine.something_goes_wrong(LOST, BRANDS)
    machine.work()
    machine.work_while_time_passes(900, 1)
    with pytest.raises(AssertionError, match="doubled"):
        check(machine)
    assert Operation.objects.get().attempts.count() == 2
    machine.teardown()
