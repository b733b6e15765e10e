"""What the verdicts of many operations come to: nothing may be lost or doubled, and few may need a person."""

from __future__ import annotations

from collections.abc import Mapping

MOST_IN_REVIEW = 0.005


def broken_promises(broken: Mapping[str, int], *, of: int) -> dict[str, int]:
    """The verdicts that may not be, out of so many operations; those in review only when they are too many."""
    reviews = {said: times for said, times in broken.items() if ": review:" in said}
    others = {said: times for said, times in broken.items() if said not in reviews}
    return others | (reviews if sum(reviews.values()) > MOST_IN_REVIEW * of else {})
