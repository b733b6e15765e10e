"""The gate: may a request be forwarded to an operator? One pure function over values; see `decide` and `checks`."""

from __future__ import annotations

from registry.gate.checks import BOTH, PLAYGROUND, PRODUCTION, Check, Topic
from registry.gate.decide import Answer, Explanation, Step, decide, explain
from registry.gate.reasons import Denial
from registry.gate.values import NOTHING, Question, Snapshot, Word

__all__ = [
    "BOTH",
    "NOTHING",
    "PLAYGROUND",
    "PRODUCTION",
    "Answer",
    "Check",
    "Denial",
    "Explanation",
    "Question",
    "Snapshot",
    "Step",
    "Topic",
    "Word",
    "decide",
    "explain",
]
