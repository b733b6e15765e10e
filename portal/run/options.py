"""Where a run listens and keeps its data: PORTAL_PORT, PORTAL_VAR, and what var/run.json remembers."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from portal.run.children import ROOT
from portal.run.ports import choose_port, is_free


class CannotRun(Exception):
    """One sentence for the person who typed `make run`."""


@dataclass(frozen=True)
class Options:
    port: int
    var: Path
    demo: bool

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Options:
        given = environment.get("PORTAL_PORT") or "8000"
        if not given.isdecimal() or not 0 < int(given) < 65536:
            raise CannotRun(f"PORTAL_PORT must be a port number such as 8000, not {given!r}.")
        var = Path(environment.get("PORTAL_VAR") or ROOT / "var").resolve()
        return cls(int(given), var, (environment.get("PORTAL_MODE") or "demo") == "demo")

    @property
    def logs(self) -> Path:
        return self.var / "log"


def lock(options: Options) -> IO[str]:
    """Hold var/ for this run; the lock ends with the process, however it ends."""
    held = (options.var / "run.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        raise CannotRun(
            f"Another portal already runs on {options.var}: stop it, or set PORTAL_VAR to another directory."
        ) from None
    return held


def check_port(options: Options) -> None:
    if not is_free(options.port, patience=2):
        raise CannotRun(
            f"Port {options.port} is taken by another program: stop that, or set PORTAL_PORT to another port."
        )


def simulator_port(options: Options) -> int:
    """The same after every restart: API keys remember the host they were entered for."""
    remembered = options.var / "run.json"
    if not remembered.exists():
        port = choose_port()
        temporary = remembered.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps({"simulator_port": port}), encoding="utf-8")
        temporary.replace(remembered)
        return port
    port = int(json.loads(remembered.read_text(encoding="utf-8"))["simulator_port"])
    if not is_free(port, patience=2):
        raise CannotRun(
            f"Port {port} is taken by another program, and the simulator needs it because the demo's "
            f"API keys in {options.var} were entered for it: free it, or set PORTAL_VAR to another directory."
        )
    return port
