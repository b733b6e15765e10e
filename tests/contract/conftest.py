from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.stage import Stage
from tests.simulator_process import SimulatorProcess


@pytest.fixture(scope="module")
def process() -> Iterator[SimulatorProcess]:
    with SimulatorProcess(speed=1000) as running:
        yield running


@pytest.fixture
def stage(process: SimulatorProcess) -> Stage:
    process.control("reset", {})
    return Stage(process)
