"""Notices about what operators and agents said; one a case and kind of ruling, however many features."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from portal.notices.actions import resolve, tell
from registry.enums import DecisionState, Ruling
from registry.messages.decisions import BUSINESS_ACCEPTED, CORRECTED, FIRST_ACCEPTED, KINDS, SIMULATED
from registry.messages.profiles import path_of
from registry.models import Case, Decision, VettingCheck
from registry.sync.noting import Seen, in_words

Ruled = tuple[Decision, Ruling, bool]


def tell_rulings(case: Case, ruled: Iterable[Ruled], *, seen: Seen) -> None:
    """Tell whoever follows the application or its business profile."""
    kinds: dict[str, list[Decision]] = defaultdict(list)
    said = list(ruled)
    now = [decision.pk for decision, _ruling, _corrects in said]
    for decision, ruling, corrects in said:
        kinds[_kind(case, ruling, corrects=corrects, now=now)].append(decision)
    for kind, decisions in kinds.items():
        _tell(kind, case, decisions, seen)
    settle(case)


def settle(case: Case) -> None:
    """What nobody has to do any more leaves the top of the feeds: no open question, no standing refusal."""
    profile = case.application_profile or case.business_profile
    rows = Decision.objects.filter(
        business_profile=case.business_profile_id,
        application_profile=case.application_profile_id,
        is_latest=True,
    )
    states = set(rows.values_list("state", flat=True))
    for state, ruling in ((DecisionState.INFORMATION, Ruling.ASK), (DecisionState.REJECTED, Ruling.REJECT)):
        if state not in states:
            resolve(profile, KINDS[ruling])


def _kind(case: Case, ruling: Ruling, *, corrects: bool, now: list[int]) -> str:
    if corrects:
        return CORRECTED
    if ruling != Ruling.ACCEPT:
        return KINDS[ruling]
    if case.application_profile_id is None:
        return BUSINESS_ACCEPTED
    accepted = Decision.objects.filter(
        application_profile=case.application_profile_id, state=DecisionState.ACCEPTED
    )
    return KINDS[ruling] if accepted.exclude(pk__in=now).exists() else FIRST_ACCEPTED


def _tell(kind: str, case: Case, decisions: list[Decision], seen: Seen) -> None:
    shown = case.application_profile or case.business_profile
    first = decisions[0]
    tell(
        kind,
        shown,
        key=f"{kind}:{case.pk}:{case.version}",
        path=path_of(shown),
        also=[case.business_profile] if case.application_profile else [],
        values={
            "operator": case.operator.name,
            "about": ", ".join(row.feature.name for row in decisions if row.feature) or shown.name,
            "reason": in_words(first.reason, first.reason_text),
            "state": str(first.get_state_display()),
            "simulated": SIMULATED if seen.is_simulated else "",
        },
    )


def tell_check(kind: str, check: VettingCheck, *, key: str) -> None:
    """Tell whoever follows the business profile how its vetting stands."""
    profile = check.business_profile
    if kind == "registry.vetting_passed":
        resolve(profile, "registry.vetting_failed")
    tell(
        kind,
        profile,
        key=f"{kind}:{check.pk}:{key}",
        path=path_of(profile),
        values={
            "operator": check.operator.name,
            "agency": check.agency.name,
            "reason": check.reason_text,
            "until": check.expires_at.date().isoformat() if check.expires_at else "",
            "simulated": SIMULATED if check.is_simulated else "",
        },
    )
