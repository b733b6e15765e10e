"""What follows from a ruling on an organisation for its applications at the same operator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from portal.records.moves import move
from registry.enums import OPEN_DECISIONS, Activity, DecisionState, Ground, Ruling
from registry.lifecycle.moves import DECISION
from registry.lifecycle.rulings import WAITS
from registry.models import Case, Decision, ProfileFeature
from registry.sync.disclosures import disclose_application
from registry.sync.noting import Seen, in_words, note_no
from registry.sync.rounds import move_on, note_decision, open_round
from registry.sync.telling import settle, tell_rulings

_JOINS = (
    "case__operator__country",
    "operator",
    "feature",
    "snapshot",
    "application_profile",
    "business_profile",
)


def follow_business(business: Decision, ruling: Ruling, *, seen: Seen) -> None:
    """An operator that accepts the organisation turns to its applications; its no is one to them as well.

    Whoever loses a yes by it is told so; who still waited reads it at the profile.
    """
    if ruling == Ruling.ACCEPT:
        waiting = _of_applications(business, DecisionState.WAITING)
        for decision in waiting:
            _start(decision, seen)
        _disclose([*waiting, *_ask_again(business, seen)])
    elif ruling == Ruling.REJECT:
        told = defaultdict(list)
        for decision in _of_applications(business, *OPEN_DECISIONS, DecisionState.ACCEPTED):
            if decision.state == DecisionState.ACCEPTED:
                told[decision.case].append((decision, ruling, False))
            _close(decision, business, seen)
        for case, ruled in told.items():
            tell_rulings(case, ruled, seen=seen)


def _of_applications(business: Decision, *states: str) -> list[Decision]:
    """This operator's latest decisions on the profile's applications, their cases locked in one order."""
    cases = Case.objects.select_for_update(of=("self",)).filter(
        business_profile_id=business.business_profile_id,
        operator_id=business.operator_id,
        application_profile__isnull=False,
    )
    found = Decision.objects.filter(
        case__in=[case.pk for case in cases.order_by("pk")], is_latest=True, state__in=states
    )
    return list(found.select_related(*_JOINS).order_by("pk"))


def _start(decision: Decision, seen: Seen) -> None:
    before = decision.state
    move(
        decision,
        DecisionState.PROCESSING,
        table=DECISION,
        waiting_on=WAITS[DecisionState.PROCESSING],
        waiting_since=seen.at,
        expected_by=seen.at + timedelta(days=decision.operator.expected_days),
        updated_at=seen.at,
    )
    _moved(decision, before, seen)


def _close(decision: Decision, business: Decision, seen: Seen) -> None:
    before = decision.state
    move(
        decision,
        DecisionState.REJECTED,
        table=DECISION,
        activity=Activity.ACTIVE,
        reason=business.reason,
        reason_text=business.reason_text,
        is_simulated=seen.is_simulated,
        decided_at=seen.at,
        decided_by=seen.by,
        waiting_on=WAITS[DecisionState.REJECTED],
        waiting_since=seen.at,
        expected_by=None,
        updated_at=seen.at,
    )
    _moved(decision, before, seen, in_words(business.reason, business.reason_text))
    note_no(decision)


def _moved(decision: Decision, before: str, seen: Seen, reason: str = "") -> None:
    move_on(decision.case_id, now=seen.at)
    note_decision(decision, before, now=seen.at, source=seen.source, reason=reason)


def _ask_again(business: Decision, seen: Seen) -> list[Decision]:
    """A no that was a mistake had closed the applications too: what was never ruled on itself is asked anew."""
    opened = []
    for decision in _of_applications(business, DecisionState.REJECTED):
        if not _was_ruled_on(decision):
            line = ProfileFeature.objects.select_related("feature", "purpose").get(
                profile=decision.application_profile_id, feature=decision.feature_id
            )
            state = DecisionState.PROCESSING
            opened.append(
                open_round(decision.case, line=line, snapshot=decision.snapshot, state=state, now=seen.at)
            )
            settle(decision.case)
    return opened


def _was_ruled_on(decision: Decision) -> bool:
    """Whether the operator's own last word on it was a no."""
    said = decision.case.answers.filter(is_applied=True).order_by("pk").values_list("lines", flat=True)
    words = [
        line["ruling"]
        for lines in said
        for line in lines
        if (line["feature"], line["round"]) == (decision.feature_id, decision.round)
    ]
    return [word for word in words if word in (Ruling.ACCEPT, Ruling.REJECT)][-1:] == [Ruling.REJECT]


def _disclose(decisions: Iterable[Decision]) -> None:
    """The operator is given the application now that it looks at it; once a case and version."""
    given: dict[Case, list[Decision]] = defaultdict(list)
    for decision in decisions:
        given[decision.case].append(decision)
    for case, rows in given.items():
        codes = [row.feature.code for row in rows if row.feature]
        known = case.disclosures.filter(snapshot=rows[0].snapshot, to_agent=False)
        held = {name for fields in known.values_list("fields", flat=True) for name in fields}
        if not {f"feature:{code}" for code in codes} <= held:
            disclose_application(case, rows[0].snapshot, codes, Ground.REGISTRATION)
