"""The crash point between "the answer is kept with its attempt" and "stored on the object", for every kind.

Vonage's lists lag for longer than absence takes to be proven, so an engine that forgot the answer would send again.
"""

from __future__ import annotations

import pytest

from portal.outbox import calls, claims, endings, looking
from portal.outbox.endings import complete
from portal.outbox.enums import OperationState as S
from portal.outbox.kinds import Found, Kind, kind_of
from portal.outbox.locks import current_sender
from portal.outbox.models import Operation
from portal.vonage.outcomes import Outcome
from tests.faults.world import TRIALS, Trial, World

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
LAG = 100_000
TIMES = 3


def answered(operation: Operation) -> Found:
    """What the engine does up to the crash point."""
    sender = current_sender()
    assert sender is not None
    kind, api = kind_of(operation), calls.open_api(operation.api_key)
    kind.prepare(operation, api)
    sighting = kind.look(operation, api)
    seen = [found.remote_id for found in (*sighting.found, *sighting.possible)]
    attempt = claims.claim(operation, sender, seen)
    found = kind.send(operation, api)
    assert complete(attempt, Outcome.APPLIED, found=found)
    return found


def outcome(world: World, trial: Trial, operation: Operation, since: int) -> tuple[str, int, int, bool]:
    """State, attempts, effects, and whether what was stored is what the first answer said."""
    world.settle()
    world.simulator.control("settings", {"lag": 0})
    operation.refresh_from_db()
    attempt = operation.attempts.order_by("number").first()
    assert attempt is not None
    assert attempt.answer is not None
    is_its_own = operation.remote_id == attempt.answer["remote_id"]
    return operation.state, operation.attempt_count, world.effects(trial, since), is_its_own


def die(world: World, trial: Trial) -> tuple[Operation, int]:
    """A process died at the crash point."""
    ground = world.ground()
    operation = trial.wish(world, ground)
    since = world.now()
    answered(operation)
    Operation.objects.filter(pk=operation.pk).update(sender="a:dead:process")
    world.simulator.control("settings", {"lag": LAG})
    return operation, since


def break_storing(world: World, trial: Trial, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The first times that an operation of this kind is to be stored it fails; each failure is listed."""
    kind = type(kind_of(Operation(kind=trial.kind)))
    store, failed = kind.applied, list[str]()

    def applied(self: Kind, operation: Operation, found: Found) -> None:
        if len(failed) < TIMES:
            failed.append(operation.code)
            world.simulator.control("settings", {"lag": LAG})
            raise RuntimeError("the disk is full")
        store(self, operation, found)

    monkeypatch.setattr(kind, "applied", applied)
    return failed


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.kind)
def test_an_answer_kept_by_a_process_that_died_is_stored_and_nothing_is_sent_again(
    world: World, trial: Trial
) -> None:
    operation, since = die(world, trial)
    assert outcome(world, trial, operation, since) == (S.APPLIED, 1, 1, True)


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.kind)
def test_an_answer_whose_storing_raises_is_stored_later_and_nothing_is_sent_again(
    world: World, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = trial.wish(world, world.ground())
    since = world.now()
    failed = break_storing(world, trial, monkeypatch)
    assert outcome(world, trial, operation, since) == (S.APPLIED, 1, 1, True)
    assert failed == [operation.code] * TIMES


def test_without_the_kept_answer_the_harness_finds_the_double(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (endings, looking):
        monkeypatch.setattr(module, "kept_answer", lambda _operation: None)
    operation, since = die(world, TRIALS[0])
    _state, attempts, effects, _own = outcome(world, TRIALS[0], operation, since)
    assert (attempts, effects) == (2, 2)
