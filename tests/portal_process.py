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
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from portal.run.ports import choose_port
from tests.run.processes import descendants, eventually, named

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
    "VONAGE_READS_PER_SECOND": "200",
    "VONAGE_WRITES_PER_SECOND": "50",
}


class PortalProcess:
    """`python -m portal.run` until the context ends; `speed` scales the simulator's waits."""

    def __init__(self, var: Path, *, speed: float = 60, **environment: str) -> None:
        self.var = var
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

    def start(self, timeout: float = 60) -> Self:
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

    def _listen(self, process: subprocess.Popen[str], ready: queue.Queue[bool]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.said.append(line)
            if line.startswith("Portal ready"):
                ready.put(True)
        ready.put(False)

    def stop(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

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
        """Read the portal's database from outside."""
        with sqlite3.connect(f"file:{self.var / 'portal.sqlite3'}?mode=ro", uri=True, timeout=20) as database:
            return database.execute(sql, values).fetchall()

    def kill(self, name: str) -> set[int]:
        """SIGKILL the children whose command line contains the name; the supervisor starts them again."""
        assert self.process is not None
        pids = named(descendants(self.process.pid), name)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return pids

    def manage(self, *arguments: str) -> str:
        """Run a management command in the portal's environment."""
        environment = self.environment | {
            "VONAGE_API_URL": self.simulator_url,
            "SIMULATOR_URL": self.simulator_url,
        }
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment,
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
