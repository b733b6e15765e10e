"""One process the supervisor looks after."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WRAPPER = Path(__file__).with_name("child.py")
FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0
STEADY_SECONDS = 60.0  # having lived this long, the next death starts again with the shortest delay


class Child:
    """Has a process group of its own: Ctrl-C reaches only the supervisor, which ends it in order."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        death_signal: signal.Signals = signal.SIGKILL,
        given: str = "",
    ) -> None:
        self.name = name
        self.log = log
        self.restart_at: float | None = None
        self._command = [
            sys.executable,
            "-I",
            "-S",
            str(WRAPPER),
            str(os.getpid()),
            str(int(death_signal)),
            *command,
        ]
        self._environment = dict(environment)
        self._given = given
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._delay = FIRST_DELAY
        with suppress(FileNotFoundError):
            log.replace(log.with_suffix(".log.1"))

    def start(self) -> None:
        """`given` goes to standard input, where no process list shows it."""
        self.kill_group()
        self.restart_at = None
        self._started = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.PIPE if self._given else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if self._process.stdin:
            with suppress(BrokenPipeError), self._process.stdin as given:
                given.write(self._given.encode())

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll() if self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def plan_restart(self) -> float:
        """Seconds until the next start: 1, 2, 4 ... 30."""
        if time.monotonic() - self._started > STEADY_SECONDS:
            self._delay = FIRST_DELAY
        delay, self._delay = self._delay, min(self._delay * 2, LONGEST_DELAY)
        self.restart_at = time.monotonic() + delay
        return delay

    def terminate(self) -> None:
        if self._process and self.running:
            self._process.terminate()

    def kill_group(self) -> None:
        """End the process and whatever it started, at once."""
        if self._process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def last_lines(self, count: int = 15) -> str:
        with suppress(FileNotFoundError):
            return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
        return ""
