"""The table of trials holds every kind of effect that there is, and each works when nothing fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.outbox.enums import OperationState as S
from portal.outbox.kinds import Kind
from portal.outbox.models import Operation
from simulator.operations import HANDLERS
from tests.faults.matrix import CELLS, Cell
from tests.faults.world import TRIALS, Trial, World


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
    assert {name for trial in TRIALS for name in trial.apart} <= {cell.name for cell in CELLS}


@pytest.mark.django_db
@pytest.mark.processes
@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.kind)
def test_effect_is_made_once_when_nothing_fails(world: World, trial: Trial) -> None:
    assert world.verdict(trial, Cell("F0 nothing")) == ""
    assert Operation.objects.filter(kind=trial.kind).latest("id").state == S.APPLIED


@pytest.mark.django_db
@pytest.mark.processes
@pytest.mark.parametrize("trial", [trial for trial in TRIALS if trial.apart], ids=lambda trial: trial.kind)
@pytest.mark.parametrize("cell", [cell for cell in CELLS if "HTML" in cell.name], ids=lambda cell: cell.name)
def test_deletion_that_a_proxy_answered_is_looked_up(world: World, trial: Trial, cell: Cell) -> None:
    assert world.verdict(trial, cell) == ""
    assert Operation.objects.filter(kind=trial.kind).latest("id").state == S.APPLIED
