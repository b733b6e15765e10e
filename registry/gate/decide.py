"""Allow, or deny with exactly one reason; and the same, told step by step."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from registry.enums import Access
from registry.gate.checks import BOTH, PLAYGROUND, PRODUCTION, Check
from registry.gate.reasons import Denial
from registry.gate.values import Question, Snapshot

logger = logging.getLogger("registry.gate")
_OF_MODE = {Access.PLAYGROUND.value: BOTH + PLAYGROUND, Access.PRODUCTION.value: BOTH + PRODUCTION}


@dataclass(frozen=True, slots=True)
class Answer:
    """`reason` is None exactly when it is allowed."""

    reason: Denial | None

    @property
    def allowed(self) -> bool:
        return self.reason is None

    @property
    def decision(self) -> str:
        return "allow" if self.allowed else "deny"

    @property
    def detail(self) -> str:
        """The reason as a sentence, "" when allowed."""
        return "" if self.reason is None else str(self.reason.label)

    def as_dict(self) -> dict[str, Any]:
        """What the API and the command line say."""
        return {
            "decision": self.decision,
            "reason": self.reason.value if self.reason else None,
            "detail": self.detail,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One check; `passed` is None when an earlier one had decided already."""

    check: Check
    passed: bool | None
    reason: Denial | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    answer: Answer
    steps: tuple[Step, ...]


def decide(question: Question, snapshot: Snapshot) -> Answer:
    """The first check that fails gives the reason; whatever goes wrong in here is a deny."""
    try:
        for check in _checks(snapshot):
            reason = check.find(question, snapshot)
            if reason is not None:
                return Answer(reason)
    except Exception:
        logger.exception("the gate could not decide")
        return Answer(Denial.ERROR)
    return Answer(None)


def explain(question: Question, snapshot: Snapshot) -> Explanation:
    """The answer of `decide` with every check of the application's mode and how it went."""
    answer = decide(question, snapshot)
    steps: list[Step] = []
    decided = answer.reason is Denial.ERROR
    for check in _checks(snapshot):
        found = None if decided else check.find(question, snapshot)
        steps.append(Step(check, None if decided else found is None, found))
        decided = decided or found is not None
    return Explanation(answer, tuple(steps))


def _checks(snapshot: Snapshot) -> tuple[Check, ...]:
    """Without a mode the checks of both end with "not enabled" at the latest."""
    return _OF_MODE.get(snapshot.access, BOTH)
