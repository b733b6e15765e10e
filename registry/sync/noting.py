"""How what operators and agents say is written into history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from portal.accounts.models import User
from portal.history.actions import note_change, note_refusal
from portal.history.enums import Axis, Resubmittable, Source
from registry.enums import Reason
from registry.models import Decision
from registry.sync.rounds import part_of, subject_of


@dataclass(frozen=True, slots=True)
class Seen:
    """When something was decided, by whom, and how we came to know."""

    at: datetime
    source: Source
    by: User | None = None
    is_simulated: bool = False

    @classmethod
    def now(cls, source: Source, by: User | None = None, *, is_simulated: bool = False) -> Seen:
        return cls(timezone.now(), source, by, is_simulated)


def note_activity(decision: Decision, before: str, *, seen: Seen, reason: str) -> None:
    """One row of history: an acceptance is in force, suspended or revoked now."""
    note_change(
        subject_of(decision),
        axis=Axis.DECISION,
        part=part_of(decision),
        before=(before, ""),
        after=(decision.activity, ""),
        seen_at=seen.at,
        not_before=None,
        source=seen.source,
        reason=reason,
    )


def note_no(decision: Decision) -> None:
    """The refusal in an operator's words, so that a later submission can answer it."""
    note_refusal(
        subject_of(decision),
        said_by=f"operator:{decision.operator.code}",
        code=decision.reason,
        text=decision.reason_text,
        fields=[{"field": decision.feature.code}] if decision.feature else [],
        resubmittable=Resubmittable.UNKNOWN if decision.reason == Reason.MISUSE else Resubmittable.YES,
        submission=f"round-{decision.round}",
    )


def in_words(reason: str, text: str) -> str:
    """A reason code and the text for the applicant, as one line of history."""
    label = str(Reason(reason).label) if reason in Reason.values else reason
    return ": ".join(filter(None, (label, text)))
