"""A child process: its log, its end, its restarts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.run.children import Child
from tests.run.processes import descendants, eventually, is_alive

pytestmark = pytest.mark.processes

SLEEPER = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
SUPERVISOR = """
import os, sys, time
from pathlib import Path
from portal.run.children import Child
child = Child("sleeper", ["sleep", "60"], environment=os.environ, log=Path(sys.argv[1]))
child.start()
print(child.pid, flush=True)
time.sleep(60)
"""


def _child(tmp_path: Path, *command: str, given: str = "") -> Child:
    return Child("child", command, environment=os.environ, log=tmp_path / "child.log", given=given)


def test_child_dies_with_a_killed_supervisor(tmp_path: Path) -> None:
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(tmp_path / "child.log")], stdout=subprocess.PIPE, text=True
    )
    assert supervisor.stdout
    with supervisor.stdout:
        child = int(supervisor.stdout.readline())
    assert eventually(lambda: Path(f"/proc/{child}/comm").read_text() == "sleep\n", seconds=5)

    supervisor.kill()
    supervisor.wait()

    assert eventually(lambda: not is_alive(child), seconds=2)


def test_killing_the_group_ends_grandchildren(tmp_path: Path) -> None:
    child = _child(tmp_path, "/bin/sh", "-c", "sleep 60 & sleep 60")
    child.start()
    assert child.pid
    assert eventually(lambda: len(descendants(child.pid or 0)) == 2, seconds=5)
    below = descendants(child.pid)

    child.kill_group()

    assert not child.running
    assert eventually(lambda: not any(is_alive(pid) for pid in below), seconds=2)


def test_output_goes_to_the_log_and_the_last_run_is_kept(tmp_path: Path) -> None:
    for word in ("first", "second"):
        child = _child(tmp_path, "echo", word)
        child.start()
        assert eventually(lambda: not child.running, seconds=5)  # noqa: B023 - called at once
        assert child.last_lines() == word
    assert (tmp_path / "child.log.1").read_text() == "first\n"


def test_given_text_arrives_on_standard_input_only(tmp_path: Path) -> None:
    child = _child(tmp_path, "cat", given="requirepass hidden")
    child.start()
    assert eventually(lambda: not child.running, seconds=5)
    assert child.last_lines() == "requirepass hidden"


def test_restarts_come_later_and_later_up_to_half_a_minute(tmp_path: Path) -> None:
    child = _child(tmp_path, "false")
    child.start()
    assert [child.plan_restart() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    child.kill_group()


def test_exit_code_is_known_after_the_end(tmp_path: Path) -> None:
    child = _child(tmp_path, *SLEEPER)
    child.start()
    assert child.exit_code is None
    child.terminate()
    assert eventually(lambda: child.exit_code is not None, seconds=5)
    assert child.exit_code == -15
