"""Where a process may die or stand still: named points of the engine, made reachable in processes of the tests.

Production code knows nothing of them: `install` wraps functions of it in the process that is to suffer. A point
strikes when a file lies ready for it (`Arms`), and each file strikes one process, once.
"""

from __future__ import annotations

import json
import os
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from urllib3.connection import HTTPConnection

from portal.outbox import actions, claims, endings, engine, kinds, locks, looking, tasks
from portal.outbox.enums import OperationState
from portal.outbox.models import Attempt, Operation
from portal.vonage.http import ApiClient
from portal.vonage.outcomes import Outcome
from portal.vonage.transport import _Reporting

# In the order in which an operation passes them. The first two strike the process in which a person submits.
POINTS = {
    "submitted": "the wish is committed, the doorbell not rung",
    "rung": "the doorbell is rung, nobody has answered the person",
    "taken": "the row is leased, nothing has been looked for",
    "claiming": "in the transaction of the claim, not committed",
    "claimed": "the attempt is committed, nothing begun",
    "connecting": "before the connection of the write",
    "connected": "before the first byte",
    "asking": "the head of the request has left, its body has not",
    "worked": "Vonage has done the work, its answer has not been read",
    "answered": "the answer is read, nothing of it stored",
    "noted": "the attempt's end is committed, the operation's is not",
    "storing": "object, notices and operation written, not committed",
    "stored": "everything committed, the message not acknowledged",
    "looking": "a look at what was lost has come back",
    "recovering": "in the transaction that takes over a dead sender's row",
}
AT_SUBMISSION = ("submitted", "rung")
# These are passed only after another process has died, with the effect made and its answer unread.
AFTER_A_DEATH = ("looking", "recovering")


@dataclass(frozen=True)
class Arms:
    """A folder of what is to strike: one file for each kind of operation, key and point."""

    folder: Path

    def lay(self, point: str, kind: str, api_key_id: int, number: signal.Signals, *, whole: bool) -> None:
        """`whole` strikes the process group: a worker with all its children."""
        told = json.dumps({"signal": int(number), "whole": whole})
        path = self.folder / _name(point, kind, api_key_id)
        path.with_suffix(".new").write_text(told)
        path.with_suffix(".new").rename(path)

    def strike(self, point: str, kind: str, api_key_id: int) -> Path | None:
        """Die or stand still here, if that is laid; who stood still comes back with the file that says so."""
        armed = self.folder / _name(point, kind, api_key_id)
        struck = armed.with_name(f"struck-{armed.name}-{os.getpid()}")
        try:
            armed.rename(struck)
        except FileNotFoundError:
            return None
        told = json.loads(struck.read_text())
        struck.write_text(json.dumps({"pid": os.getpid(), "at": time.time()}))
        done = struck.rename(struck.with_suffix(".done"))
        if told["whole"]:
            os.killpg(0, told["signal"])
        os.kill(os.getpid(), told["signal"])
        return done

    def struck(self, point: str, kind: str, api_key_id: int) -> dict[str, Any] | None:
        """Which process was struck, when, and whether it has gone on and come to an end; None before."""
        for path in self.folder.glob(f"struck-{_name(point, kind, api_key_id)}-*.*"):
            told: dict[str, Any] = json.loads(path.read_text())
            return {**told, "over": path.suffix == ".over"}
        return None


def mark_over(done: Path) -> None:
    done.rename(done.with_suffix(".over"))


def _name(point: str, kind: str, api_key_id: int) -> str:
    return f"{point}-{kind.replace('.', '-')}-{api_key_id}"


def replace(owner: Any, name: str, function: Callable[..., Any]) -> None:
    """In this process alone, which is a child of the tests."""
    setattr(owner, name, function)


