"""A PostgreSQL and a Redis that belong to one test, since it kills them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import redis

from portal.run.ports import choose_port
from tests.run.processes import eventually

FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
ABSENT = (
    ""
    if FOLDERS and shutil.which("redis-server")
    else "no PostgreSQL and Redis to start: install the packages `postgresql` and `redis-server`"
)


class OwnPostgres:
    """Initialised in a folder of its own; root lends it to the user `postgres`, who alone may run one."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="portal-postgres-"))
        self.port = choose_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-D", str(self.folder / "data"), "-A", "trust", "-U", "postgres", "--no-sync")
        self._control("start")

    def restart(self) -> None:
        """Every session is cut in the middle, as by a crash; the log is replayed."""
        self._control("restart", "-m", "immediate")

    def close(self) -> None:
        self._control("stop", "-m", "immediate")
        shutil.rmtree(self.folder)

    def _control(self, *verb: str) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        options += " -c max_connections=300"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-l", log, "-w", "-o", options, *verb)

    def _run(self, program: str, *arguments: str) -> None:
        as_postgres = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*as_postgres, str(FOLDERS[-1] / program), *arguments]
        # pg_ctl's server inherits what it is given to write to, and would keep a pipe open.
        subprocess.run(command, cwd="/", check=True, timeout=120, stdout=subprocess.DEVNULL)


class OwnRedis:
    """Keeps nothing on disk, so its death loses every message."""

    def __init__(self) -> None:
        self.port = choose_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", ""]
        self.process = subprocess.Popen(
            [*command, "--appendonly", "no"], cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        if not eventually(self._answers, seconds=20):
            raise RuntimeError("Redis did not start")

    def flush(self) -> None:
        with redis.Redis.from_url(self.url) as server:
            server.flushall()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as server:
                return bool(server.ping())
        except redis.RedisError:
            return False
