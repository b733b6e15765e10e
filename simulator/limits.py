"""How many requests a second one key may make; more are throttled."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Buckets:
    """A bucket a (key, reads or writes), in real time: the simulator's clock may jump."""

    held: dict[tuple[str, bool], tuple[float, float]] = field(default_factory=dict)

    def take(self, key: str, write: bool, rate: float | None) -> bool:
        """False when the key has used up its share. A rate of None is no limit."""
        if rate is None:
            return True
        now = time.monotonic()
        room = max(1.0, rate)
        left, at = self.held.get((key, write), (room, now))
        left = min(room, left + (now - at) * rate)
        allowed = left >= 1
        self.held[key, write] = (left - 1 if allowed else left, now)
        return allowed
