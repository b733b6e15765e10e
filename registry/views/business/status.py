"""A registration as pages show it: operators by country, the four words, who is left out and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from portal.accounts.scope import Scope
from portal.records.models import digest
from registry.enums import Exclusion, RegistrationState
from registry.lifecycle import RollUp, Vote, roll_up
from registry.models import (
    ApplicationProfile,
    BusinessProfile,
    BusinessSnapshot,
    Country,
    Decision,
    Operator,
    VettingCheck,
)
from registry.queries.profiles import application_profiles
from registry.queries.standing import business_decisions, latest_checks


@dataclass(frozen=True)
class AtOperator:
    """What one operator says of one profile; its word rolls up the features it was asked for."""

    operator: Operator
    decisions: list[Decision]
    check: VettingCheck | None
    is_late: bool

    @property
    def rolled(self) -> RollUp:
        return rolled(self.decisions)

    @property
    def left_out(self) -> str:
        """Why the operator is left out altogether, in words; "" when something of it counts."""
        reasons = [one.exclusion for one in self.decisions if one.exclusion]
        is_out = bool(reasons) and len(reasons) == len(self.decisions)
        return str(Exclusion(reasons[0]).label) if is_out else ""

    @property
    def newer(self) -> BusinessSnapshot | None:
        """The later version it was given and has not answered."""
        return self.decisions[0].case.newer_snapshot

    @property
    def answered_version(self) -> int:
        return self.decisions[0].snapshot.version


@dataclass(frozen=True)
class InCountry:
    country: Country
    operators: list[AtOperator]


@dataclass(frozen=True)
class Registered:
    """One profile with its word, its counts and its operators."""

    profile: BusinessProfile | ApplicationProfile
    rolled: RollUp
    countries: list[InCountry]

    @property
    def may_play(self) -> bool:
        """While it waits, the Playground is what can be used."""
        return self.rolled.state == RegistrationState.PROCESSING


def rolled(decisions: Iterable[Decision]) -> RollUp:
    return roll_up(Vote(one.state, one.activity) for one in decisions)


def of_business(profile: BusinessProfile, *, now: datetime) -> Registered:
    """The business profile itself at each operator."""
    rows = business_decisions(profile).select_related("case__newer_snapshot")
    return _registered(profile, list(rows), latest_checks(profile), now)


def of_applications(scope: Scope, profile: BusinessProfile, *, now: datetime) -> list[Registered]:
    """Its application profiles, newest first, each with its operators; three queries for all of them."""
    profiles = list(application_profiles(scope).filter(business_profile=profile).order_by("-pk"))
    rows = Decision.objects.filter(application_profile__in=profiles, is_latest=True).select_related(
        "case__newer_snapshot", "operator__country", "feature", "snapshot"
    )
    found: dict[int | None, list[Decision]] = {}
    for row in rows.order_by("feature__name"):
        found.setdefault(row.application_profile_id, []).append(row)
    return [_registered(one, found.get(one.pk, []), {}, now) for one in profiles]


def words_of(profiles: Iterable[BusinessProfile]) -> dict[int, RollUp]:
    """The word of each business profile of a list; one query for all of them."""
    votes: dict[int, list[Vote]] = {profile.pk: [] for profile in profiles}
    rows = Decision.objects.filter(business_profile__in=list(votes), application_profile=None, is_latest=True)
    for pk, state, activity in rows.values_list("business_profile_id", "state", "activity"):
        votes[pk].append(Vote(state, activity))
    return {pk: roll_up(cast) for pk, cast in votes.items()}


def fingerprint_of(profiles: Iterable[Registered]) -> str:
    """Differs as soon as anything on the page that operators or agents decide differs."""
    return digest(
        [
            (
                [(one.pk, one.state, one.activity, one.reason_text) for one in at.decisions],
                at.check.state if at.check else "",
                at.newer.pk if at.newer else 0,
                at.is_late,
            )
            for profile in profiles
            for place in profile.countries
            for at in place.operators
        ]
    )


def _registered(
    profile: BusinessProfile | ApplicationProfile,
    decisions: list[Decision],
    checks: Mapping[int, VettingCheck],
    now: datetime,
) -> Registered:
    by_operator: dict[Operator, list[Decision]] = {}
    for one in decisions:
        by_operator.setdefault(one.operator, []).append(one)
    operators = sorted(by_operator, key=lambda each: (each.country.name, each.name))
    shown = [
        AtOperator(each, by_operator[each], checks.get(each.pk), _is_late(by_operator[each], now))
        for each in operators
    ]
    grouped = groupby(shown, key=lambda each: each.operator.country)
    countries = [InCountry(country, list(rows)) for country, rows in grouped]
    return Registered(profile, rolled(decisions), countries)


def _is_late(decisions: Iterable[Decision], now: datetime) -> bool:
    return any(one.expected_by is not None and one.expected_by < now for one in decisions)
