"""A submitted business profile and application profile at two operators, with people at their desks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from portal.accounts.models import User
from portal.notices.actions import follow
from portal.notices.enums import FollowReason
from registry.actions.handing_over import hand_over_application, hand_over_business
from registry.enums import Ruling
from registry.models import ApplicationProfile, BusinessProfile, Case, Decision, Feature, Operator
from registry.sync.decisions import Absorbed, Answer, Line, absorb_decision
from tests.people import People
from tests.registry.builders import (
    make_application_profile,
    make_assignment,
    make_business_profile,
    make_consent,
    make_country,
    make_feature,
    make_offer,
    make_operator,
)


@dataclass
class Desks:
    """Operator `blue` offers both features, `red` one; `strict` (only with `vetted`) requires vetting."""

    people: People
    blue: Operator
    red: Operator
    swap: Feature
    number: Feature
    business: BusinessProfile
    profile: ApplicationProfile
    decider: User
    reader: User
    other: User

    def case(self, operator: Operator | None = None, *, of_business: bool = False) -> Case:
        application = None if of_business else self.profile
        return Case.objects.select_related("operator").get(
            operator=operator or self.blue, business_profile=self.business, application_profile=application
        )

    def decision(self, operator: Operator | None = None, feature: Feature | None = None) -> Decision:
        profile = None if feature is None else self.profile
        return Decision.objects.get(
            operator=operator or self.blue, application_profile=profile, feature=feature, is_latest=True
        )

    def say(
        self, ruling: Ruling, operator: Operator | None = None, *features: Feature, **more: Any
    ) -> Absorbed:
        """Rule like an adapter; without features on the business profile."""
        rows = [self.decision(operator, feature) for feature in features] or [self.decision(operator)]
        keys = ("reason", "text", "corrects")
        told = {name: more.pop(name) for name in keys if name in more}
        lines = tuple(Line(ruling, row.round, row.snapshot_id, row.feature_id, **told) for row in rows)
        case = rows[0].case
        count = case.answers.count()
        return absorb_decision(
            Answer(case.pk, more.pop("reference", f"answer:{case.pk}:{count}"), lines, **more)
        )


def make_desks(people: People, now: datetime | None = None) -> Desks:
    now = now or timezone.now()
    germany = make_country("DE")
    blue, red = make_operator("blue-de", germany, expected_days=5), make_operator("red-de", germany)
    swap, number = make_feature("sim-swap"), make_feature("number-verification")
    for operator, feature in ((blue, swap), (blue, number), (red, swap)):
        make_offer(operator, feature)
    business = make_business_profile(people.account, client=people.client, by=people.member)
    profile = make_application_profile(business, features=[swap, number], by=people.member)
    follow(business, people.member, FollowReason.SUBMITTER)
    hand_over_business(business, business.snapshots.get(), now=now)
    hand_over_application(profile, now=now)
    decider = make_assignment(operator=blue).user
    reader = make_assignment(operator=blue, may_decide=False).user
    other = make_assignment(operator=red).user
    return Desks(people, blue, red, swap, number, business, profile, decider, reader, other)


def add_strict(desks: Desks, now: datetime | None = None) -> Operator:
    """An operator that requires vetting, with consent, given both profiles."""
    strict = make_operator("strict-de", desks.blue.country, requires_vetting=True)
    make_offer(strict, desks.swap)
    make_consent(desks.business, operators=[strict], by=desks.people.member)
    now = now or timezone.now()
    hand_over_business(desks.business, desks.business.snapshots.get(), now=now)
    hand_over_application(desks.profile, now=now)
    return strict
