"""What a vetting score is known to change at the carriers; to show, never to decide.

Collected from Telnyx, Bandwidth and Plivo in October 2026; the answer of a use case check always wins.
"""

from __future__ import annotations

from typing import Final, NamedTuple

AS_OF: Final = "2026-10"


class Band(NamedTuple):
    """A range of scores, AT&T's segments a minute and campaign, T-Mobile's segments a day and brand."""

    lowest: int
    highest: int
    att_per_minute: int
    tmobile_per_day: int


BANDS: Final = (
    Band(75, 100, 4500, 200_000),
    Band(50, 74, 2400, 40_000),
    Band(25, 49, 240, 10_000),
    Band(0, 24, 240, 2_000),
)


def band_of(score: int | None) -> Band | None:
    """The band of a score; 0 is a score, None is none."""
    if score is None:
        return None
    return next((band for band in BANDS if band.lowest <= score <= band.highest), None)
