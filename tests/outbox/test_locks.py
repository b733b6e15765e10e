"""Who may send: told apart alive, standing still and dead, by real processes on both engines."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet

from tests import servers
from tests.portal_process import ROOT, eventually

pytestmark = pytest.mark.processes
INHERITED = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")


class SenderProcess:
    """`python -m tests.outbox.sender`; `id` is the sender it took, None when it could not."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.outbox.sender"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.answers: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.id: str | None = self.ask("take")

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.answers.put(line)

    def ask(self, command: str, argument: object = "") -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command} {argument}\n")
        self.process.stdin.flush()
        return json.loads(self.answers.get(timeout=30))

    def signal(self, number: int) -> None:
        os.kill(self.process.pid, number)

    def end(self) -> None:
        """SIGKILL, and the process is gone when this returns."""
        self.process.kill()
        self.process.wait()


Start = Callable[[], SenderProcess]


def starter(environment: dict[str, str]) -> Iterator[Start]:
    """Starts senders in one environment and ends them all."""
    begun: list[SenderProcess] = []

    def start() -> SenderProcess:
        begun.append(SenderProcess(environment))
        return begun[-1]

    yield start
    for each in begun:
        each.end()


def environment_of(var: Path, database_url: str) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in INHERITED if name in os.environ},
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_VAR": str(var),
        "SECRET_KEY": "of-a-test",
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "DATABASE_URL": database_url,
    }


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Start]:
    yield from starter(environment_of(tmp_path, f"sqlite:///{tmp_path / 'portal.sqlite3'}"))


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of processes on a PostgreSQL database of their own."""
    with servers.fresh_database(servers.DATABASE_URL) as url:
        environment = environment_of(tmp_path_factory.mktemp("senders"), url)
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120)
        yield environment


@pytest.fixture
def on_postgres(migrated: dict[str, str]) -> Iterator[Start]:
    yield from starter(migrated)


class TestFlock:
    def test_a_second_process_may_not_send_while_the_first_lives(self, embedded: Start) -> None:
        first, second = embedded(), embedded()
        assert first.id
        assert second.id is None
        first.signal(signal.SIGSTOP)
        assert second.ask("take") is None

    def test_the_second_takes_over_after_the_first_one_s_death(self, embedded: Start) -> None:
        first, second = embedded(), embedded()
        assert second.id is None
        first.end()
        taken = second.ask("take")
        assert taken
        assert taken != first.id
        assert second.ask("is_gone", first.id) is True
        assert second.ask("is_gone", taken) is False


@pytest.mark.services
class TestAdvisoryLocks:
    def test_several_processes_send(self, on_postgres: Start) -> None:
        first, second = on_postgres(), on_postgres()
        assert first.id
        assert second.id
        assert first.id != second.id
        assert [first.ask("held"), second.ask("held")] == [True, True]

    def test_only_a_dead_process_is_gone(self, on_postgres: Start) -> None:
        other, observer = on_postgres(), on_postgres()
        assert observer.ask("is_gone", other.id) is False
        other.signal(signal.SIGSTOP)
        assert observer.ask("is_gone", other.id) is False
        other.signal(signal.SIGCONT)
        assert other.ask("held") is True
        other.end()
        assert eventually(lambda: observer.ask("is_gone", other.id), seconds=5)

    def test_looking_at_another_s_lock_does_not_take_it(self, on_postgres: Start) -> None:
        """Two observers of one dead sender: the first look must not make it seem alive to the second."""
        dead, first, second = on_postgres(), on_postgres(), on_postgres()
        dead.end()
        assert eventually(lambda: first.ask("is_gone", dead.id), seconds=5)
        assert second.ask("is_gone", dead.id) is True

    def test_a_lost_connection_loses_the_lock_and_a_new_one_is_taken(
        self, on_postgres: Start, migrated: dict[str, str]
    ) -> None:
        sender = on_postgres()
        before = sender.id
        with psycopg.connect(migrated["DATABASE_URL"], autocommit=True) as server:
            server.execute("SELECT pg_terminate_backend(%s, 5000)", [sender.ask("backend")])
        assert sender.ask("held") is False
        after = sender.ask("take")
        assert after
        assert after != before
        assert sender.ask("held") is True
        assert sender.ask("is_gone", before) is True

    def test_rows_of_a_stopped_process_are_left_to_it_and_of_a_dead_one_become_unknown(
        self, on_postgres: Start
    ) -> None:
        other, observer = on_postgres(), on_postgres()
        operation = other.ask("begin")
        untouched = ["sending", other.id, ""]
        other.signal(signal.SIGSTOP)
        assert observer.ask("recover") == 0
        assert observer.ask("state", operation) == untouched
        other.end()
        assert eventually(lambda: observer.ask("is_gone", other.id), seconds=5)
        assert observer.ask("recover") == 1
        assert observer.ask("state", operation) == ["unknown", "", "unknown"]
        assert observer.ask("recover") == 0

    def test_a_row_that_somebody_holds_does_not_keep_the_others_from_being_recovered(
        self, on_postgres: Start, migrated: dict[str, str]
    ) -> None:
        """Whoever stands still in the middle of a recovery would otherwise stop every other sender."""
        dead, observer = on_postgres(), on_postgres()
        held, free = dead.ask("begin"), dead.ask("begin")
        dead.end()
        assert eventually(lambda: observer.ask("is_gone", dead.id), seconds=5)
        with psycopg.connect(migrated["DATABASE_URL"]) as standing:
            standing.execute("SELECT 1 FROM outbox_operation WHERE id = %s FOR UPDATE", [held])
            assert observer.ask("recover") == 1
            assert observer.ask("state", free) == ["unknown", "", "unknown"]
        assert observer.ask("recover") == 1
        assert observer.ask("state", held) == ["unknown", "", "unknown"]
