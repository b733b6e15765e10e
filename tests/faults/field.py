"""Servers, workers, beats and a stage of one's own: a portal as it runs on several machines, all of it to be broken."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography.fernet import Fernet

from tests.own_servers import OwnPostgres, OwnRedis
from tests.portal_process import ROOT
from tests.simulator_process import SimulatorProcess

INHERITED = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")
CHILDREN = 12  # a wave makes fourteen of them stand still


class Field:
    """Two workers, two beats, every message three times, the simulator's uniqueness off, production's intervals."""

    def __init__(self) -> None:
        self.var = Path(tempfile.mkdtemp(prefix="portal-field-"))
        self.arms = self.var / "arms"
        self.arms.mkdir()
        self.postgres, self.redis = OwnPostgres(), OwnRedis()
        self.simulator = SimulatorProcess(no_uniqueness=True).start()
        self.simulator.control("settings", {"revet_limit": False})
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self.beats: list[subprocess.Popen[bytes]] = []
        self.environment = self._environment()
        self._manage("migrate", "--verbosity", "0")
        self._manage("createcachetable", "--verbosity", "0")
        self.start_workers()
        for name in ("beat1", "beat2"):
            self.beats.append(self._celery("beat", name, "-s", str(self.var / name)))
        self.stage = self._stage()
        self.said: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _environment(self) -> dict[str, str]:
        return {
            **{name: os.environ[name] for name in INHERITED if name in os.environ},
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PORTAL_VAR": str(self.var),
            "SECRET_KEY": "of-a-test",
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "VONAGE_API_URL": self.simulator.url,
            "VONAGE_READS_PER_SECOND": "1000",
            "VONAGE_WRITES_PER_SECOND": "1000",
            "VONAGE_WRITE_TIMEOUT": "4",
            "VONAGE_TOTAL_TIMEOUT": "5",
            "TENDLC_POLL_SECONDS": "60",
            "TENDLC_WALK_SECONDS": "60",
            "FAULTS_ARMS": str(self.arms),
            "FAULTS_COPIES": "3",
            "FAULTS_SIMULATOR": str(self.simulator.port),
        }

    def start_workers(self, **environment: str) -> None:
        for name in ("worker1", "worker2"):
            self.workers[name] = self._worker(name, environment)
        self.keeper = threading.Thread(target=self._keep, args=(environment,), daemon=True)
        self.is_kept = True
        self.keeper.start()

    def _worker(self, name: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        options = ("-P", "prefork", "-c", str(CHILDREN), "--without-mingle", "--without-gossip")
        return self._celery("worker", name, *options, "-n", f"{name}@%h", **environment)

    def _keep(self, environment: Mapping[str, str]) -> None:
        """What systemd does: a worker that has ended is started again."""
        while self.is_kept:
            for name, worker in self.workers.items():
                if worker.poll() is not None and self.is_kept:
                    self.workers[name] = self._worker(name, environment)
            time.sleep(0.2)

    def stop_workers(self) -> None:
        self.is_kept = False
        self.keeper.join()
        for worker in self.workers.values():
            self._end(worker)

    def ask(self, command: str, *, patience: float = 700, **told: Any) -> Any:
        assert self.stage.stdin is not None
        self.stage.stdin.write(f"{command} {json.dumps(told)}\n")
        self.stage.stdin.flush()
        answer = self.said.get(timeout=patience)
        if not answer:
            raise RuntimeError("the stage ended")
        return json.loads(answer)

    def _celery(self, what: str, name: str, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "tests.faults.worker", what, *options]
        with (self.var / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment | environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _stage(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.stage"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _listen(self) -> None:
        assert self.stage.stdout is not None
        for line in self.stage.stdout:
            self.said.put(line)
        self.said.put("")

    def _manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, timeout=180)

    @staticmethod
    def _end(process: subprocess.Popen[Any]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        self.stage.kill()
        self.stage.wait()
        self.stop_workers()
        while self.beats:
            self._end(self.beats.pop())
        self.simulator.stop()
        self.redis.kill()
        self.postgres.close()
        if not os.environ.get("FAULTS_KEEP"):
            shutil.rmtree(self.var)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
