"""What is said of a row of durations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Times:
    """Seconds each."""

    seconds: Sequence[float]

    @property
    def median(self) -> float:
        return self.at(0.5)

    @property
    def p99(self) -> float:
        return self.at(0.99)

    def at(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]

    def line(self, name: str) -> str:
        return f"  {name:<44} median {self.median * 1e6:9.1f} µs   p99 {self.p99 * 1e6:9.1f} µs"
