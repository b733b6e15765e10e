"""The whole portal started as `make run` starts it."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from portal.run.demo_people import PEOPLE
from portal.run.ports import choose_port, loopback_addresses
from tests.run.processes import descendants, eventually, is_alive, named

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[2]


class Run:
    """`python -m portal.run` with data and port of its own, and nothing of this machine's settings."""

    def __init__(self, var: Path, port: int) -> None:
        self.port = port
        self.var = var
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portal.run"],
            env={"PATH": os.environ["PATH"], "PORTAL_VAR": str(var), "PORTAL_PORT": str(port)},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout:
            for line in self.process.stdout:
                self.lines.append(line.rstrip("\n"))

    def says(self, text: str, *, seconds: float) -> bool:
        return eventually(
            lambda: any(text in line for line in self.lines) or not self.running, seconds=seconds
        ) and any(text in line for line in self.lines)

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def wait_until_ready(self) -> None:
        assert self.says(f"Portal ready: http://localhost:{self.port}/", seconds=60), "\n".join(self.lines)

    def below(self) -> set[int]:
        return descendants(self.process.pid)


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared by all tests here: only the first start migrates, later ones find its data."""
    return tmp_path_factory.mktemp("run") / "var"


@pytest.fixture
def started(var: Path) -> Iterator[list[Run]]:
    runs: list[Run] = []
    yield runs
    for run in runs:
        below = run.below()
        run.process.kill()
        run.process.wait()
        for pid in below:
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)


def _status(address: str, port: int) -> int:
    with closing(http.client.HTTPConnection(address, port, timeout=5)) as connection:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status


def test_run_serves_repairs_itself_and_leaves_nothing_behind(var: Path, started: list[Run]) -> None:
    run = Run(var, choose_port())
    started.append(run)
    run.wait_until_ready()

    for person in PEOPLE:
        assert run.says(f"{person.email} / {person.password}", seconds=1)
    assert [_status(address, run.port) for address in loopback_addresses()] == [200] * len(
        loopback_addresses()
    )

    second = Run(var, choose_port())
    started.append(second)
    assert second.process.wait(10) == 1
    assert second.says("Another portal already runs on", seconds=5), second.lines
    assert len(second.lines) == 1

    (broker,) = named(run.below(), "valkey-server")
    os.kill(broker, signal.SIGKILL)
    assert run.says("valkey is started again.", seconds=5)
    assert named(run.below(), "valkey-server") not in (set(), {broker})

    below = run.below()
    begun = time.monotonic()
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(10) == 0
    assert time.monotonic() - begun < 5
    assert not [pid for pid in below if is_alive(pid)]


def test_killed_supervisor_leaves_nothing_behind(var: Path, started: list[Run]) -> None:
    run = Run(var, choose_port())
    started.append(run)
    run.wait_until_ready()
    assert eventually(lambda: len(named(run.below(), "celery")) == 2, seconds=10)  # the worker and its beat
    below = run.below()

    run.process.kill()
    run.process.wait()
    assert eventually(lambda: not [pid for pid in below if is_alive(pid)], seconds=4), below
