"""Simulated operators and agents: they answer through the same doors as real ones, and are labelled everywhere."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.conf import settings

from registry.enums import CheckState, DecisionChannel, DecisionState, MessageKind
from registry.models import Case, Decision, VettingCheck
from registry.rules import simulated
from registry.sync.checks import Verdict, absorb_check
from registry.sync.decisions import Answer, Line, Outcome, absorb_decision

MOST = 200  # a round
VALID = timedelta(days=365)


def simulate(now: datetime) -> int:
    """Let everybody who is simulated say what is due; answers how many answers were applied."""
    if not settings.REGISTRY_SIMULATED_OPERATORS:
        return 0
    return _checks(now) + _decisions(now)


def _usual() -> timedelta:
    return timedelta(seconds=settings.REGISTRY_SIMULATED_SECONDS)


def _checks(now: datetime) -> int:
    rows = VettingCheck.objects.filter(
        agency__channel=DecisionChannel.SIMULATED, is_latest=True, state=CheckState.PENDING
    ).select_related("business_profile", "operator")
    done = 0
    for check in rows.order_by("pk")[:MOST]:
        name, operator = check.business_profile.name, check.operator.name
        if now - check.created_at < simulated.delay(name, operator, _usual()):
            continue
        passed = simulated.passes_vetting(name, operator)
        text = "" if passed else "Simulated: the organisation could not be confirmed."
        expires_at = now + VALID if passed else None
        verdict = Verdict(check.pk, passed, text, expires_at=expires_at, is_simulated=True)
        done += absorb_check(verdict).outcome == Outcome.APPLIED
    return done


def _decisions(now: datetime) -> int:
    rows = Decision.objects.filter(
        operator__channel=DecisionChannel.SIMULATED, is_latest=True, state=DecisionState.PROCESSING
    ).select_related("case", "operator", "feature", "application_profile", "business_profile")
    waiting: dict[Case, list[Decision]] = defaultdict(list)
    for decision in rows.order_by("waiting_since", "pk")[:MOST]:
        waiting[decision.case].append(decision)
    return sum(_answer(case, decisions, now) for case, decisions in waiting.items())


def _answer(case: Case, decisions: list[Decision], now: datetime) -> bool:
    name = str(decisions[0].application_profile or decisions[0].business_profile)
    operator = decisions[0].operator.name
    since = max(decision.waiting_since for decision in decisions)
    if now - since < simulated.delay(name, operator, _usual()):
        return False
    by_code = {row.feature.code if row.feature else "": row for row in decisions}
    was_asked = case.messages.filter(kind=MessageKind.QUESTION).exists()
    said = simulated.say(name, operator, sorted(filter(None, by_code)), was_asked=was_asked)
    answer = Answer(
        case.pk,
        f"simulated:{case.pk}:{case.version}",
        tuple(_line(by_code[one.feature], one) for one in said),
        version=case.version,
        is_simulated=True,
        operator_reference=f"SIM-{case.pk}",
        network_application_id=f"simulated-{case.application_profile_id}"
        if case.application_profile_id
        else "",
    )
    return absorb_decision(answer).outcome == Outcome.APPLIED


def _line(decision: Decision, said: simulated.Said) -> Line:
    return Line(
        said.ruling,
        decision.round,
        decision.snapshot_id,
        decision.feature_id,
        reason=said.reason,
        text=said.text,
    )
