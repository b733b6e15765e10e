"""The four words of the guide, derived from what operators say: a total function, never stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from registry.enums import OPEN_DECISIONS, UNCOUNTED, Activity, DecisionState, RegistrationState


@dataclass(frozen=True, slots=True)
class Vote:
    """What one operator says of one thing, as far as a roll-up needs it."""

    state: str
    activity: str = Activity.ACTIVE


@dataclass(frozen=True, slots=True)
class RollUp:
    """The word that is shown, and the counts that stand beside it."""

    state: RegistrationState
    open: int = 0
    accepted: int = 0
    rejected: int = 0
    uncounted: int = 0
    suspended: int = 0
    revoked: int = 0

    @property
    def counted(self) -> int:
        return self.open + self.accepted + self.rejected


def roll_up(votes: Iterable[Vote]) -> RollUp:
    """Nothing counted is "not sent", anything open PROCESSING, else all accepted, all rejected, or mixed.

    Approval decides alone; what is suspended or revoked is named beside. Source: the guide, "Registration
    Status"; DESIGN.md §6.
    """
    seen = list(votes)
    counts = {
        "open": sum(vote.state in OPEN_DECISIONS for vote in seen),
        "accepted": sum(vote.state == DecisionState.ACCEPTED for vote in seen),
        "rejected": sum(vote.state == DecisionState.REJECTED for vote in seen),
        "uncounted": sum(vote.state in UNCOUNTED for vote in seen),
        "suspended": sum(vote.activity == Activity.SUSPENDED for vote in seen),
        "revoked": sum(vote.activity == Activity.REVOKED for vote in seen),
    }
    return RollUp(state=_word(counts["open"], counts["accepted"], counts["rejected"]), **counts)


def _word(still_open: int, accepted: int, rejected: int) -> RegistrationState:
    if still_open:
        return RegistrationState.PROCESSING
    if accepted and rejected:
        return RegistrationState.PARTIALLY_ACCEPTED
    if accepted:
        return RegistrationState.ACCEPTED
    return RegistrationState.REJECTED if rejected else RegistrationState.NOT_SENT
