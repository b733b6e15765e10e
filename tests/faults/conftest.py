"""The world in which faults are tried, and what of it runs when.

The matrix is a campaign of its own (`make faults`), which FAULTS_OPERATIONS switches on; what stands in the
other modules is part of every test run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from portal.outbox import locks
from tests.faults.world import World
from tests.people import People
from tests.simulator_process import SimulatorProcess

collect_ignore = [] if os.environ.get("FAULTS_OPERATIONS") else ["test_matrix.py"]


@pytest.fixture
def world(people: People, simulator: SimulatorProcess, settings: Settings, var: Path) -> Iterator[World]:
    """Production's intervals, under a clock that is moved by hand; the simulator's own uniqueness is off."""
    settings.VONAGE_READS_PER_SECOND = settings.VONAGE_WRITES_PER_SECOND = 100_000
    settings.VONAGE_READ_TIMEOUT = settings.VONAGE_WRITE_TIMEOUT = 0.25
    settings.VONAGE_TOTAL_TIMEOUT = 0.4
    settings.OUTBOX_SETTLE_SECONDS, settings.OUTBOX_LOOK_SECONDS = 180, 200
    simulator.control("settings", {"uniqueness": False, "revet_limit": False})
    yield World(people.scope(people.member), simulator)
    locks.forget()
