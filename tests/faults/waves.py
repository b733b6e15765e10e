"""One wave: an operation of each kind, each with its own crash point, all at the same time on keys of their own."""

from __future__ import annotations

import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction
from django.db.models import F
from django.utils import timezone

from portal.outbox.enums import FINAL_STATES
from portal.outbox.enums import OperationState as S
from portal.outbox.kinds import kind_of
from portal.outbox.models import KeyHealth, Operation
from portal.outbox.tasks import ring
from tests.builders import make_api_key
from tests.faults.crash_points import AFTER_A_DEATH, AT_SUBMISSION, Arms, install_submission
from tests.faults.world import ENDS, TRIALS, Ground, Known, Trial, World
from tests.people import make_people
from tests.run.processes import eventually, is_alive
from tests.simulator_process import SimulatorProcess

PATIENCE = 60.0
TRIAL = {trial.kind: trial for trial in TRIALS}


class NotLaid(RuntimeError):
    """What an operation was to stand on did not come about in time."""


@dataclass
class LiveWorld(World):
    """A world in which real workers do what is asked; only doubt is waited for by moving the clock."""

    guard: threading.Lock = field(default_factory=threading.Lock)
    of_kind: dict[str, Ground] = field(default_factory=dict)
    # Time may jump only where senders are dead or stopped: one that is merely cut off from its lock may be in a call.
    may_jump: bool = True
    patience: float = PATIENCE
    # The last row of the ledger and the last operation before the flow: what waves left is not of it.
    before_flow: tuple[int, int] = (0, 0)

    def ground_of(self, kind: str) -> Ground:
        """A key for this kind alone, with few things on it."""
        ground = self.of_kind.get(kind)
        if ground is None or ground.count >= 12:
            ground = self.of_kind[kind] = Ground(
                self.scope, make_api_key(self.scope.account, reseller_id="R000000")
            )
            self._found(ground)
        ground.count += 1
        return ground

    def number(self) -> int:
        with self.guard:
            return super().number()

    def known(self, operation: Operation, model: type[Known]) -> Known:
        def is_done() -> bool:
            operation.refresh_from_db()
            if self.may_jump and operation.state == S.UNKNOWN:
                self._jump_to(operation)
            return operation.state in ENDS

        if not eventually(is_done, seconds=self.patience) or operation.state != S.APPLIED:
            raise NotLaid(f"the ground of a trial was not laid: {operation.kind} {operation.state}")
        return model._default_manager.get(pk=operation.object_id)

    def _jump_to(self, operation: Operation) -> None:
        with self.guard:
            operation.refresh_from_db()
            left = (operation.next_attempt_at - timezone.now()).total_seconds()
            if left > 0 and not operation.sender:
                self.advance(left + 0.01)

    def advance(self, seconds: float) -> None:
        """As the world's; what somebody holds in a transaction is left as it is."""
        gone = timedelta(seconds=seconds)
        with transaction.atomic():
            free = Operation.objects.select_for_update(skip_locked=True).filter(finished_at=None)
            open_now = [operation.pk for operation in free]
            rows = Operation.objects.filter(pk__in=open_now)
            rows.exclude(settle_at=None).update(settle_at=F("settle_at") - gone)
            rows.update(next_attempt_at=F("next_attempt_at") - gone)
        KeyHealth.objects.exclude(paused_until=None).update(paused_until=F("paused_until") - gone)
        self.simulator.control("clock", {"advance": seconds})
        ring()

    def settle_all(self, seconds: float = 240.0) -> list[Operation]:
        """Move the clock until nothing is open that the machine can end; what is left then."""
        deadline = time.monotonic() + seconds
        while waiting := list(Operation.objects.exclude(state__in=ENDS)):
            left = [(row.next_attempt_at - timezone.now()).total_seconds() for row in waiting]
            if time.monotonic() > deadline:
                break
            if min(left) > 0 and not any(row.sender for row in waiting):
                self.advance(max(left) + 0.01)
            time.sleep(0.1)
        return waiting

    def done(self, trial: Trial, key: str, since: int) -> int:
        return len(self.simulator.ledger(operation=trial.writes, effect=True, since=since, key=key))


def founded(port: int) -> LiveWorld:
    people = make_people()
    return LiveWorld(people.scope(people.member), SimulatorProcess(port=port))


