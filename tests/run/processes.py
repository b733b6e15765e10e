"""What tests of processes ask of the system (Linux)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def is_alive(pid: int) -> bool:
    """A zombie that nobody has collected yet is not alive."""
    return _stat(pid)[0] not in {"", "Z", "X"}


def descendants(pid: int) -> set[int]:
    """Every living process below this one, whatever group or session it is in."""
    parents = {int(path.name): _stat(int(path.name))[1] for path in Path("/proc").glob("[0-9]*")}
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        parent = waiting.pop()
        children = {child for child, of in parents.items() if of == parent} - found
        found |= children
        waiting.extend(children)
    return {child for child in found if is_alive(child)}


def named(pids: set[int], text: str) -> set[int]:
    """Those whose command line contains the text."""
    return {pid for pid in pids if text in _command(pid)}


def eventually(condition: Callable[[], object], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _stat(pid: int) -> tuple[str, int]:
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return "", 0
    return state, int(parent)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
