"""Rounds of decisions: opening one, and writing each change of a decision into history.

Everything that makes or moves a decision goes through here, whoever decided.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from portal.history.actions import note_change
from portal.history.enums import Axis, Source
from portal.history.models import Change
from registry.enums import OPEN_DECISIONS, DecisionState, WaitingOn
from registry.models import (
    ApplicationProfile,
    BusinessProfile,
    BusinessSnapshot,
    Case,
    Decision,
    ProfileFeature,
)


def move_on(case_id: int, *, now: datetime, **changes: Any) -> None:
    """What an operator is shown of a case is something else now: a page that was opened before is refused.

    Whatever opens, moves or ends a decision of it, or names a newer version, comes by here.
    """
    Case.objects.filter(pk=case_id).update(version=F("version") + 1, updated_at=now, **changes)


def open_round(
    case: Case,
    *,
    snapshot: BusinessSnapshot,
    state: DecisionState,
    now: datetime,
    line: ProfileFeature | None = None,
    exclusion: str = "",
    expected_by: datetime | None = None,
    rejected_like: Decision | None = None,
) -> Decision:
    """A new round, which is the one that counts from now on and inherits nothing.

    `line` is the feature with its purpose, None for the business profile itself. `rejected_like` is the no to
    the business profile that is a no to this as well.
    """
    earlier = case.decisions.filter(is_latest=True, feature=line.feature if line else None).first()
    if earlier is not None:
        retire(earlier, now=now)
    is_open = state in OPEN_DECISIONS
    days = timedelta(days=case.operator.expected_days)
    decision = Decision.objects.create(
        account_id=case.account_id,
        client_id=case.client_id,
        case=case,
        operator=case.operator,
        business_profile_id=case.business_profile_id,
        application_profile_id=case.application_profile_id,
        feature=line.feature if line else None,
        purpose=line.purpose if line else None,
        round=earlier.round + 1 if earlier else 1,
        snapshot=snapshot,
        state=state,
        exclusion=exclusion,
        reason=rejected_like.reason if rejected_like else "",
        reason_text=rejected_like.reason_text if rejected_like else "",
        is_simulated=bool(rejected_like and rejected_like.is_simulated),
        decided_at=now if rejected_like else None,
        waiting_on=WaitingOn.OPERATOR if is_open else WaitingOn.NOBODY,
        waiting_since=now,
        expected_by=(expected_by or now) + days if is_open else None,
    )
    note_decision(decision, "", now=now, source=Source.PERSON)
    move_on(case.pk, now=now)
    return decision


def retire(decision: Decision, *, now: datetime) -> None:
    """The round is over: it keeps its answer, or closes unanswered, and counts no more."""
    before = decision.state
    if before in OPEN_DECISIONS:
        decision.state = DecisionState.CLOSED
        decision.waiting_on, decision.expected_by = WaitingOn.NOBODY, None
        note_decision(decision, before, now=now, source=Source.PERSON)
    decision.is_latest = False
    decision.save(update_fields=["state", "is_latest", "waiting_on", "expected_by", "updated_at"])


def subject_of(decision: Decision) -> BusinessProfile | ApplicationProfile:
    """The profile a decision is about: its page, its followers, its history."""
    return decision.application_profile or decision.business_profile


def part_of(decision: Decision) -> str:
    """What of the profile: the operator with its country, since names repeat, and the feature if it is about one."""
    operator = f"{decision.operator.name} {decision.operator.country.code}"
    return f"{operator} · {decision.feature.name}" if decision.feature else operator


def note_decision(
    decision: Decision, before: str, *, now: datetime, source: Source, reason: str = ""
) -> Change:
    """One row of history for one change of a decision; `before` is the state it had, "" for a new round.

    Without words for the applicant the reason is the code of the exclusion or of the no.
    """
    return note_change(
        subject_of(decision),
        axis=Axis.DECISION,
        before=(before, ""),
        after=(decision.state, ""),
        seen_at=now,
        not_before=None,
        source=source,
        part=part_of(decision),
        reason=reason or decision.reason_text or decision.exclusion or decision.reason,
    )
