"""A batch whose workers are killed in the middle goes on where it stopped: each number is linked once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.portal_process import ROOT, PortalProcess, eventually

pytestmark = pytest.mark.processes
ROWS, WRONG, FIRST = 200, 7, 14155551000


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalProcess]:
    with PortalProcess(tmp_path_factory.mktemp("batch")) as process:
        process.control("settings", {"uniqueness": False})
        active = "SELECT 1 FROM tendlc_campaign WHERE state='active'"
        assert eventually(lambda: process.rows(active), seconds=60)
        yield process


def test_200_rows_with_7_wrong_survive_two_killed_workers(portal: PortalProcess) -> None:
    before = len(portal.effects("link_number"))
    command = [sys.executable, "-m", "tests.faults.upload", str(ROWS), str(FIRST)]
    subprocess.run(command, cwd=ROOT, env=portal.whole_environment, check=True, timeout=60)
    for share in (30, 110):
        wanted = before + share
        assert eventually(lambda: len(portal.effects("link_number")) >= wanted, seconds=120)  # noqa: B023
        senders = portal.rows("SELECT DISTINCT sender FROM outbox_operation WHERE sender LIKE '%:%'")
        for pid in {int(sender.split(":")[1]) for (sender,) in senders} & portal.pids():
            os.kill(pid, signal.SIGKILL)
    done = "SELECT state FROM outbox_batch"
    assert eventually(lambda: portal.rows(done) == [("done",)], seconds=240)
    numbers = [row["ids"]["number"] for row in portal.effects("link_number")[before:]]
    assert sorted(numbers) == [str(FIRST + place) for place in range(ROWS - WRONG)]
    counts = "SELECT state, COUNT(*) FROM outbox_batchrow GROUP BY state ORDER BY state"
    assert portal.rows(counts) == [("asked", ROWS - WRONG), ("wrong", WRONG)]
