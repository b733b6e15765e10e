"""Where registrations stand: the moves that are allowed, and the four words that are shown."""

from __future__ import annotations

from registry.lifecycle.moves import ACTIVITY, APPLICATION, CHANGE, CHECK, DECISION
from registry.lifecycle.roll_up import RollUp, Vote, roll_up

__all__ = ["ACTIVITY", "APPLICATION", "CHANGE", "CHECK", "DECISION", "RollUp", "Vote", "roll_up"]
