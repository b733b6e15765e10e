"""Processes die at the worst moment: the effect is there once, and the portal shows it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.portal_process import ROOT, PortalProcess, eventually

pytestmark = pytest.mark.processes
KINDS = {"brand": "create_brand", "campaign": "create_campaign", "number": "link_number"}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalProcess]:
    with PortalProcess(tmp_path_factory.mktemp("killed")) as process:
        process.control("settings", {"uniqueness": False})
        assert eventually(
            lambda: process.rows("SELECT 1 FROM tendlc_campaign WHERE state='active'"), seconds=30
        )
        yield process


def submit(portal: PortalProcess, what: str, number: int) -> None:
    environment = portal.environment | {"VONAGE_API_URL": portal.simulator_url}
    subprocess.run(
        [sys.executable, "-m", "tests.faults.submit", what, str(number)],
        cwd=ROOT,
        env=environment,
        check=True,
        timeout=60,
    )


def last(portal: PortalProcess, what: str) -> tuple[str, str, int]:
    """State, remote id and attempts of the newest operation of a kind."""
    kind = f"tendlc.{KINDS[what]}"
    rows = portal.rows(
        "SELECT state, remote_id, attempt_count FROM outbox_operation WHERE kind=? ORDER BY id DESC LIMIT 1",
        kind,
    )
    return rows[0]


@pytest.mark.parametrize("what", KINDS)
def test_a_worker_killed_between_sent_and_stored_loses_and_doubles_nothing(
    portal: PortalProcess, what: str
) -> None:
    operation = KINDS[what]
    before = len(portal.effects(operation))
    portal.control(
        "faults",
        {"operation": operation, "kind": "hang", "when": "after", "count": 1, "params": {"seconds": 60}},
    )
    submit(portal, what, 1)
    assert eventually(lambda: len(portal.effects(operation)) == before + 1, seconds=30)
    assert last(portal, what)[0] == "sending"
    assert portal.kill("celery")
    portal.control("faults", method="DELETE")
    assert eventually(lambda: last(portal, what)[0] == "applied", seconds=60)
    state, remote_id, attempts = last(portal, what)
    assert (state, attempts, len(portal.effects(operation))) == ("applied", 1, before + 1)
    assert remote_id


@pytest.mark.parametrize("what", KINDS)
def test_an_answer_lost_after_the_work_loses_and_doubles_nothing(portal: PortalProcess, what: str) -> None:
    operation = KINDS[what]
    before = len(portal.effects(operation))
    portal.control("faults", {"operation": operation, "kind": "reset", "when": "after", "count": 1})
    submit(portal, what, 2)
    assert eventually(lambda: last(portal, what)[0] == "applied", seconds=60)
    assert (last(portal, what)[2], len(portal.effects(operation))) == (1, before + 1)


def test_the_broker_s_death_only_delays(portal: PortalProcess) -> None:
    """The doorbell is dead: the sweep finds what was submitted once the broker is back."""
    before = len(portal.effects("create_brand"))
    assert portal.kill("valkey")
    submit(portal, "brand", 3)
    assert eventually(lambda: last(portal, "brand")[0] == "applied", seconds=60)
    assert len(portal.effects("create_brand")) == before + 1
