"""Ending what operators do with a profile: a removed country, a withdrawn consent or submission."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from portal.history.enums import Source
from portal.records.moves import move
from registry.enums import (
    OPEN_DECISIONS,
    UNCOUNTED,
    Activity,
    CheckState,
    DecisionState,
    Exclusion,
    WaitingOn,
)
from registry.lifecycle import CHECK, DECISION
from registry.models import BusinessProfile, BusinessSnapshot, Case, Decision, Operator, VettingCheck
from registry.sync.rounds import move_on, note_decision, open_round


def latest_decisions(profile: BusinessProfile) -> QuerySet[Decision]:
    """What counts now of a business profile and of all its application profiles."""
    rows = Decision.objects.filter(business_profile=profile, is_latest=True)
    return rows.select_related(
        "case__operator", "operator", "feature", "application_profile", "business_profile"
    )


def end_decision(decision: Decision, to: DecisionState, *, now: datetime) -> None:
    """A decision ends, whatever it was; with it ends what the gate lets through."""
    before = decision.state
    updates: dict[str, Any] = {
        "activity": Activity.ACTIVE,
        "waiting_on": WaitingOn.NOBODY,
        "expected_by": None,
        "updated_at": now,
    }
    move(decision, to, table=DECISION, **updates)
    note_decision(decision, before, now=now, source=Source.PERSON)
    move_on(decision.case_id, now=now)


def close_at(profile: BusinessProfile, operators: Collection[Operator], *, now: datetime) -> None:
    """These operators have no more to do with the profile: their decisions close, their vetting stops."""
    rows = latest_decisions(profile).filter(operator__in=operators)
    for decision in rows.exclude(state__in=(DecisionState.CLOSED, DecisionState.WITHDRAWN)):
        end_decision(decision, DecisionState.CLOSED, now=now)
    Case.objects.filter(business_profile=profile, operator__in=operators).update(newer_snapshot=None)
    cancel_checks(profile, operators)


def leave_out(
    profile: BusinessProfile, snapshot: BusinessSnapshot, operators: Collection[Operator], *, now: datetime
) -> None:
    """Without consent these operators are left out: a round that says so takes the place of what stood."""
    for decision in latest_decisions(profile).filter(operator__in=operators):
        if decision.state in UNCOUNTED:
            continue
        line = None
        if decision.application_profile is not None and decision.feature is not None:
            line = decision.application_profile.features.get(feature=decision.feature)
        if decision.state not in OPEN_DECISIONS:
            end_decision(decision, DecisionState.CLOSED, now=now)
        open_round(
            decision.case,
            line=line,
            snapshot=snapshot,
            state=DecisionState.EXCLUDED,
            exclusion=Exclusion.VETTING_DECLINED,
            now=now,
        )
    Case.objects.filter(business_profile=profile, operator__in=operators).update(newer_snapshot=None)
    cancel_checks(profile, operators)


def cancel_checks(profile: BusinessProfile, operators: Collection[Operator]) -> None:
    """A check that has not ended is not wanted any more; one that has stays as it was."""
    rows = VettingCheck.objects.filter(business_profile=profile, operator__in=operators, is_latest=True)
    for check in rows.filter(state=CheckState.PENDING):
        move(check, CheckState.CANCELLED, table=CHECK)
