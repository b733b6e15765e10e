"""Where things can stand: remote words, what may follow what, who is waited for, and words for people."""

from __future__ import annotations

from tendlc.lifecycle.moves import (
    BRAND_MOVES,
    CAMPAIGN_MOVES,
    CARRIER_MOVES,
    MOVES,
    NUMBER_MOVES,
    VETTING_MOVES,
    may_move,
)
from tendlc.lifecycle.texts import Explanation, explain
from tendlc.lifecycle.waits import WAITS, Wait, expected_by, waiting_on
from tendlc.lifecycle.words import (
    BRAND_WORDS,
    CAMPAIGN_WORDS,
    CARRIER_WORDS,
    GOOD_NEWS,
    NUMBER_WORDS,
    VETTING_WORDS,
    brand_state,
    campaign_state,
    carrier_state,
    is_good_news,
    number_state,
    vetting_state,
)

__all__ = [
    "BRAND_MOVES",
    "BRAND_WORDS",
    "CAMPAIGN_MOVES",
    "CAMPAIGN_WORDS",
    "CARRIER_MOVES",
    "CARRIER_WORDS",
    "GOOD_NEWS",
    "MOVES",
    "NUMBER_MOVES",
    "NUMBER_WORDS",
    "VETTING_MOVES",
    "VETTING_WORDS",
    "WAITS",
    "Explanation",
    "Wait",
    "brand_state",
    "campaign_state",
    "carrier_state",
    "expected_by",
    "explain",
    "is_good_news",
    "may_move",
    "number_state",
    "vetting_state",
    "waiting_on",
]