@dataclass
class Case:
    """One operation of a wave and what befell it."""

    kind: str
    point: str
    ground: Ground
    since: int
    operation: int = 0
    struck: dict[str, Any] | None = None
    right_after: float | None = None  # seconds from the blow until the portal showed what is so
    verdict: str = ""


@dataclass
class Wave:
    """`points` by kind; `deed` is "kill", "kill_worker" or "stop"."""

    world: LiveWorld
    points: Mapping[str, str]
    deed: str
    arms: Arms = field(default_factory=lambda: Arms(Path(os.environ["FAULTS_ARMS"])))

    def run(self) -> dict[str, Any]:
        begun = time.monotonic()
        with ThreadPoolExecutor(len(self.points)) as pool:
            grounds = dict(
                zip(self.points, pool.map(closing(self.world.ground_of), self.points), strict=True)
            )
        since = self.world.now()
        cases = [Case(kind, point, grounds[kind], since) for kind, point in self.points.items()]
        self._submit(cases)
        self._await_blows(cases)
        # Who kills a worker takes what its other children had in hand: all of them are right again after the last.
        blown = max((case.struck["at"] for case in cases if case.struck), default=time.time())
        if self.deed == "stop":
            blown = self._let_go_on(cases)
        self._await_right(cases, blown)
        if self.deed == "stop":
            self._await_end(cases)
        self.world.settle_all()
        for case in cases:
            case.verdict = case.verdict or self._verdict(case)
        told = self._told(cases)
        self._clear_away(cases)
        return {"seconds": round(time.monotonic() - begun, 1), "cases": told}

    @staticmethod
    def _told(cases: list[Case]) -> list[dict[str, Any]]:
        return [
            {
                "kind": case.kind,
                "point": case.point,
                "struck": bool(case.struck),
                "right_after": case.right_after,
                "state": Operation.objects.get(pk=case.operation).state,
                "verdict": case.verdict,
            }
            for case in cases
        ]

    def _lay(self, case: Case) -> None:
        key = case.ground.api_key.pk
        number = signal.SIGSTOP if self.deed == "stop" else signal.SIGKILL
        if case.point in AFTER_A_DEATH:
            self.arms.lay("worked", case.kind, key, signal.SIGKILL, whole=False)
        self.arms.lay(case.point, case.kind, key, number, whole=self.deed == "kill_worker")

    def _submit(self, cases: list[Case]) -> None:
        apart = [case for case in cases if case.point in AT_SUBMISSION]
        for case in apart:
            self._wish_apart(case)
        with ThreadPoolExecutor(len(cases)) as pool:
            list(pool.map(closing(self._wish), [case for case in cases if case not in apart]))

    def _wish(self, case: Case) -> None:
        self._lay(case)
        case.operation = TRIAL[case.kind].wish(self.world, case.ground).pk

    def _wish_apart(self, case: Case) -> None:
        """In a process of its own, which is to be struck."""
        self._lay(case)
        connection.close()
        pid = os.fork()
        if pid == 0:
            os.setpgid(0, 0)
            install_submission(self.arms.folder, case.kind, case.ground.api_key.pk)
            try:
                TRIAL[case.kind].wish(self.world, case.ground)
            except BaseException:
                traceback.print_exc()
            os._exit(0)
        os.waitpid(pid, os.WUNTRACED)
        self.world.numbers += 10  # those that it has used

    def _await_blows(self, cases: list[Case]) -> None:
        def all_struck() -> bool:
            for case in cases:
                case.struck = case.struck or self.arms.struck(case.point, case.kind, case.ground.api_key.pk)
            if self.deed == "kill":  # those struck first are right again before the last are struck
                self._note_right([case for case in cases if case.struck and case.operation], time.time())
            return all(case.struck for case in cases)

        def all_over() -> bool:
            """A worker that dies takes with it what has not reached its own point, which may never come again."""
            ended = Operation.objects.filter(pk__in=[case.operation for case in cases], state__in=ENDS)
            gone = set(ended.values_list("pk", flat=True)) if self.deed == "kill_worker" else set()
            return all_struck() or all(case.struck or case.operation in gone for case in cases)

        eventually(all_over, seconds=PATIENCE)
        for case in cases:
            case.operation = case.operation or self._newest(case)
            if not case.struck and self.deed != "kill_worker":
                case.verdict = "the point was not reached"

    def _newest(self, case: Case) -> int:
        rows = Operation.objects.filter(kind=case.kind, api_key=case.ground.api_key)
        return rows.latest("id").pk

    def _let_go_on(self, cases: list[Case]) -> float:
        """Longer than any takeover would take if they were dead; then they wake up and do the rest."""
        for times in range(60):
            time.sleep(1)
            self.world.advance(1000)
            if times >= 6 and not any(self._is_taken_over(case) for case in cases):
                break
        for case in cases:
            if case.struck:
                with suppress(ProcessLookupError):  # the worker ends a task that takes more than two minutes
                    os.kill(case.struck["pid"], signal.SIGCONT)
        return time.time()

    @staticmethod
    def _is_taken_over(case: Case) -> bool:
        """Whether somebody else works on what the stopped process holds: that must come to its end first."""
        if case.struck is None or case.point in (*AT_SUBMISSION, *AFTER_A_DEATH):
            return False
        operation = Operation.objects.get(pk=case.operation)
        return operation.state not in ENDS and f":{case.struck['pid']}:" not in operation.sender

    def _await_end(self, cases: list[Case]) -> None:
        """Who went on may still be sending: nothing is judged before it has finished."""

        def all_over() -> bool:
            told = [self.arms.struck(case.point, case.kind, case.ground.api_key.pk) for case in cases]
            return all(one is None or one["over"] or not is_alive(one["pid"]) for one in told)

        if not eventually(all_over, seconds=PATIENCE):
            raise RuntimeError("a process that stood still did not come to an end")

    def _await_right(self, cases: list[Case], blown: float) -> None:
        def all_right() -> bool:
            self._note_right(cases, blown)
            return all(case.right_after is not None for case in cases)

        eventually(all_right, seconds=PATIENCE)

    def _note_right(self, cases: list[Case], blown: float) -> None:
        for case in cases:
            if case.right_after is None and self._is_right(case):
                since = case.struck["at"] if self.deed == "kill" and case.struck else blown
                case.right_after = round(time.time() - since, 2)

    def _is_right(self, case: Case) -> bool:
        """Every effect in the ledger is applied here, or the rest is unknown with its next look scheduled."""
        operation = Operation.objects.get(pk=case.operation)
        if operation.state in ENDS:
            return True
        scheduled = operation.state == S.UNKNOWN and not operation.sender  # `next_attempt_at` is never null
        return scheduled and self._effects(case) == 0

    def _effects(self, case: Case) -> int:
        return self.world.done(TRIAL[case.kind], case.ground.api_key.key, case.since)

    def _verdict(self, case: Case) -> str:
        operation, done = Operation.objects.get(pk=case.operation), self._effects(case)
        if operation.state not in ENDS:
            return f"lost: {operation.state} {operation.waiting_for}"
        if done > 1:
            return f"doubled: {done} effects"
        if operation.state == S.APPLIED and done != 1:
            return "lost: applied without effect"
        if operation.state == S.REVIEW and not TRIAL[case.kind].resends:
            return ""  # never sent again by the machine: what cannot be told is for a person
        if (
            self.deed == "kill_worker"
            and operation.state == S.REVIEW
            and self._died_too_often(operation, done)
        ):
            return ""
        is_applied = operation.state == S.APPLIED
        return "" if is_applied else f"{operation.state}: {operation.waiting_for}, {done} effects"

    @staticmethod
    def _died_too_often(operation: Operation, done: int) -> bool:
        """Each sending of it, as many as the machine may make, went down with a worker before anything was done."""
        sendings = list(operation.attempts.all())
        all_died = all(attempt.problem.get("code") == "sender_gone" for attempt in sendings)
        return not done and all_died and len(sendings) == kind_of(operation).max_resends + 1

    def _clear_away(self, cases: list[Case]) -> None:
        """What a person would decide: the next wave begins with nothing open."""
        Operation.objects.filter(pk__in=[case.operation for case in cases]).exclude(
            state__in=FINAL_STATES
        ).update(state=S.CANCELLED, finished_at=timezone.now(), sender="")
        for path in self.arms.folder.iterdir():
            path.unlink()


def closing(function: Callable[..., Any]) -> Callable[..., Any]:
    """For a thread of a pool: its connection ends with it."""

    def run(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        finally:
            connections.close_all()

    return run
