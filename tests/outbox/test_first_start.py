"""A worker of several threads begins on an empty database: none of them takes it for a copy of another's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import servers
from tests.outbox.test_locks import SenderProcess, environment_of
from tests.portal_process import ROOT

pytestmark = pytest.mark.processes
ROUNDS = 10


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.services)])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    if request.param == "sqlite":
        yield environment_of(tmp_path, f"sqlite:///{tmp_path / 'portal.sqlite3'}")
        return
    with servers.fresh_database(servers.DATABASE_URL) as url:
        yield environment_of(tmp_path, url)


def test_threads_that_start_at_once_agree_whose_the_database_is(environment: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120)
    process = SenderProcess(environment)
    try:
        answers = process.ask("first_starts", ROUNDS)
    finally:
        process.end()
    assert answers == [True] * 6 * ROUNDS
