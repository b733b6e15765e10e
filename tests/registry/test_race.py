"""Connecting races unassigning the key and deleting the profile, on two connections of PostgreSQL."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import servers
from tests.outbox.test_locks import environment_of
from tests.portal_process import ROOT

pytestmark = [pytest.mark.processes, pytest.mark.services]
ROUNDS = 15


class Racer:
    """`python -m tests.registry.racer`, with what it says in the order in which it says it."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.registry.racer"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.answers: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.answers.put(line)

    def tell(self, do: str, **order: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self.process.stdin.flush()

    def answer(self, seconds: float = 30) -> Any:
        return json.loads(self.answers.get(timeout=seconds))

    def ask(self, do: str, **order: Any) -> Any:
        self.tell(do, **order)
        return self.answer()

    def says_nothing(self, seconds: float = 1) -> bool:
        try:
            self.answers.get(timeout=seconds)
        except queue.Empty:
            return True
        return False


@pytest.fixture(scope="module")
def racers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Racer, Racer]]:
    with servers.fresh_database(servers.DATABASE_URL) as url:
        var: Path = tmp_path_factory.mktemp("race")
        environment = environment_of(var, url) | {"PORTAL_MODE": "demo"}
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120)
        pair = Racer(environment), Racer(environment)
        yield pair
        for racer in pair:
            racer.process.kill()
            racer.process.wait()


@pytest.mark.parametrize(
    ("first", "second", "standing"),
    [
        ("connect", "unassign", {"assigned": True, "used": 1, "deleted": False}),
        ("unassign", "connect", {"assigned": False, "used": 0, "deleted": False}),
        ("connect", "delete", {"assigned": True, "used": 1, "deleted": False}),
        ("delete", "connect", {"assigned": True, "used": 0, "deleted": True}),
    ],
)
def test_the_second_waits_for_the_first_and_is_refused(
    racers: tuple[Racer, Racer], first: str, second: str, standing: dict[str, Any]
) -> None:
    one, other = racers
    ids = one.ask("stage")

    assert one.ask(first, hold=True, **ids) == "held"
    other.tell(second, **ids)
    assert other.says_nothing()
    one.tell("commit")

    assert (one.answer(), other.answer()) == ("done", "refused")
    assert one.ask("standing", **ids) == standing


def test_a_key_is_never_left_used_and_not_assigned(racers: tuple[Racer, Racer]) -> None:
    one, other = racers
    for turn in range(ROUNDS):
        ids = one.ask("stage")
        pair = racers if turn % 2 else (other, one)
        pair[0].tell("connect", **ids)
        pair[1].tell("unassign", **ids)
        outcome = sorted((pair[0].answer(), pair[1].answer()))

        assert outcome == ["done", "refused"]
        found = one.ask("standing", **ids)
        assert bool(found["used"]) is found["assigned"]
