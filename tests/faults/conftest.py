"""The world in which faults are tried, and what of it runs when.

The matrix is a campaign of its own (`make faults`), which FAULTS_OPERATIONS switches on; what stands in the
other modules is part of every test run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from portal.outbox import locks
from tests.faults.world import World
from tests.people import People
from tests.simulator_process import SimulatorProcess

collect_ignore = [] if os.environ.get("FAULTS_OPERATIONS") else ["test_matrix.py", "test_processes.py"]
Say = Callable[[str], None]


@pytest.fixture
def say(capfd: pytest.CaptureFixture[str]) -> Say:
    """Print a line that is seen whether or not the test fails: the seed, and what was done with it."""

    def print_now(text: str) -> None:
        with capfd.disabled():
            sys.stderr.write(f"\n{text}\n")  # stdout is lost where pytest-xdist works

    return print_now


@pytest.fixture
def world(people: People, simulator: SimulatorProcess, settings: Settings, var: Path) -> Iterator[World]:
    """Production's intervals, under a clock that is moved by hand; the simulator's own uniqueness is off."""
    yield world_of(people, simulator, settings)
    locks.forget()


@pytest.fixture
def restarting_world(people: People, settings: Settings, var: Path) -> Iterator[World]:
    """A world whose simulator may be stopped and started again with what it held."""
    with SimulatorProcess(state=var / "simulator.json") as simulator:
        settings.VONAGE_API_URL, settings.REDIS_URL = simulator.url, ""
        yield world_of(people, simulator, settings)
    locks.forget()


def world_of(people: People, simulator: SimulatorProcess, settings: Settings) -> World:
    settings.VONAGE_READS_PER_SECOND = settings.VONAGE_WRITES_PER_SECOND = 100_000
    settings.VONAGE_READ_TIMEOUT = settings.VONAGE_WRITE_TIMEOUT = 0.2
    settings.VONAGE_TOTAL_TIMEOUT = 0.25
    settings.OUTBOX_SETTLE_SECONDS, settings.OUTBOX_LOOK_SECONDS = 180, 200
    simulator.control("settings", {"uniqueness": False, "revet_limit": False})
    return World(people.scope(people.member), simulator)
