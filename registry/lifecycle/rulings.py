"""Which ruling of an operator fits where, and who moves next after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from registry.enums import DECIDED, Activity, DecisionState, Ruling, WaitingOn
from registry.lifecycle.moves import ACTIVITY, DECISION

STATE_AFTER: Final[Mapping[str, DecisionState]] = {
    Ruling.ACCEPT: DecisionState.ACCEPTED,
    Ruling.REJECT: DecisionState.REJECTED,
    Ruling.ASK: DecisionState.INFORMATION,
}
ACTIVITY_AFTER: Final[Mapping[str, Activity]] = {
    Ruling.SUSPEND: Activity.SUSPENDED,
    Ruling.REVOKE: Activity.REVOKED,
    Ruling.REINSTATE: Activity.ACTIVE,
}
# What the applicant must be told the reason of, by code; a question is told by its text.
REASONED: Final = frozenset({Ruling.REJECT, Ruling.SUSPEND, Ruling.REVOKE})
WAITS: Final[Mapping[str, WaitingOn]] = {
    DecisionState.WAITING: WaitingOn.OPERATOR,
    DecisionState.PROCESSING: WaitingOn.OPERATOR,
    DecisionState.INFORMATION: WaitingOn.US,
    DecisionState.ACCEPTED: WaitingOn.NOBODY,
    DecisionState.REJECTED: WaitingOn.US,
    DecisionState.EXCLUDED: WaitingOn.NOBODY,
    DecisionState.WITHDRAWN: WaitingOn.NOBODY,
    DecisionState.CLOSED: WaitingOn.NOBODY,
}


def fits(ruling: str, *, state: str, activity: str = Activity.ACTIVE, corrects: bool = False) -> bool:
    """Whether a decision may be ruled on like this; what is decided already changes only as a correction."""
    if ruling in ACTIVITY_AFTER:
        in_force = state == DecisionState.ACCEPTED and not corrects
        return in_force and ACTIVITY_AFTER[ruling] in ACTIVITY[activity]
    return (state in DECIDED) == corrects and STATE_AFTER[ruling] in DECISION[state]


def offered(*, state: str, activity: str = Activity.ACTIVE) -> list[tuple[Ruling, bool]]:
    """Every ruling that fits, each with whether it corrects an earlier one."""
    return [
        (ruling, corrects)
        for corrects in (False, True)
        for ruling in Ruling
        if fits(ruling, state=state, activity=activity, corrects=corrects)
    ]
