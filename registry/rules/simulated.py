"""How a simulated operator or vetting agent behaves: by words in the name of a profile.

The rules are written for people in docs/simulated-operators.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from registry.enums import Reason, Ruling

SLOW_FACTOR: Final = 10
QUESTION: Final = "Simulated question: which data of your customers do you keep, and for how long?"
# "refused by Blue" is about operators with Blue in their name, "refused" alone about all of them.
_WORD: Final = r"\b{word}\b(?: by (?P<whom>\w+))?"
REFUSED, PARTLY, ASKED, SLOW, FAILS_VETTING = "refused", "partly", "asked", "slow", "unvetted"


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one feature, or of the business profile itself ("")."""

    feature: str
    ruling: Ruling
    reason: str = ""
    text: str = ""


def delay(name: str, operator: str, usual: timedelta) -> timedelta:
    """How long it takes until something is said."""
    return usual * SLOW_FACTOR if _is_meant(SLOW, name, operator) else usual


def say(name: str, operator: str, features: Sequence[str], *, was_asked: bool) -> list[Said]:
    """The answer to a case; `features` is empty for a business profile, `was_asked` after one question."""
    lines = list(features) or [""]
    if _is_meant(REFUSED, name, operator):
        return [_no(feature) for feature in lines]
    if _is_meant(ASKED, name, operator) and not was_asked:
        return [Said(feature, Ruling.ASK, text=QUESTION) for feature in lines]
    if _is_meant(PARTLY, name, operator) and len(lines) > 1:
        return [_no(lines[0]), *(Said(feature, Ruling.ACCEPT) for feature in lines[1:])]
    return [Said(feature, Ruling.ACCEPT) for feature in lines]


def passes_vetting(name: str, operator: str) -> bool:
    return not _is_meant(FAILS_VETTING, name, operator)


def _no(feature: str) -> Said:
    text = "Simulated refusal: the name of the profile asks for it."
    return Said(feature, Ruling.REJECT, Reason.USE_CASE, text)


def _is_meant(word: str, name: str, operator: str) -> bool:
    found = re.search(_WORD.format(word=word), name, re.IGNORECASE)
    if found is None:
        return False
    whom = found.group("whom")
    return whom is None or whom.lower() in operator.lower()
