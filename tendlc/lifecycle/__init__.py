"""Where things can stand: remote words, what may follow what, who is waited for, and words for people."""

from __future__ import annotations

from tendlc.lifecycle.deadlines import DEADLINES, DeadlineText
from tendlc.lifecycle.feedback import concerned_fields, remedy_of
from tendlc.lifecycle.moves import (
    BRAND_MOVES,
    CAMPAIGN_MOVES,
    CARRIER_MOVES,
    MOVES,
    NUMBER_MOVES,
    VETTING_MOVES,
    may_move,
)
from tendlc.lifecycle.scores import BANDS, band_of
from tendlc.lifecycle.texts import Explanation, explain, explain_gone
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
    plain,
    vetting_state,
)

__all__ = [
    "BANDS",
    "BRAND_MOVES",
    "BRAND_WORDS",
    "CAMPAIGN_MOVES",
    "CAMPAIGN_WORDS",
    "CARRIER_MOVES",
    "CARRIER_WORDS",
    "DEADLINES",
    "GOOD_NEWS",
    "MOVES",
    "NUMBER_MOVES",
    "NUMBER_WORDS",
    "VETTING_MOVES",
    "VETTING_WORDS",
    "WAITS",
    "DeadlineText",
    "Explanation",
    "Wait",
    "band_of",
    "brand_state",
    "campaign_state",
    "carrier_state",
    "concerned_fields",
    "expected_by",
    "explain",
    "explain_gone",
    "is_good_news",
    "may_move",
    "number_state",
    "plain",
    "remedy_of",
    "vetting_state",
    "waiting_on",
]
