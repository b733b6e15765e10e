"""Processes die, or stand still, at the worst moment: the effect is there once, and the portal shows it.

On the embedded stage there is one sender. On PostgreSQL and Redis a second worker runs beside it, so several
senders compete for every row.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import servers
from tests.faults.page import Page, chosen, hidden
from tests.portal_process import ROOT, PortalProcess, eventually
from tests.run.processes import is_alive, named
from tests.tendlc.builders import BRAND_VALUES

pytestmark = pytest.mark.processes
KINDS = {"brand": "create_brand", "campaign": "create_campaign", "number": "link_number"}


@contextmanager
def stage(var: Path, *, database_url: str = "", redis_url: str = "") -> Iterator[PortalProcess]:
    """A portal with demo data whose simulator lets everything through twice."""
    with PortalProcess(var, database_url=database_url, redis_url=redis_url) as process:
        process.control("settings", {"uniqueness": False})
        if database_url:
            process.start_worker()
        active = "SELECT 1 FROM tendlc_campaign WHERE state='active'"
        assert eventually(lambda: process.rows(active), seconds=60)
        yield process


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalProcess]:
    with stage(tmp_path_factory.mktemp("embedded")) as process:
        yield process


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalProcess]:
    """The supervisor's worker, and a second one of two processes."""
    var = tmp_path_factory.mktemp("postgres")
    with stage(var, database_url=servers.DATABASE_URL, redis_url=servers.REDIS_URL) as process:
        yield process


@pytest.fixture(params=["embedded", pytest.param("postgres", marks=pytest.mark.services)])
def portal(request: pytest.FixtureRequest) -> PortalProcess:
    found: PortalProcess = request.getfixturevalue(request.param)
    return found


def submit(portal: PortalProcess, what: str, number: int, count: int = 1) -> None:
    """Submit as the web process would; `number` and those after it make each submission another."""
    command = [sys.executable, "-m", "tests.faults.submit", what, str(number), str(count)]
    subprocess.run(command, cwd=ROOT, env=portal.whole_environment, check=True, timeout=60)


def last(portal: PortalProcess, what: str) -> tuple[str, str, int]:
    """State, remote id and attempts of the newest operation of a kind."""
    kind = f"tendlc.{KINDS[what]}"
    rows = portal.rows(
        "SELECT state, remote_id, attempt_count FROM outbox_operation WHERE kind=? ORDER BY id DESC LIMIT 1",
        kind,
    )
    return rows[0]


def sending_process(portal: PortalProcess) -> int:
    """The process that is sending right now; its id stands in the name of the sender."""
    ((sender,),) = portal.rows("SELECT sender FROM outbox_operation WHERE state='sending'")
    pid = int(sender.split(":")[1])
    assert pid in portal.pids()
    return pid


def hang(portal: PortalProcess, operation: str) -> None:
    """The next request of a kind is done, but its answer does not come before the faults are lifted."""
    fault = {"operation": operation, "kind": "hang", "when": "after", "params": {"seconds": 60}}
    portal.control("faults", fault)


@pytest.mark.parametrize("what", KINDS)
def test_a_worker_killed_between_sent_and_stored_loses_and_doubles_nothing(
    portal: PortalProcess, what: str
) -> None:
    operation = KINDS[what]
    before = len(portal.effects(operation))
    hang(portal, operation)
    submit(portal, what, 1)
    assert eventually(lambda: len(portal.effects(operation)) == before + 1, seconds=30)
    assert last(portal, what)[0] == "sending"
    os.kill(sending_process(portal), signal.SIGKILL)
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


@pytest.mark.services
def test_a_sender_that_stands_still_keeps_its_row(postgres: PortalProcess) -> None:
    """Others go on sweeping, but a stopped process may wake up and store what it got: nobody takes its place."""
    before = len(postgres.effects("create_brand"))
    hang(postgres, "create_brand")
    submit(postgres, "brand", 4)
    assert eventually(lambda: len(postgres.effects("create_brand")) == before + 1, seconds=30)
    pid = sending_process(postgres)
    os.kill(pid, signal.SIGSTOP)
    try:
        postgres.control("faults", method="DELETE")
        time.sleep(4)  # four sweeps of the others
        assert last(postgres, "brand")[0] == "sending"
    finally:
        os.kill(pid, signal.SIGCONT)
    assert eventually(lambda: last(postgres, "brand")[0] == "applied", seconds=30)
    assert (last(postgres, "brand")[2], len(postgres.effects("create_brand"))) == (1, before + 1)


@pytest.mark.services
def test_several_senders_do_each_piece_once(postgres: PortalProcess) -> None:
    """Which of them comes to send is chance: a key is in one sender's hands at a time."""
    first, count = 100, 12
    newest = postgres.rows("SELECT MAX(id) FROM outbox_operation")[0][0]
    before = len(postgres.effects("create_brand"))
    submit(postgres, "brand", first, count)
    states = "SELECT state, COUNT(*) FROM outbox_operation WHERE id > ? GROUP BY state"
    assert eventually(lambda: postgres.rows(states, newest) == [("applied", count)], seconds=60)
    sent = [row["body"]["ein"] for row in postgres.effects("create_brand")[before:]]
    assert sorted(sent) == [f"41-0000{number}" for number in range(first, first + count)]
    attempts = "SELECT COUNT(*) FROM outbox_attempt WHERE operation_id > ?"
    assert postgres.rows(attempts, newest) == [(count,)]


def broker_port(portal: PortalProcess) -> int:
    """Where the embedded broker listens, as its users were told."""
    pid = min(named(portal.pids(), "gunicorn"))
    variables = Path(f"/proc/{pid}/environ").read_text().split("\0")
    url = next(text.removeprefix("REDIS_URL=") for text in variables if text.startswith("REDIS_URL="))
    port = urlsplit(url).port
    assert port
    return port


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_broker_s_death_only_delays(embedded: PortalProcess) -> None:
    """Nobody listens at the broker's port while somebody submits: the click works, the work is done later."""
    page = Page(embedded.url)
    path = "/a/1/10dlc/brands/new/"
    form = page.get(path)
    typed = {**BRAND_VALUES, "display_name": "Steadfast", "ein": "417654321"}
    typed |= {name: chosen(form, name) for name in ("client", "api_key")}
    summary = page.post(path, **{**hidden(form), **typed}, action="review")
    assert "What it costs and what happens next" in summary.text
    before = len(embedded.effects("create_brand"))
    port = broker_port(embedded)
    assert accepts(port)
    assert embedded.process is not None
    embedded.process.send_signal(signal.SIGSTOP)  # or it would start the broker again
    try:
        (broker,) = embedded.kill("valkey-server")
        assert eventually(lambda: not is_alive(broker), seconds=5)
        # The main thread may be dead while the last of the others still holds the socket.
        assert eventually(lambda: not accepts(port), seconds=5)
        begun = time.monotonic()
        submitted = page.post(path, **hidden(summary), notify="at_once", action="submit")
        took = time.monotonic() - begun
        assert not accepts(port)
        assert "Submitted." in submitted.text
        assert took < 3
        assert "Steadfast" in page.get(urlsplit(submitted.url).path).text
    finally:
        embedded.process.send_signal(signal.SIGCONT)
    done = "SELECT state FROM outbox_operation WHERE object_name='Steadfast'"
    assert eventually(lambda: embedded.rows(done) == [("applied",)], seconds=60)
    assert eventually(lambda: accepts(port), seconds=30)
    assert len(embedded.effects("create_brand")) == before + 1
