"""The simulator as a process of its own, for tests that want real HTTP and real restarts."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
LISTENING = "Simulator listening on "


class SimulatorProcess:
    """`python -m simulator` on a free port, from construction of the context to its end.

    Options become flags: `SimulatorProcess(speed=50, no_uniqueness=True, state=path)`.
    `start()` after `stop()` keeps the port, so that a restart looks like one to its clients.
    """

    def __init__(self, *, port: int = 0, **options: object) -> None:
        self.port = port
        self.options = options
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, timeout: float = 20) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simulator", "--port", str(self.port), *_flags(self.options)],
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1", "SIMULATOR_DIE_WITH_PARENT": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            line = _first_line(self.process, timeout)
        except queue.Empty:
            self.kill()
            raise RuntimeError(f"The simulator said nothing for {timeout:g} s.") from None
        if not line.startswith(LISTENING):
            self.stop()
            raise RuntimeError(f"The simulator did not start: {line.strip() or 'it ended at once'}")
        self.port = int(line.rsplit(":", 1)[1])
        return self

    def stop(self) -> None:
        self._end(force=False)

    def kill(self) -> None:
        """SIGKILL: what the state file must survive."""
        self._end(force=True)

    def control(self, path: str, body: object = None, *, method: str | None = None) -> Any:
        """Call `/_simulator/<path>` (the prefix may be given too): GET without a body, POST with one."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/_simulator/{path.removeprefix('/_simulator').lstrip('/')}",
            data=data,
            method=method or ("GET" if data is None else "POST"),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def ledger(self, **filters: object) -> list[dict[str, Any]]:
        """The writes received, oldest first; filters: operation, effect (bool), key, since."""
        query = urllib.parse.urlencode(
            {
                name: str(value).lower() if isinstance(value, bool) else value
                for name, value in filters.items()
            }
        )
        rows: list[dict[str, Any]] = self.control(f"ledger?{query}")["rows"]
        return rows

    def _end(self, *, force: bool) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        if force:
            process.kill()
        else:
            process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _flags(options: dict[str, object]) -> list[str]:
    flags: list[str] = []
    for name, value in options.items():
        flag = f"--{name.replace('_', '-')}"
        if value is True:
            flags.append(flag)
        elif value not in (None, False):
            flags += [flag, str(value)]
    return flags


def _first_line(process: subprocess.Popen[str], timeout: float) -> str:
    """Read one line without waiting for ever; an empty one means that the process ended."""
    assert process.stdout is not None
    stdout = process.stdout
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
    return lines.get(timeout=timeout)
