"""Handing over: rounds at operators, vetting and the ledger of disclosures, each once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from portal.accounts.models import User
from portal.history.models import Change
from portal.notices.actions import follow
from portal.notices.enums import FollowReason
from portal.notices.models import Notice
from registry.actions.handing_over import hand_over_application, hand_over_business
from registry.enums import CheckState, DecisionState, Exclusion, Ground, WaitingOn
from registry.models import (
    ApplicationProfile,
    BusinessProfile,
    BusinessSnapshot,
    Case,
    Decision,
    Disclosure,
    Feature,
    Operator,
    VettingCheck,
)
from tests.builders import make_membership
from tests.registry.builders import (
    make_application_profile,
    make_business_profile,
    make_consent,
    make_country,
    make_feature,
    make_offer,
    make_operator,
    make_snapshot,
)

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@dataclass
class Scene:
    """Two operators in Germany, of which one requires vetting, one in France, and a profile for Germany."""

    easy: Operator
    strict: Operator
    french: Operator
    swap: Feature
    number: Feature
    member: User
    business: BusinessProfile

    @property
    def snapshot(self) -> BusinessSnapshot:
        return self.business.snapshots.get(version=self.business.version)

    def next_version(self) -> BusinessSnapshot:
        self.business.version += 1
        self.business.save()
        return make_snapshot(self.business, version=self.business.version, by=self.member, countries=["DE"])

    def business_states(self) -> dict[str, str]:
        rows = Decision.objects.filter(application_profile=None, is_latest=True)
        return dict(rows.values_list("operator__code", "state"))

    def states(self, profile: ApplicationProfile) -> dict[tuple[str, str], str]:
        rows = Decision.objects.filter(application_profile=profile, is_latest=True)
        return {
            (code, feature): state
            for code, feature, state in rows.values_list("operator__code", "feature__code", "state")
        }


@pytest.fixture
def scene(db: None) -> Scene:
    germany, france = make_country("DE"), make_country("FR")
    easy = make_operator("de-easy", germany, expected_days=5)
    strict = make_operator("de-strict", germany, requires_vetting=True, expected_days=10)
    french = make_operator("fr-one", france)
    swap, number = make_feature("sim-swap"), make_feature("number-verification")
    for operator in (easy, strict, french):
        make_offer(operator, swap)
    make_offer(easy, number)
    membership = make_membership()
    business = make_business_profile(membership.account, countries=[germany], by=membership.user)
    follow(business, membership.user, FollowReason.SUBMITTER)
    return Scene(easy, strict, french, swap, number, membership.user, business)


def settle(operator: Operator, state: DecisionState, profile: ApplicationProfile | None = None) -> None:
    rows = Decision.objects.filter(operator=operator, application_profile=profile, is_latest=True)
    assert rows.update(state=state) >= 1


def test_a_business_profile_starts_with_every_operator_of_its_countries(scene: Scene) -> None:
    done = hand_over_business(scene.business, scene.snapshot, now=NOW)
    assert scene.business_states() == {"de-easy": "processing", "de-strict": "excluded"}
    started = Decision.objects.get(operator=scene.easy)
    assert (started.round, started.snapshot, started.feature) == (1, scene.snapshot, None)
    assert (started.waiting_on, started.waiting_since) == (WaitingOn.OPERATOR, NOW)
    assert started.expected_by == NOW + timedelta(days=5)
    left_out = Decision.objects.get(operator=scene.strict)
    assert left_out.exclusion == Exclusion.VETTING_DECLINED
    assert (left_out.waiting_on, left_out.expected_by) == (WaitingOn.NOBODY, None)
    assert ([one.pk for one in done.sent], [one.pk for one in done.left_out]) == ([started.pk], [left_out.pk])


def test_handing_over_twice_changes_nothing(scene: Scene) -> None:
    make_consent(scene.business, operators=[scene.strict])
    profile = make_application_profile(scene.business, features=[scene.swap, scene.number])
    for _again in range(2):
        hand_over_business(scene.business, scene.snapshot, now=NOW)
        hand_over_application(profile, now=NOW)
    counts = [table.objects.count() for table in (Case, Decision, VettingCheck, Disclosure, Change, Notice)]
    assert counts == [4, 6, 1, 5, 6, 2]


def test_the_ledger_names_what_an_operator_got_and_nobody_who_is_left_out(scene: Scene) -> None:
    hand_over_business(scene.business, scene.snapshot, now=NOW)
    entry = Disclosure.objects.get()
    assert (entry.recipient, entry.snapshot, entry.ground) == (
        scene.easy.name,
        scene.snapshot,
        Ground.REGISTRATION,
    )
    assert {"name", "tax_number", "privacy_email", "dpo_email"} <= set(entry.fields)
    assert not {"issuing_authority", "street_more", "contact_name", "countries"} & set(entry.fields)


def test_consent_starts_vetting_and_hands_the_contact_to_the_agent_alone(scene: Scene) -> None:
    consent = make_consent(scene.business, operators=[scene.strict])
    hand_over_business(scene.business, scene.snapshot, now=NOW)
    assert scene.business_states() == {"de-easy": "processing", "de-strict": "processing"}
    check = VettingCheck.objects.get()
    assert (check.operator, check.consent, check.state) == (scene.strict, consent, CheckState.PENDING)
    assert check.expected_by == NOW + timedelta(days=10)
    to_agent = Disclosure.objects.get(to_agent=True)
    assert (to_agent.recipient, to_agent.ground) == (check.agency.name, Ground.VETTING)
    assert {"contact_name", "contact_phone", "contact_email"} <= set(to_agent.fields)
    for entry in Disclosure.objects.filter(to_agent=False):
        assert not [name for name in entry.fields if name.startswith("contact_")]


def test_a_consent_that_was_withdrawn_starts_nothing(scene: Scene) -> None:
    make_consent(scene.business, operators=[scene.strict], withdrawn_at=NOW)
    hand_over_business(scene.business, scene.snapshot, now=NOW)
    assert scene.business_states()["de-strict"] == DecisionState.EXCLUDED
    assert not VettingCheck.objects.exists()


def test_a_later_consent_starts_exactly_who_was_left_out(scene: Scene) -> None:
    profile = make_application_profile(scene.business, features=[scene.swap])
    hand_over_business(scene.business, scene.snapshot, now=NOW)
    hand_over_application(profile, now=NOW)
    settle(scene.easy, DecisionState.ACCEPTED)
    make_consent(scene.business, operators=[scene.strict])

    newer = scene.next_version()
    done = hand_over_business(scene.business, newer, now=NOW)
    again = hand_over_application(profile, now=NOW)

    assert [one.operator for one in done.sent] == [scene.strict]
    assert [one.operator for one in again.sent] == [scene.strict]
    assert scene.business_states() == {"de-easy": "accepted", "de-strict": "processing"}
    assert Decision.objects.get(operator=scene.easy, application_profile=None).snapshot.version == 1
    rounds = Decision.objects.filter(operator=scene.strict, application_profile=None).order_by("round")
    assert [(one.round, one.state, one.is_latest) for one in rounds] == [
        (1, "excluded", False),
        (2, "processing", True),
    ]


def test_asking_a_named_operator_again_never_inherits_its_yes(scene: Scene) -> None:
    hand_over_business(scene.business, scene.snapshot, now=NOW)
    settle(scene.easy, DecisionState.ACCEPTED)
    hand_over_business(scene.business, scene.next_version(), operators=[scene.easy], now=NOW)
    rounds = Decision.objects.filter(operator=scene.easy).order_by("round")
    assert [(one.state, one.is_latest) for one in rounds] == [("accepted", False), ("processing", True)]


def test_an_open_round_closes_when_it_is_asked_again(scene: Scene) -> None:
    hand_over_business(scene.business, scene.snapshot, now=NOW)
    hand_over_business(scene.business, scene.next_version(), operators=[scene.easy], now=NOW)
    rounds = Decision.objects.filter(operator=scene.easy).order_by("round")
    assert [(one.state, one.is_latest) for one in rounds] == [("closed", False), ("processing", True)]
    seen = Change.objects.filter(part=f"{scene.easy.name} DE").order_by("pk")
    assert [(one.state_before, one.state_after) for one in seen] == [
        ("", "processing"),
        ("processing", "closed"),
        ("", "processing"),
    ]


def test_features_wait_for_the_business_profile_or_start_at_once(scene: Scene) -> None:
    make_consent(scene.business, operators=[scene.strict])
    hand_over_business(scene.business, scene.snapshot, now=NOW)
    settle(scene.easy, DecisionState.ACCEPTED)
    profile = make_application_profile(scene.business, features=[scene.swap, scene.number])
    hand_over_application(profile, now=NOW)
    assert scene.states(profile) == {
        ("de-easy", "sim-swap"): "processing",
        ("de-easy", "number-verification"): "processing",
        ("de-strict", "sim-swap"): "waiting",
        ("de-strict", "number-verification"): "excluded",
    }
    line = Decision.objects.get(application_profile=profile, operator=scene.easy, feature=scene.swap)
    assert line.purpose == profile.features.get(feature=scene.swap).purpose
    waiting = Decision.objects.get(application_profile=profile, operator=scene.strict, feature=scene.swap)
    assert waiting.expected_by == NOW + timedelta(days=20)
    entry = Disclosure.objects.get(application_profile=profile, case__operator=scene.strict)
    assert [name for name in entry.fields if name.startswith("feature:")] == ["feature:sim-swap"]


def test_a_no_to_the_business_profile_is_one_to_its_features_and_tells_nobody_more(scene: Scene) -> None:
    hand_over_business(scene.business, scene.snapshot, now=NOW)
    Decision.objects.filter(operator=scene.easy).update(
        state=DecisionState.REJECTED, reason="identity", reason_text="Who is this?"
    )
    profile = make_application_profile(scene.business, features=[scene.swap])
    hand_over_application(profile, now=NOW)
    line = Decision.objects.get(application_profile=profile, operator=scene.easy)
    assert (line.state, line.reason, line.reason_text) == ("rejected", "identity", "Who is this?")
    assert not Disclosure.objects.filter(application_profile=profile).exists()


def test_answering_a_refusal_asks_the_refused_features_again_and_no_others(scene: Scene) -> None:
    hand_over_business(scene.business, scene.snapshot, now=NOW)
    settle(scene.easy, DecisionState.ACCEPTED)
    profile = make_application_profile(scene.business, features=[scene.swap, scene.number])
    hand_over_application(profile, now=NOW)
    lines = Decision.objects.filter(application_profile=profile, operator=scene.easy)
    lines.filter(feature=scene.swap).update(state=DecisionState.ACCEPTED)
    lines.filter(feature=scene.number).update(state=DecisionState.REJECTED)

    scene.next_version()
    hand_over_application(profile, operators=[scene.easy], now=NOW)

    found = lines.filter(is_latest=True).values_list("feature__code", "state", "round")
    assert set(found) == {("sim-swap", "accepted", 1), ("number-verification", "processing", 2)}


def test_an_added_country_starts_its_operators_only(scene: Scene) -> None:
    hand_over_business(scene.business, scene.snapshot, now=NOW)
    newer = scene.next_version()
    scene.business.countries.create(
        account=scene.business.account,
        client=scene.business.client,
        country=scene.french.country,
        added_version=2,
    )
    done = hand_over_business(scene.business, newer, now=NOW)
    assert [one.operator for one in done.sent] == [scene.french]


def test_followers_are_told_of_each_hand_over_once(scene: Scene) -> None:
    hand_over_business(scene.business, scene.snapshot, now=NOW)
    notice = Notice.objects.get()
    assert notice.kind == "registry.business_submitted"
    assert notice.values == {"sent": 1, "left_out": 1}
    assert notice.deliveries.filter(user=scene.member).exists()
    assert (
        notice.path
        == f"/a/{scene.business.account_id}/network-registry/business-profiles/{scene.business.pk}/"
    )


def test_an_operator_that_left_the_catalogue_gets_nothing(scene: Scene) -> None:
    Operator.objects.filter(pk=scene.easy.pk).update(is_active=False)
    hand_over_business(scene.business, scene.snapshot, now=NOW)
    assert scene.business_states() == {"de-strict": "excluded"}
