"""Control experiments: with a guard switched off the harness must see what the guard prevents.

This is the one place where our own code is replaced: a harness that cannot see is a defect of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from portal.outbox import calls, claims, endings, engine, kinds
from portal.outbox.enums import OperationState as S
from portal.outbox.kinds import kind_of
from portal.outbox.locks import current_sender
from portal.outbox.models import Operation
from portal.outbox.storing import finish_applied
from portal.records.moves import LostRace
from portal.vonage.outcomes import Outcome
from tendlc.client import TenDlcClient
from tendlc.operations.names import CREATE_BRAND
from tests.faults.matrix import CELLS, Cell
from tests.faults.world import TRIALS, Ground, Trial, World, new_brand
from tests.outbox.conftest import BRAND

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
CELL = {cell.name: cell for cell in CELLS}
BRANDS = TRIALS[0]
LOST = CELL["F6 reset after the work"]


def rival(world: World, ground: Ground) -> Operation:
    """A brand whose tax number somebody has registered with this key elsewhere (F26)."""
    operation = new_brand(world, ground)
    api = calls.open_api(ground.api_key)
    TenDlcClient(api).create_brand({**operation.payload, "company_name": BRAND["company_name"]})
    return operation


RIVAL = Trial(CREATE_BRAND, rival, "create_brand", "list_brands")
TAKEN = Cell("F26 the tax number is there already", hidden=True)


class TestObservation:
    def test_with_it_a_lost_answer_has_one_effect(self, world: World) -> None:
        assert world.verdict(BRANDS, LOST) == ""

    def test_without_it_the_harness_finds_the_double(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            endings, "AFTER", {**endings.AFTER, Outcome.UNKNOWN: endings.AFTER[Outcome.NOT_SENT]}
        )
        monkeypatch.setattr(engine, "already_there", lambda *_: False)
        assert "doubled" in world.verdict(BRANDS, LOST)


class TestPriorIds:
    def test_with_them_what_was_there_before_is_for_a_person(self, world: World) -> None:
        world.ground()
        since = world.now()
        assert world.verdict(RIVAL, TAKEN) == ""
        assert world.effects(RIVAL, since) == 1  # somebody else's

    def test_without_them_the_harness_finds_the_loss(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Somebody else's brand is taken for the effect of a request that did nothing."""

        def adopt_anything(operation: Operation, sighting: kinds.Sighting) -> bool:
            if not sighting.found:
                return False
            finish_applied(operation, sighting.found[0])
            return True

        monkeypatch.setattr(engine, "already_there", adopt_anything)
        ground, since = world.ground(), world.now()
        operation = rival(world, ground)
        world.settle()
        operation.refresh_from_db()
        sent = operation.attempts.count()
        assert (operation.state, sent, world.effects(RIVAL, since)) == (S.APPLIED, 0, 1)


def die_after_sending(operation: Operation) -> Operation:
    """What a SIGKILL between "sent" and "stored" leaves behind: the effect, and a row in hands of a dead sender."""
    sender = current_sender()
    assert sender is not None
    claims.claim(operation, sender, [])
    kind_of(operation).send(operation, calls.open_api(operation.api_key))
    Operation.objects.filter(pk=operation.pk).update(sender="a:dead:process")
    return operation


class TestAttemptRow:
    """The row committed before the first byte is what tells a dead sender's work from work not begun."""

    def end(self, world: World) -> tuple[str, int]:
        ground, since = world.ground(), world.now()
        operation = die_after_sending(BRANDS.wish(world, ground))
        world.settle()
        operation.refresh_from_db()
        return operation.state, world.effects(BRANDS, since)

    def test_with_it_a_dead_senders_effect_is_found(self, world: World) -> None:
        assert self.end(world) == (S.APPLIED, 1)

    def test_without_it_the_harness_finds_the_double(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def forget_the_attempt(rows: Any, _settle: Any) -> int:
            return int(rows.update(state=S.READY, sender="", next_attempt_at=timezone.now()))

        monkeypatch.setattr(claims, "_free", forget_the_attempt)
        monkeypatch.setattr(engine, "already_there", lambda *_: False)
        assert self.end(world) == (S.APPLIED, 2)


class TestClaim:
    """Two hands reach for one row at the same moment."""

    def both(self, world: World, claim: Callable[..., Any]) -> int:
        ground, since = world.ground(), world.now()
        operation = BRANDS.wish(world, ground)
        sender = current_sender()
        assert sender is not None
        first, second = (
            Operation.objects.select_related("api_key", "account").get(pk=operation.pk) for _ in "ab"
        )
        api = calls.open_api(operation.api_key)
        for row in (first, second):
            try:
                claim(row, sender, [])
            except LostRace:
                continue
            kind_of(row).send(row, api)
        return world.effects(BRANDS, since)

    def test_with_it_one_of_two_sends(self, world: World) -> None:
        assert self.both(world, claims.claim) == 1

    def test_without_it_the_harness_finds_the_double(self, world: World) -> None:
        assert self.both(world, lambda *_: None) == 2


class TestSenderLock:
    """A sender that only stands still is not dead: its row must not be given to another."""

    def end(self, world: World, monkeypatch: pytest.MonkeyPatch, *, is_gone: bool) -> int:
        ground, since = world.ground(), world.now()
        operation = BRANDS.wish(world, ground)
        sender = current_sender()
        assert sender is not None
        claims.claim(operation, sender, [])
        Operation.objects.filter(pk=operation.pk).update(sender="a:stopped:process")
        monkeypatch.setattr(type(sender), "is_gone", lambda _self, other: is_gone)
        world.advance(2000)
        for _ in range(8):  # long past every window; then the stopped one goes on
            engine.run()
            world.advance(2000)
        kind_of(operation).send(operation, calls.open_api(operation.api_key))
        return world.effects(BRANDS, since)

    def test_with_it_a_stopped_sender_keeps_its_row(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert self.end(world, monkeypatch, is_gone=False) == 1

    def test_without_it_the_harness_finds_the_double(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert self.end(world, monkeypatch, is_gone=True) == 2
