"""Saying "still alive" during long work, but not at every step."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pulse:
    """Calls `beat` when it is called, at most once in so many seconds; fits wherever progress is reported."""

    def __init__(self, beat: Callable[[], object], every: float = 20.0) -> None:
        self._beat = beat
        self._every = every
        self._last = time.monotonic()

    def __call__(self, *_: object) -> None:
        now = time.monotonic()
        if now - self._last >= self._every:
            self._last = now
            self._beat()
