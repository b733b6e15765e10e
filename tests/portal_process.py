"""The whole portal as a newcomer starts it: supervisor, broker, simulator, web and worker, in a folder of its own."""

from __future__ import annotations

import json
import os
import queue
import signal
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

from portal.run.ports import choose_port
from tests.run.processes import descendants, eventually, named
from tests.servers import fresh_database, fresh_redis

ROOT = Path(__file__).resolve().parent.parent
# Waiting times of a demo, shortened so that a journey takes seconds.
QUICK = {
    "OUTBOX_SWEEP_SECONDS": "1",
    "OUTBOX_SETTLE_SECONDS": "1",
    "OUTBOX_LOOK_SECONDS": "0.5",
    "OUTBOX_HELD_RETRY_SECONDS": "1",
    "TENDLC_POLL_SECONDS": "1",
    "TENDLC_WALK_SECONDS": "20",
    "NOTICE_COLLECT_SECONDS": "2",
    "REGISTRY_SIMULATED_SECONDS": "1",
    "REGISTRY_DESK_SECONDS": "2",
    "VONAGE_READS_PER_SECOND": "200",
    "VONAGE_WRITES_PER_SECOND": "50",
}


class PortalProcess:
    """`python -m portal.run` until the context ends; `speed` scales the simulator's waits.

    With `database_url` and `redis_url` it runs on a new database of that PostgreSQL server and on an unused
    numbered database of that Redis, both gone afterwards; without them on SQLite and the embedded broker.
    """

    def __init__(
        self, var: Path, *, speed: float = 60, database_url: str = "", redis_url: str = "", **environment: str
    ) -> None:
        self.var = var
        self.database_url = database_url
        self.redis_url = redis_url
        self._borrowed = ExitStack()
        self._workers: list[subprocess.Popen[bytes]] = []
        self.port = choose_port()
        self.speed = speed
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name
            not in ("DATABASE_URL", "REDIS_URL", "VONAGE_API_URL", "PORTAL_VAR", "DJANGO_SETTINGS_MODULE")
        }
        self.environment = inherited | {
            **QUICK,
            "PORTAL_MODE": "demo",
            "PORTAL_VAR": str(var),
            "PORTAL_PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self.process: subprocess.Popen[str] | None = None
        self.said: list[str] = []

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def simulator_url(self) -> str:
        port = json.loads((self.var / "run.json").read_text())["simulator_port"]
        return f"http://127.0.0.1:{port}"

    @property
    def whole_environment(self) -> dict[str, str]:
        """What the portal's own processes have, for another that joins them."""
        return self.environment | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "VONAGE_API_URL": self.simulator_url,
            "SIMULATOR_URL": self.simulator_url,
        }

    def start(self, timeout: float = 240) -> Self:
        self._borrow()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portal.run"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        ready: queue.Queue[bool] = queue.Queue()
        threading.Thread(target=self._listen, args=(self.process, ready), daemon=True).start()
        try:
            is_ready = ready.get(timeout=timeout)
        except queue.Empty:
            is_ready = False
        if not is_ready:
            self.stop()
            raise RuntimeError("the portal did not start:\n" + "".join(self.said))
        self.control("settings", {"speed": self.speed})
        return self

    def _borrow(self) -> None:
        if self.database_url:
            self.environment["DATABASE_URL"] = self._borrowed.enter_context(fresh_database(self.database_url))
        if self.redis_url:
            self.environment["REDIS_URL"] = self._borrowed.enter_context(fresh_redis(self.redis_url))

    def start_worker(self, *, processes: int = 2) -> None:
        """A second worker beside the supervisor's, each of its processes a sender of its own."""
        command = [sys.executable, "-m", "celery", "-A", "portal.celery", "worker", "-P", "prefork"]
        command += ["-c", str(processes), "-n", "second@%h", "--without-mingle", "--without-gossip"]
        with (self.var / "log" / "second-worker.log").open("ab") as log:
            worker = subprocess.Popen(
                command, cwd=ROOT, env=self.whole_environment, stdout=log, stderr=log, start_new_session=True
            )
        self._workers.append(worker)

    def _listen(self, process: subprocess.Popen[str], ready: queue.Queue[bool]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.said.append(line)
            if line.startswith("Portal ready"):
                ready.put(True)
        ready.put(False)

    def stop(self) -> None:
        self._stop_workers()
        process, self.process = self.process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._borrowed.close()

    def _stop_workers(self) -> None:
        while self._workers:
            worker = self._workers.pop()
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()

    def control(self, path: str, body: object = None, *, method: str | None = None) -> Any:
        """Call the simulator behind its stage."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.simulator_url}/_simulator/{path}",
            data,
            {"Content-Type": "application/json"},
            method=method or ("GET" if data is None else "POST"),
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def effects(self, operation: str) -> list[dict[str, Any]]:
        """What the simulator really did for an operation, without what it was seeded with."""
        rows: list[dict[str, Any]] = self.control(f"ledger?operation={operation}&effect=true")["rows"]
        return rows

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the portal's database from outside; `?` stands for a value on both engines."""
        if self.database_url:
            with psycopg.connect(self.environment["DATABASE_URL"], autocommit=True) as server:
                statement = sql.replace("?", "%s").encode()
                return server.execute(statement, values).fetchall()
        with closing(
            sqlite3.connect(f"file:{self.var / 'portal.sqlite3'}?mode=ro", uri=True, timeout=20)
        ) as database:
            return database.execute(sql, values).fetchall()

    def kill(self, name: str) -> set[int]:
        """SIGKILL the children whose command line contains the name; the supervisor starts them again."""
        return self.signal(name, signal.SIGKILL)

    def signal(self, name: str, number: int) -> set[int]:
        """Send a signal to the children whose command line contains the name."""
        pids = named(self.pids(), name)
        for pid in pids:
            os.kill(pid, number)
        return pids

    def pids(self) -> set[int]:
        """Every process of the portal below its supervisor, and those of further workers."""
        assert self.process is not None
        tops = [self.process.pid, *(worker.pid for worker in self._workers)]
        return {worker.pid for worker in self._workers}.union(*map(descendants, tops))

    def manage(self, *arguments: str) -> str:
        """Run a management command in the portal's environment."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.whole_environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        ).stdout

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


__all__ = ["PortalProcess", "eventually"]
