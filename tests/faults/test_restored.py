"""A restored and a copied database, by the steps of docs/operations.md: nothing is done twice, a copy does nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests import servers
from tests.faults.page import Page
from tests.portal_process import ROOT, PortalProcess, eventually
from tests.servers import fresh_database, fresh_redis

pytestmark = [pytest.mark.processes, pytest.mark.services]
# Seconds that anything may take on a machine that does much else.
PATIENCE = 300
WRITES = ("create_brand", "order_vetting", "create_campaign")
STANDING = "SELECT kind, state FROM outbox_operation WHERE id > ? ORDER BY id"
PAUSES = "SELECT id, cause FROM outbox_pause WHERE ended_at IS NULL ORDER BY id"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalProcess]:
    """With three brands of ours that Vonage has verified; its own uniqueness is off."""
    var = tmp_path_factory.mktemp("portal")
    process = PortalProcess(var, database_url=servers.DATABASE_URL, redis_url=servers.REDIS_URL)
    try:
        process.start(timeout=PATIENCE)
        process.control("settings", {"uniqueness": False})
        assert eventually(
            lambda: process.rows("SELECT 1 FROM tendlc_campaign WHERE state='active'"), seconds=120
        )
        submit(process, "brand", 1, 3)
        verified = (
            "SELECT COUNT(*) FROM tendlc_brand WHERE company_name='Acme Shoes Inc' AND state='verified'"
        )
        assert eventually(lambda: process.rows(verified) == [(3,)], seconds=PATIENCE)
        yield process
    finally:
        process.stop()


def submit(portal: PortalProcess, what: str, number: int, count: int = 1, **environment: str) -> None:
    command = [sys.executable, "-m", "tests.faults.submit", what, str(number), str(count)]
    subprocess.run(
        command, cwd=ROOT, env=portal.whole_environment | environment, check=True, timeout=PATIENCE
    )


def done(portal: PortalProcess) -> dict[str, int]:
    return {write: len(portal.effects(write)) for write in WRITES}


def newest(portal: PortalProcess) -> int:
    return int(portal.rows("SELECT MAX(id) FROM outbox_operation")[0][0])


def dump(portal: PortalProcess, file: Path) -> None:
    command = ["pg_dump", "--format=custom", f"--file={file}", portal.environment["DATABASE_URL"]]
    subprocess.run(command, check=True, timeout=PATIENCE)


def restore(database_url: str, file: Path) -> None:
    command = ["pg_restore", "--clean", "--if-exists", "--dbname", database_url, str(file)]
    subprocess.run(command, check=True, timeout=PATIENCE)


@contextmanager
def no_worker(portal: PortalProcess) -> Iterator[None]:
    """Worker and beat are gone, and the supervisor is kept from starting them again."""
    assert portal.process is not None
    portal.process.send_signal(signal.SIGSTOP)
    try:
        # One that dies later than its parent's other children may have been replaced.
        assert eventually(lambda: not portal.kill("celery"), seconds=PATIENCE)
        yield
    finally:
        portal.process.send_signal(signal.SIGCONT)


def test_a_restored_database_doubles_nothing(portal: PortalProcess, tmp_path: Path) -> None:
    first, before = newest(portal), done(portal)
    with no_worker(portal):
        submit(portal, "vetting", 1)
        submit(portal, "campaign", 1)
        dump(portal, tmp_path / "portal.dump")  # in which these two are still to be sent
    submit(portal, "vetting", 2)
    submit(portal, "campaign", 2)
    assert eventually(
        lambda: {state for _, state in portal.rows(STANDING, first)} == {"applied"}, seconds=120
    )
    after = done(portal)
    assert after == before | {name: before[name] + 2 for name in ("order_vetting", "create_campaign")}

    with no_worker(portal):
        restore(portal.environment["DATABASE_URL"], tmp_path / "portal.dump")
    assert eventually(lambda: [cause for _, cause in portal.rows(PAUSES)] == ["restore"], seconds=PATIENCE)
    assert "restored from a backup" in Page(portal.url, patience=PATIENCE).get("/a/1/operations/").text
    assert [state for _, state in portal.rows(STANDING, first)] == ["ready", "ready"]

    said = manage(portal, "portal_after_restore")
    assert "2 open operations are unknown now" in said
    # A walk of the worker may have been first: what it brought is listed, and adopted, all the same.
    assert "2 objects exist at Vonage without an operation here" in said, said
    for made in (*portal.effects("order_vetting")[-1:], *portal.effects("create_campaign")[-1:]):
        assert any(one in said for one in made["ids"].values()), said
    end_pauses(portal)
    submit(portal, "brand", 4)  # life goes on
    assert eventually(
        lambda: {state for _, state in portal.rows(STANDING, first)} == {"applied"}, seconds=120
    )
    assert len(portal.rows(STANDING, first)) == 3
    assert done(portal) == after | {"create_brand": after["create_brand"] + 1}
    assert portal.rows(PAUSES) == []


def manage(portal: PortalProcess, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=portal.whole_environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    ).stdout


def end_pauses(portal: PortalProcess) -> None:
    for number, _ in portal.rows(PAUSES):
        manage(portal, "outbox_pause", "--end", str(number))


@contextmanager
def worker_of_a_copy(portal: PortalProcess, var: Path, **environment: str) -> Iterator[None]:
    """Worker and beat of another installation, at the same Vonage and with the same secrets."""
    shutil.copytree(portal.var, var)
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "portal.celery",
        "worker",
        "-B",
        "-c",
        "1",
        "-n",
        "copy@%h",
    ]
    command += ["-s", str(var / "copy-beat"), "--without-mingle", "--without-gossip"]
    told = portal.whole_environment | {"PORTAL_VAR": str(var)} | environment
    with (var / "copy.log").open("ab") as log:
        worker = subprocess.Popen(command, cwd=ROOT, env=told, stdout=log, stderr=log, start_new_session=True)
        try:
            yield
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()


def test_a_copied_database_sends_nothing(portal: PortalProcess, tmp_path: Path) -> None:
    """Its worker finds something ready and nothing paused, and still only looks."""
    first, before = newest(portal), done(portal)
    with (
        no_worker(portal),
        fresh_database(servers.DATABASE_URL) as database,
        fresh_redis(servers.REDIS_URL) as broker,
    ):
        submit(portal, "brand", 21)
        submit(portal, "vetting", 3)
        assert portal.rows(PAUSES) == []
        dump(portal, tmp_path / "portal.dump")
        restore(database, tmp_path / "portal.dump")
        with (
            worker_of_a_copy(
                portal, tmp_path / "copy", DATABASE_URL=database, REDIS_URL=broker, INSTALLATION_ID="staging"
            ),
            psycopg.connect(database, autocommit=True) as copy,
        ):
            waiting = "SELECT COUNT(*) FROM outbox_operation WHERE state='ready' AND waiting_for='paused'"
            assert eventually(lambda: copy.execute(waiting).fetchone() == (2,), seconds=PATIENCE)
            submit(portal, "brand", 22, DATABASE_URL=database, REDIS_URL=broker)  # somebody works in the copy
            assert eventually(lambda: copy.execute(waiting).fetchone() == (3,), seconds=PATIENCE)
            ((cause,),) = copy.execute("SELECT cause FROM outbox_pause WHERE ended_at IS NULL").fetchall()
            assert (cause, done(portal)) == ("copy", before)
    # The original goes on where it stood.
    assert eventually(
        lambda: {state for _, state in portal.rows(STANDING, first)} == {"applied"}, seconds=120
    )
    assert done(portal) == before | {name: before[name] + 1 for name in ("create_brand", "order_vetting")}
