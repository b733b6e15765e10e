"""The table of trials holds every kind of effect that there is, and each works when nothing fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from portal.outbox import engine
from portal.outbox.enums import OperationState as S
from portal.outbox.kinds import Kind
from portal.outbox.models import Operation
from simulator.operations import HANDLERS
from tendlc.operations.names import REQUEST_VETTING
from tests.faults.matrix import CELLS, LOST, Cell
from tests.faults.reckoning import broken_promises
from tests.faults.world import GONE, TRIALS, Trial, World


def kinds(of: type[Kind] = Kind) -> Iterator[str]:
    """The names of all kinds of the apps; tests register some of their own."""
    for one in of.__subclasses__():
        if "name" in vars(one) and not one.__module__.startswith("tests."):
            yield one.name
        yield from kinds(one)


def test_every_kind_of_effect_is_tried() -> None:
    assert sorted(trial.kind for trial in TRIALS) == sorted(kinds())


def test_trials_name_what_the_simulator_has() -> None:
    assert {name for trial in TRIALS for name in (trial.writes, trial.lists)} <= HANDLERS.keys()


def test_exceptions_are_of_cells_that_there_are() -> None:
    assert {name for trial in TRIALS for name in (*trial.apart, *trial.hides)} <= {
        cell.name for cell in CELLS
    }


@pytest.mark.django_db
@pytest.mark.processes
@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.kind)
def test_effect_is_made_once_when_nothing_fails(world: World, trial: Trial) -> None:
    assert world.verdict(trial, Cell("F0 nothing")) == ""
    assert Operation.objects.filter(kind=trial.kind).latest("id").state == S.APPLIED


@pytest.mark.django_db
@pytest.mark.processes
@pytest.mark.parametrize(
    "trial", [trial for trial in TRIALS if trial.apart is GONE], ids=lambda trial: trial.kind
)
@pytest.mark.parametrize("cell", [cell for cell in CELLS if "HTML" in cell.name], ids=lambda cell: cell.name)
def test_deletion_that_a_proxy_answered_is_looked_up(world: World, trial: Trial, cell: Cell) -> None:
    assert world.verdict(trial, cell) == ""
    assert Operation.objects.filter(kind=trial.kind).latest("id").state == S.APPLIED


@pytest.mark.django_db
@pytest.mark.processes
def test_effect_is_made_once_after_refused_connections(restarting_world: World) -> None:
    """F2, and F1 and F3 with it, which the engine cannot tell from it: nothing has left."""
    world, seen = restarting_world, dict[str, tuple[str, int]]()
    for trial in TRIALS:
        operation = trial.wish(world, world.ground())
        since = world.now()
        world.simulator.stop()
        engine.run()
        world.simulator.start()
        world.simulator.control("settings", {"uniqueness": False, "revet_limit": False})
        world.settle()
        operation.refresh_from_db()
        seen[trial.kind] = (operation.state, world.effects(trial, since))
    assert seen == {trial.kind: (S.APPLIED, 1) for trial in TRIALS}


LATE = Cell("F25 lost, seen late", (LOST,), lag=300)


@pytest.mark.django_db
@pytest.mark.processes
def test_what_needs_a_person_is_said_and_counted(world: World, settings: Settings) -> None:
    """With an engine that gives up at once, what could have been found out ends before a person."""
    settings.OUTBOX_GIVE_UP_SECONDS = -3600
    said = f"{TRIALS[0].kind} · {LATE.name}: {world.verdict(TRIALS[0], LATE)}"
    assert said.endswith(": review: cannot_tell")
    assert broken_promises({said: 10}, of=2000) == {}
    assert broken_promises({said: 11}, of=2000) == {said: 11}


def test_a_double_is_never_excused_by_the_number_of_operations() -> None:
    assert broken_promises({"brand · F6: doubled: 2 effects": 1}, of=1_000_000)


@pytest.mark.django_db
@pytest.mark.processes
def test_work_that_was_done_and_ends_before_a_person_is_counted_for_vettings_too(
    world: World, settings: Settings
) -> None:
    settings.OUTBOX_GIVE_UP_SECONDS = -3600
    vetting = next(trial for trial in TRIALS if trial.kind == REQUEST_VETTING)
    assert "review" in world.verdict(vetting, LATE)
