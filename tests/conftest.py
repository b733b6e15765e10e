"""What all tests share: which machine parts are there, the four people, the simulator process."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from portal.outbox import calls, health
from tests import own_servers, servers
from tests.people import People, make_people
from tests.simulator_process import SimulatorProcess

CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")
CHROMIUM = next(
    (path for path in ("chromium", "chromium-browser", "google-chrome") if shutil.which(path)), ""
)
MISSING = {
    "e2e": ("" if CHROMIUM else "no Chromium on this machine: install the package `chromium`"),
    "services": servers.ABSENT,
    "own_servers": own_servers.ABSENT,
}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot run, one clear line a reason; in CI that is a failure, before any fixture."""
    for marker, reason in MISSING.items():
        if reason and item.get_closest_marker(marker):
            if CI:
                pytest.fail(f"CI=true and {reason}", pytrace=False)
            pytest.skip(reason)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """The cache table too: sessions and rate limits live in the database."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        call_command("createcachetable", verbosity=0)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """No test sees another's limiter or keys; the cache is in the database and goes with it."""
    calls.limiter.cache_clear()
    health.forget()
    yield
    calls.limiter.cache_clear()


@pytest.fixture
def people(db: None) -> People:
    return make_people()


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[SimulatorProcess]:
    with SimulatorProcess() as process:
        yield process


@pytest.fixture
def simulator(simulator_process: SimulatorProcess, settings: Settings) -> SimulatorProcess:
    """A running simulator, reset for this test, that the portal is pointed at."""
    simulator_process.control("/_simulator/reset", {})
    settings.VONAGE_API_URL = simulator_process.url
    settings.VONAGE_READS_PER_SECOND = settings.VONAGE_WRITES_PER_SECOND = 1000.0
    settings.REDIS_URL = ""
    return simulator_process


@pytest.fixture
def var(tmp_path: Path, settings: Settings) -> Path:
    """A var/ folder of the test's own."""
    settings.PORTAL_VAR = tmp_path
    return tmp_path
