"""What all rules have: the stage, time and work, faults, pauses, and people who decide where the machine may not."""

from __future__ import annotations

import logging
import urllib.error
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from portal.outbox import engine, installation, pauses
from portal.outbox.actions import adopt_candidate, cancel, confirm_absent, end_pause, release_key
from portal.outbox.calls import open_api
from portal.outbox.enums import OperationState as S
from portal.outbox.models import Operation
from portal.vonage.problems import VonageError
from registry.sync.network_applications import walk_applications
from tendlc.sync import poll_key, walk_key
from tests.faults.machine.stage import Stage
from tests.faults.matrix import CELLS
from tests.faults.world import TRIALS
from tests.people import make_people
from tests.simulator_process import SimulatorProcess

# A list that says it is empty, look after look, cannot be told from the truth; the matrix has it, twice at most.
FAULTS = [cell for cell in CELLS if cell.faults and not cell.name.startswith("F24 an empty list")]


class Defects(logging.Handler):
    """Keeps what the engine logs as an error: no step may fail by a mistake of ours."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


class Acting(RuleBasedStateMachine):
    """One example is one savepoint, undone at its end."""

    simulator: SimulatorProcess

    def __init__(self) -> None:
        super().__init__()
        self.stage: Stage
        self.defects = Defects()
        logging.getLogger("portal.outbox").addHandler(self.defects)
        self._savepoint = transaction.atomic()
        self._savepoint.__enter__()

    @initialize()
    def begin(self) -> None:
        self.simulator.control("reset", {})
        self.simulator.control("settings", {"uniqueness": False, "revet_limit": False})
        installation.path().unlink(missing_ok=True)  # of an example that is undone: this is no restore
        self.stage = Stage(make_people(), self.simulator)

    def teardown(self) -> None:
        logging.getLogger("portal.outbox").removeHandler(self.defects)
        transaction.set_rollback(True)
        self._savepoint.__exit__(None, None, None)

    @rule()
    def work(self) -> None:
        engine.run()

    @rule(seconds=st.sampled_from((1, 40, 200, 900)), times=st.integers(1, 4))
    def work_while_time_passes(self, seconds: int, times: int) -> None:
        for _ in range(times):
            self.stage.world.advance(seconds)
            engine.run()

    @rule(is_walk=st.booleans())
    def look_at_everything(self, is_walk: bool) -> None:
        api = open_api(self.stage.api_key, "sweep")
        try:
            (walk_key if is_walk else poll_key)(self.stage.api_key, api)
            walk_applications(self.stage.api_key, api)
        except VonageError:
            pass
        finally:
            api.close()

    @rule(cell=st.sampled_from(FAULTS), trial=st.sampled_from(TRIALS))
    def something_goes_wrong(self, cell: Any, trial: Any) -> None:
        """The next fault replaces one that met nobody."""
        self.simulator.control("faults", method="DELETE")
        self.stage.world.arm(cell, trial)

    @rule()
    def all_is_well_again(self) -> None:
        self.simulator.control("faults", method="DELETE")
        self.simulator.control("settings", {"lag": 0})
        for one in type(self.stage.api_key).objects.exclude(refused_at=None):
            release_key(one)

    @rule(which=st.integers(0, 5), way=st.sampled_from(("decide", "cancel")))
    def somebody_decides(self, which: int, way: str) -> None:
        """An honest person: adopts only what is ours, and says "absent" only of what was not done."""
        operation = self.stage.pick(Operation.objects.filter(finished_at=None), which)
        done = self.stage.effects(operation)
        if way == "cancel":
            self.stage.try_to(cancel, operation)
        elif operation.state == S.REVIEW and not done:
            self.stage.try_to(confirm_absent, operation)
        elif operation.state == S.REVIEW:
            ours = [
                one["remote_id"]
                for one in operation.candidates
                if one["remote_id"] in done[-1]["ids"].values()
            ]
            self.stage.try_to(adopt_candidate, operation, ours[0]) if ours else self.stage.try_to(
                cancel, operation
            )

    @rule(way=st.sampled_from(("all", "key", "end")))
    def somebody_pauses(self, way: str) -> None:
        if way != "end":
            pauses.pause("Prices change", api_key=self.stage.api_key if way == "key" else None)
            return
        for one in pauses.in_force():
            end_pause(one, actor=None)

    def _open(self) -> bool:
        return Operation.objects.filter(finished_at=None).exists()

    def _quietly(self, path: str, body: dict[str, str]) -> None:
        """What is gone at Vonage already cannot change there."""
        try:
            self.simulator.control(path, body)
        except urllib.error.HTTPError as error:
            error.close()