class Hooks:
    """The wrappers of one process. An engine works on one operation at a time, so what it works on is known."""

    def __init__(self, arms: Arms) -> None:
        self.arms = arms
        self.current: Operation | None = None
        self.is_writing = False
        self.stood_still: list[Path] = []

    def reach(self, point: str) -> None:
        if self.current is not None:
            done = self.arms.strike(point, self.current.kind, self.current.api_key_id)
            if done is not None:
                self.stood_still.append(done)

    def before(self, owner: Any, name: str, point: str, *, when: Callable[..., bool] | None = None) -> None:
        function = getattr(owner, name)

        @wraps(function)
        def wrapped(*arguments: Any, **named: Any) -> Any:
            if when is None or when(*arguments):
                self.reach(point)
            return function(*arguments, **named)

        replace(owner, name, wrapped)

    def after(self, owner: Any, name: str, point: str, *, when: Callable[..., bool] | None = None) -> None:
        function = getattr(owner, name)

        @wraps(function)
        def wrapped(*arguments: Any, **named: Any) -> Any:
            result = function(*arguments, **named)
            if when is None or when(*arguments):
                self.reach(point)
            return result

        replace(owner, name, wrapped)

    def note_current(self) -> None:
        step, exchange = engine.step, ApiClient._exchange

        def noting(operation: Operation, sender: Any) -> None:
            self.current = operation
            try:
                step(operation, sender)
            finally:
                self.current = None
                while self.stood_still:
                    mark_over(self.stood_still.pop())

        def writing(client: ApiClient, session: Any, request: Any, *arguments: Any, **named: Any) -> Any:
            self.is_writing = request.method != "GET"
            try:
                return exchange(client, session, request, *arguments, **named)
            finally:
                self.is_writing = False

        replace(engine, "step", noting)
        replace(ApiClient, "_exchange", writing)

    def note_recovery(self) -> None:
        free = claims._free

        @transaction.atomic
        def freeing(rows: QuerySet[Operation], settle: timedelta) -> int:
            taken = list(rows)
            freed = free(rows, settle)
            for operation in taken:
                if done := self.arms.strike("recovering", operation.kind, operation.api_key_id):
                    mark_over(done)
            return freed

        replace(claims, "_free", freeing)

    def writes(self, *_: Any) -> bool:
        return self.is_writing

    def worked(self, connection: Any) -> bool:
        """While writing, wait until the answer has begun to come: then the work is done."""
        if self.is_writing:
            select.select([connection.sock], [], [], 30)
        return self.is_writing


def install(folder: Path) -> None:
    """Make every point of a sender reachable in this process."""
    hooks = Hooks(Arms(folder))
    hooks.note_current()
    hooks.before(engine, "_call", "taken")
    hooks.after(claims, "move", "claiming")
    hooks.after(claims, "claim", "claimed")
    hooks.before(_Reporting, "connect", "connecting", when=hooks.writes)
    hooks.after(_Reporting, "connect", "connected", when=hooks.writes)
    hooks.after(_Reporting, "send", "asking", when=hooks.writes)
    hooks.before(HTTPConnection, "getresponse", "worked", when=hooks.worked)
    hooks.before(engine, "store_applied", "answered")
    hooks.before(engine, "store_failure", "answered")
    hooks.after(endings, "complete", "noted")
    for kind in kinds._kinds.values():
        hooks.after(kind, "applied", "storing")
    hooks.before(claims, "let_go_if_ours", "stored")
    hooks.before(looking, "adopt_or_review", "looking", when=_is_in_doubt)
    hooks.note_recovery()


def _is_in_doubt(operation: Operation, _: Any) -> bool:
    return operation.state == OperationState.UNKNOWN


def install_submission(folder: Path, kind: str, api_key_id: int) -> None:
    """Make the points of a process reachable in which somebody submits; only its last doorbell counts."""
    arms, ring = Arms(folder), tasks.ring

    def ringing() -> None:
        is_it = Operation.objects.filter(kind=kind, api_key_id=api_key_id, finished_at=None).exists()
        stood_still = arms.strike("submitted", kind, api_key_id) if is_it else None
        ring()
        stood_still = (arms.strike("rung", kind, api_key_id) if is_it else None) or stood_still
        if stood_still:
            mark_over(stood_still)

    replace(actions, "ring", ringing)


def switch_off(guard: str) -> None:
    """Control experiments: without this guard the campaign must find a double."""
    GUARDS[guard]()


def _without_sender_lock() -> None:
    """Whoever is not this process counts as dead."""
    replace(locks.AdvisorySender, "is_gone", lambda self, other: other != self.id)


def _without_doubt() -> None:
    """What a dead sender was sending is ready again, and nobody looks first."""

    def ready(rows: QuerySet[Operation], _settle: timedelta) -> int:
        Attempt.objects.filter(operation__in=rows, finished_at=None).update(outcome=Outcome.NOT_SENT)
        return rows.update(state=OperationState.READY, sender="", next_attempt_at=timezone.now())

    replace(claims, "_free", ready)
    replace(engine, "already_there", lambda *_: False)


GUARDS: dict[str, Callable[[], None]] = {"sender_lock": _without_sender_lock, "doubt": _without_doubt}
