"""Taking back, deleting, the limit of an account, and blanking personal values."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from portal.accounts.scope import Scope
from portal.drafts.models import Draft
from portal.records.models import digest
from registry.actions.ending import delete_business_profile, withdraw_business_profile
from registry.actions.handing_over import hand_over_application, hand_over_business
from registry.actions.problems import LimitReached, NotNow
from registry.actions.submitting import MOST_PROFILES, content_hash, submit_business_profile
from registry.enums import CheckState, DecisionState
from registry.models import (
    BusinessProfile,
    Decision,
    Operator,
    RequirementAnswer,
    SnapshotPersonal,
    VettingCheck,
    VettingConsent,
)
from registry.rules.registration import Registration
from tests.builders import make_scope
from tests.people import People, browser_of
from tests.registry.builders import (
    BUSINESS_PERSONAL,
    BUSINESS_VALUES,
    make_application_profile,
    make_business_profile,
    make_consent,
    make_country,
    make_feature,
    make_offer,
    make_operator,
)

pytestmark = pytest.mark.django_db


@dataclass
class Scene:
    people: People
    scope: Scope
    business: BusinessProfile
    operator: Operator
    strict: Operator


@pytest.fixture
def scene(people: People) -> Scene:
    operator = make_operator("de-one", make_country("DE"))
    strict = make_operator("de-strict", make_country("DE"), requires_vetting=True)
    make_offer(operator, make_feature())
    business = make_business_profile(people.account, by=people.member)
    make_consent(business, operators=[strict], by=people.member)
    hand_over_business(business, business.snapshots.get(), now=timezone.now())
    return Scene(people, people.scope(people.member), business, operator, strict)


def test_a_pending_submission_is_withdrawn_with_its_application_profiles(scene: Scene) -> None:
    application = make_application_profile(scene.business)
    hand_over_application(application, now=timezone.now())
    withdraw_business_profile(scene.scope, scene.business, actor=scene.people.member)
    states = set(Decision.objects.filter(is_latest=True).values_list("state", flat=True))
    assert states == {DecisionState.WITHDRAWN}
    assert VettingCheck.objects.get().state == CheckState.CANCELLED
    application.standing.refresh_from_db()
    assert application.standing.withdrawn_at
    with pytest.raises(NotNow):
        withdraw_business_profile(scene.scope, scene.business, actor=scene.people.member)


def test_what_an_operator_accepted_is_not_withdrawn(scene: Scene) -> None:
    Decision.objects.filter(operator=scene.operator).update(state=DecisionState.ACCEPTED)
    with pytest.raises(NotNow):
        withdraw_business_profile(scene.scope, scene.business, actor=scene.people.member)


def test_an_unused_profile_is_deleted_and_a_used_one_is_not(scene: Scene) -> None:
    application = make_application_profile(scene.business)
    with pytest.raises(NotNow):
        delete_business_profile(scene.scope, scene.business, actor=scene.people.member)
    standing = application.standing
    standing.deleted_at = timezone.now()
    standing.save()
    delete_business_profile(scene.scope, scene.business, actor=scene.people.member)
    assert set(Decision.objects.filter(is_latest=True).values_list("state", flat=True)) == {"closed"}
    path = reverse("registry:business_profile", args=[scene.people.account.pk, scene.business.pk])
    assert browser_of(scene.people.member).get(path).status_code == 404


def test_a_small_role_ends_nothing(scene: Scene) -> None:
    small = scene.people.scope(scene.people.small)
    for act in (withdraw_business_profile, delete_business_profile):
        with pytest.raises(PermissionDenied):
            act(small, scene.business, actor=scene.people.small)


@pytest.mark.parametrize("name", ["business_withdraw", "business_delete", "consent_withdraw"])
def test_each_end_is_confirmed_on_a_page_that_names_the_consequence(scene: Scene, name: str) -> None:
    path = reverse(f"registry:{name}", args=[scene.people.account.pk, scene.business.pk])
    browser = browser_of(scene.people.member)
    page = browser.get(path).content.decode()
    assert {"business_withdraw": "vetting stops", "business_delete": "inherits no acceptance"}.get(
        name, "production requests to them are no longer forwarded"
    ) in page
    assert ("De Strict" in page) is (name == "consent_withdraw")
    assert browser.post(path).status_code == 302
    assert browser.post(path).status_code in (302, 404)  # a second click changes nothing
    rows = Decision.objects.filter(operator=scene.strict)
    assert rows.get(is_latest=True).state != DecisionState.PROCESSING


def submitted(people: People, number: int) -> BusinessProfile:
    registration = Registration(
        countries=("DE",),
        values={**BUSINESS_VALUES, "name": f"Company {number}"},
        personal=dict(BUSINESS_PERSONAL),
    )
    draft = Draft.objects.create(
        account=people.account, client=people.client, kind="registry.business", saved_by=people.member
    )
    return submit_business_profile(
        people.scope(people.member), registration, client=people.client, actor=people.member, draft=draft
    )


def test_an_account_has_at_most_what_vonage_allows_and_is_warned_before(people: People) -> None:
    for number in range(39):
        make_business_profile(people.account, name=f"Company {number}")
    listed = reverse("registry:business_profiles", args=[people.account.pk])
    browser = browser_of(people.member)
    assert "Vonage allows 50 business profiles an account" not in browser.get(listed).content.decode()
    submitted(people, 40)
    assert (
        "Vonage allows 50 business profiles an account; 40 are in use."
        in browser.get(listed).content.decode()
    )
    for number in range(40, MOST_PROFILES):
        make_business_profile(people.account, name=f"Company {number}")
    with pytest.raises(LimitReached):
        submitted(people, 51)
    BusinessProfile.objects.filter(name="Company 0").update(deleted_at=timezone.now())
    assert submitted(people, 51).pk


def test_erasure_blanks_what_is_personal_and_hashes_stay_verifiable(scene: Scene) -> None:
    snapshot = scene.business.snapshots.get()
    before = (snapshot.content_hash, snapshot.personal_hash)
    with pytest.raises(CommandError, match="--yes"):
        call_command("registry_erase", scene.business.pk)
    said = StringIO()
    call_command("registry_erase", scene.business.pk, yes=True, stdout=said)
    assert "in 2 rows" in said.getvalue()
    personal, consent = SnapshotPersonal.objects.get(), VettingConsent.objects.get()
    assert (personal.values, personal.erased_at is not None) == ({}, True)
    assert (consent.contact_name, consent.contact_phone, consent.contact_email) == ("", "", "")
    snapshot.refresh_from_db()
    assert (snapshot.content_hash, snapshot.personal_hash) == before
    assert content_hash(snapshot.values, snapshot.countries) == snapshot.content_hash
    assert digest(BUSINESS_PERSONAL) == snapshot.personal_hash
    assert not any(address in str(snapshot.values) for address in BUSINESS_PERSONAL.values())
    call_command("registry_erase", scene.business.pk, yes=True, stdout=said)
    assert "in 0 rows" in said.getvalue()
    assert not RequirementAnswer.objects.exclude(personal={}).exists()


def test_the_page_of_an_erased_profile_still_opens(scene: Scene) -> None:
    call_command("registry_erase", scene.business.pk, yes=True, stdout=StringIO())
    path = reverse("registry:business_profile", args=[scene.people.account.pk, scene.business.pk])
    answer = browser_of(scene.people.member).get(path)
    assert answer.status_code == 200
    assert "privacy@acme.example" not in answer.content.decode()


def test_a_scope_of_another_account_submits_nothing_here(people: People) -> None:
    draft = Draft.objects.create(account=people.account, client=people.client, kind="registry.business")
    viewer = make_scope(role="viewer")
    with pytest.raises(PermissionDenied):
        submit_business_profile(viewer, Registration(), client=people.client, actor=viewer.user, draft=draft)
