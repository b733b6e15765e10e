"""Handing a profile over: cases and rounds at operators, vetting, and what was disclosed to whom.

Each function looks at what is there already, so that doing it again changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from portal.notices.actions import tell
from registry.actions.locks import locked_business
from registry.enums import OPEN_DECISIONS, DecisionState, Ground
from registry.messages import path_of
from registry.models import (
    ApplicationProfile,
    BusinessProfile,
    BusinessSnapshot,
    Case,
    Decision,
    Operator,
    ProfileFeature,
)
from registry.queries.offered import networks, operators_in
from registry.queries.standing import (
    application_decisions,
    business_decisions,
    consent_in_force,
    current_countries,
    current_snapshot,
    standings,
)
from registry.rules.routing import NEVER_ASKED, Standing, application_routes, business_routes, first_state
from registry.sync.disclosures import disclose_application, disclose_business
from registry.sync.rounds import open_round
from registry.sync.vetting import begin_check


@dataclass
class HandOver:
    """What a hand-over began: rounds that operators now look at, and those that say why one does not."""

    sent: list[Decision] = field(default_factory=list)
    left_out: list[Decision] = field(default_factory=list)

    def add(self, decision: Decision) -> None:
        (self.sent if decision.state in OPEN_DECISIONS else self.left_out).append(decision)

    def __bool__(self) -> bool:
        return bool(self.sent or self.left_out)


@transaction.atomic
def hand_over_business(
    profile: BusinessProfile,
    snapshot: BusinessSnapshot,
    *,
    operators: Collection[Operator] | None = None,
    now: datetime,
    ground: Ground = Ground.REGISTRATION,
) -> HandOver:
    """Give a version of a business profile to the operators of its countries, vetting included.

    Without `operators` it goes to those that were never asked, were left out for a reason that no longer holds,
    or whose decision has ended. The named ones are asked anew, in a round of its own, if the version is newer
    than what they have.
    """
    locked_business(profile.pk)
    countries, consent = current_countries(profile), consent_in_force(profile)
    asked = _asked(countries, operators)
    consented = consent.operators if consent else ()
    routes = business_routes(networks(asked, now.date()), countries=countries, consented=consented)
    latest = {one.operator_id: one for one in business_decisions(profile)}
    done = HandOver()
    for operator in asked:
        exclusion = routes[operator.code]
        if not _asks_anew(latest.get(operator.pk), snapshot, exclusion, named=operators is not None):
            continue
        case = _case(profile, None, operator)
        state = DecisionState.EXCLUDED if exclusion else DecisionState.PROCESSING
        done.add(open_round(case, snapshot=snapshot, state=state, now=now, exclusion=exclusion))
        Case.objects.filter(pk=case.pk).update(newer_snapshot=None)
        if not exclusion:
            disclose_business(case, snapshot, ground)
            if operator.requires_vetting and consent is not None:
                begin_check(case, snapshot, consent, now=now)
    _tell("registry.business_submitted", profile, done)
    return done


@transaction.atomic
def hand_over_application(
    profile: ApplicationProfile,
    *,
    operators: Collection[Operator] | None = None,
    now: datetime,
    ground: Ground = Ground.REGISTRATION,
) -> HandOver:
    """Give an application profile to the operators of its business profile's countries, a round a feature.

    What an operator has accepted or still looks at is not asked again, even of a named one; everything else is
    asked anew of the named ones on a newer version of the business profile.
    """
    business = locked_business(profile.business_profile_id)
    snapshot = current_snapshot(business)
    at_business = {one.operator.code: one for one in business_decisions(business)}
    done, given = HandOver(), defaultdict(list)
    for operator, line, exclusion in _lines_to_ask(profile, snapshot, at_business, operators, now):
        case = _case(business, profile, operator)
        decision = _ask(case, line, snapshot, exclusion, at_business.get(operator.code), now)
        done.add(decision)
        if decision.state in OPEN_DECISIONS:
            given[case].append(line.feature.code)
    for case, codes in given.items():
        disclose_application(case, snapshot, codes, ground)
    _tell("registry.application_submitted", profile, done)
    return done


def _lines_to_ask(
    profile: ApplicationProfile,
    snapshot: BusinessSnapshot,
    at_business: Mapping[str, Decision],
    operators: Collection[Operator] | None,
    now: datetime,
) -> list[tuple[Operator, ProfileFeature, str]]:
    """Each operator and feature for which a round is due, with why the operator is left out."""
    countries = current_countries(snapshot.profile)
    asked = _asked(countries, operators)
    lines = {line.feature.code: line for line in profile.features.select_related("feature", "purpose")}
    routes = application_routes(
        networks(asked, now.date()),
        countries=countries,
        features=lines,
        business=standings(at_business.values()),
    )
    latest = {(one.operator_id, one.feature_id): one for one in application_decisions(profile)}
    found = []
    for operator in asked:
        for code, line in lines.items():
            exclusion, earlier = routes[operator.code, code], latest.get((operator.pk, line.feature_id))
            stands = earlier is not None and earlier.state in (*OPEN_DECISIONS, DecisionState.ACCEPTED)
            if not stands and _asks_anew(earlier, snapshot, exclusion, named=operators is not None):
                found.append((operator, line, exclusion))
    return found


def _ask(
    case: Case,
    line: ProfileFeature,
    snapshot: BusinessSnapshot,
    exclusion: str,
    business: Decision | None,
    now: datetime,
) -> Decision:
    standing = Standing(business.state, business.exclusion) if business else NEVER_ASKED
    state = DecisionState.EXCLUDED if exclusion else first_state(standing)
    return open_round(
        case,
        line=line,
        snapshot=snapshot,
        state=state,
        now=now,
        exclusion=exclusion,
        expected_by=business.expected_by if business and state == DecisionState.WAITING else None,
        rejected_like=business if state == DecisionState.REJECTED else None,
    )


def _asked(countries: Collection[str], operators: Collection[Operator] | None) -> list[Operator]:
    """The operators this is about: those available in the countries, of named ones only these."""
    available = operators_in(countries)
    if operators is not None:
        available = available.filter(pk__in=[operator.pk for operator in operators])
    return list(available)


def _asks_anew(earlier: Decision | None, snapshot: BusinessSnapshot, exclusion: str, *, named: bool) -> bool:
    if earlier is None:
        return True
    if earlier.state == DecisionState.EXCLUDED:
        return earlier.exclusion != exclusion
    is_over = earlier.state in (DecisionState.CLOSED, DecisionState.WITHDRAWN)
    return (named or is_over) and earlier.snapshot_id != snapshot.pk


def _case(business: BusinessProfile, application: ApplicationProfile | None, operator: Operator) -> Case:
    case, _is_new = Case.objects.get_or_create(
        business_profile=business,
        application_profile=application,
        operator=operator,
        defaults={"account_id": business.account_id, "client_id": business.client_id},
    )
    return case


def _tell(kind: str, profile: BusinessProfile | ApplicationProfile, done: HandOver) -> None:
    if not done:
        return
    sent = {decision.operator_id for decision in done.sent}
    left_out = {decision.operator_id for decision in done.left_out} - sent
    newest = max(decision.pk for decision in (*done.sent, *done.left_out))
    tell(
        kind,
        profile,
        key=f"{kind}:{profile.pk}:{newest}",
        path=path_of(profile),
        values={"sent": len(sent), "left_out": len(left_out)},
    )
