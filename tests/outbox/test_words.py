"""Every reason for which an operation waits, or needs a person, is said in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from portal.outbox import words
from portal.outbox.enums import TAKEN
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import VonageError

PACKAGE = Path(words.__file__).parent
WAITS = re.compile(r'waiting_for="(\w+)"')
REVIEWS = re.compile(r'send_to_review\((.*"\w+".*)\)')


def named(pattern: re.Pattern[str]) -> set[str]:
    """What of the package's code the pattern catches."""
    return {caught for path in PACKAGE.rglob("*.py") for caught in pattern.findall(path.read_text())}


def subclasses(of: type[VonageError]) -> Iterator[type[VonageError]]:
    for one in of.__subclasses__():
        yield one
        yield from subclasses(one)


def test_every_reason_the_engine_gives_for_waiting_has_a_text() -> None:
    passing = {Outcome.NOT_SENT, Outcome.THROTTLED, Outcome.HELD}
    by_error = {one.code for one in subclasses(VonageError) if one.outcome in passing}
    listed = {
        *("turn", "throttled", "incomplete_list", "unreachable", "answer_lost", "wrong_host"),
        *("missing_secret", "unauthorized", "forbidden", "defect"),
    }

    assert named(WAITS) >= {"turn", "incomplete_list", "defect"}
    assert named(WAITS) | by_error | listed <= set(words.WAITING)


def test_every_reason_for_a_person_has_a_text() -> None:
    codes = {code for call in named(REVIEWS) for code in re.findall(r'"(\w+)"', call)}

    assert codes | {TAKEN} == set(words.REVIEW)
