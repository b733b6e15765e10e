"""Assigning API keys to a profile, and what stands in the way of taking one away."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from portal.accounts.models import ApiKey
from portal.history.models import AuditEntry
from registry.actions.keys import KeyInUse, ask_for_keys, assign_keys
from registry.actions.network_applications import CannotConnect, Wanted, create_application
from registry.enums import Access, Activity, ApplicationState, DecisionState
from registry.models import ApplicationProfile, KeyAssignment, NetworkApplication
from registry.queries.network_applications import accepted_profiles, may_use, uses_of
from tests.builders import make_api_key
from tests.people import People, browser_of
from tests.registry.network_builders import (
    accepted_profile,
    decide,
    in_playground,
    make_application,
    make_feature,
    make_operator,
    make_profile,
    make_public_key,
)

pytestmark = pytest.mark.django_db


def make_sibling(owner: ApiKey, **fields: Any) -> ApiKey:
    """Another key of the same Vonage account."""
    return make_api_key(owner.account, is_primary=False, primary_key=owner.key, **fields)


@pytest.fixture
def owner(people: People) -> ApiKey:
    return make_api_key(people.account, label="Owner")


@pytest.fixture
def other(people: People, owner: ApiKey) -> ApiKey:
    return make_sibling(owner, label="Other")


@pytest.fixture
def profile(people: People, owner: ApiKey) -> ApplicationProfile:
    return accepted_profile(people.account, owner)


def assign(people: People, profile: ApplicationProfile, *keys: ApiKey) -> None:
    assign_keys(people.scope(people.member), profile, [key.pk for key in keys], actor=people.member)


def assigned(profile: ApplicationProfile) -> list[ApiKey]:
    return [row.api_key for row in profile.assigned_keys.order_by("pk")]


def connect(
    people: People, profile: ApplicationProfile, api_key: ApiKey, **wanted: Any
) -> NetworkApplication:
    return create_application(
        people.scope(people.member),
        Wanted(
            "Login",
            make_public_key(),
            access=Access.PRODUCTION,
            application_profile=profile.pk,
            **wanted,
        ),
        api_key=api_key,
        client=people.client,
        actor=people.member,
    )


def test_keys_are_assigned_and_taken_away_on_record(
    people: People, profile: ApplicationProfile, other: ApiKey
) -> None:
    assign(people, profile, other)
    assert may_use(profile, other)
    assign(people, profile)

    assert not may_use(profile, other)
    entries = AuditEntry.objects.filter(action="applicationprofile.keys_assigned").order_by("pk")
    assert [(one.before, one.after) for one in entries] == [
        ({"api_keys": []}, {"api_keys": [other.key]}),
        ({"api_keys": [other.key]}, {"api_keys": []}),
    ]


def test_owner_is_always_allowed_and_needs_no_row(
    people: People, profile: ApplicationProfile, owner: ApiKey
) -> None:
    assign(people, profile, owner)

    assert may_use(profile, owner)
    assert not KeyAssignment.objects.exists()


def test_key_of_another_account_is_never_assigned(people: People, profile: ApplicationProfile) -> None:
    stranger = make_api_key(people.stranger_account)

    assign(people, profile, stranger)

    assert assigned(profile) == []


def test_only_keys_of_the_owners_vonage_account_can_be_assigned(people: People) -> None:
    """One customer of the portal may hold keys of two Vonage accounts."""
    primary, elsewhere = make_api_key(people.account), make_api_key(people.account)
    owner, sister, foreign = make_sibling(primary), make_sibling(primary), make_sibling(elsewhere)
    profile = accepted_profile(people.account, owner)

    assign(people, profile, primary, sister, elsewhere, foreign)

    assert assigned(profile) == [primary, sister]
    page = browser_of(people.member).get(path_of(profile)).content.decode()
    assert [f'id="key-{key.pk}"' in page for key in (sister, elsewhere, foreign)] == [True, False, False]


@pytest.mark.parametrize("where", ["this profile", "another profile", "playground", "elsewhere"])
def test_key_in_use_is_not_taken_away_wherever_it_is_used(
    people: People, profile: ApplicationProfile, other: ApiKey, where: str
) -> None:
    assign(people, profile, other)
    second = accepted_profile(people.account, other, name="Second")
    links: dict[str, dict[str, Any]] = {
        "this profile": {"access": Access.PRODUCTION, "application_profile": profile},
        "another profile": {"access": Access.PRODUCTION, "application_profile": second},
        "playground": {"access": Access.PLAYGROUND},
        "elsewhere": {"raw": {"capabilities": {"network_apis": {}}}},
    }
    application = make_application(people.account, other, **links[where])

    with pytest.raises(KeyInUse) as refusal:
        assign(people, profile)

    assert refusal.value.uses == {other: [application]}
    assert assigned(profile) == [other]


@pytest.mark.parametrize(
    "unused",
    [
        {},
        {"raw": {"capabilities": {"voice": {}}}},
        {"access": Access.PLAYGROUND, "state": ApplicationState.REFUSED},
        {"access": Access.PLAYGROUND, "state": ApplicationState.DELETED},
    ],
)
def test_application_without_the_capability_holds_no_key(
    people: People, profile: ApplicationProfile, other: ApiKey, unused: dict[str, Any]
) -> None:
    assign(people, profile, other)
    make_application(people.account, other, **unused)

    assign(people, profile)

    assert (assigned(profile), list(uses_of(other))) == ([], [])


def test_one_key_in_use_leaves_every_other_choice_unsaved(
    people: People, profile: ApplicationProfile, other: ApiKey
) -> None:
    third = make_api_key(people.account)
    assign(people, profile, other)
    in_playground(people.account, other)

    with pytest.raises(KeyInUse):
        assign(people, profile, third)

    assert assigned(profile) == [other]


def test_production_takes_owner_and_assigned_keys_alone(
    people: People, profile: ApplicationProfile, owner: ApiKey, other: ApiKey
) -> None:
    assert connect(people, profile, owner).application_profile_id == profile.pk
    with pytest.raises(CannotConnect) as refusal:
        connect(people, profile, other)
    assert refusal.value.field == "application_profile"

    assign(people, profile, other)

    assert connect(people, profile, other).api_key == other


@pytest.mark.parametrize(
    ("business", "application", "activity"),
    [
        (DecisionState.ACCEPTED, DecisionState.PROCESSING, Activity.ACTIVE),
        (DecisionState.ACCEPTED, DecisionState.REJECTED, Activity.ACTIVE),
        (DecisionState.REJECTED, DecisionState.ACCEPTED, Activity.ACTIVE),
        (DecisionState.ACCEPTED, DecisionState.ACCEPTED, Activity.SUSPENDED),
        (DecisionState.ACCEPTED, DecisionState.ACCEPTED, Activity.REVOKED),
    ],
)
def test_production_needs_both_levels_accepted_and_in_force(
    people: People, owner: ApiKey, business: str, application: str, activity: str
) -> None:
    profile = make_profile(people.account, owner, known_as="net-a")
    decide(profile, business=business, application=application, activity=activity)

    with pytest.raises(CannotConnect):
        connect(people, profile, owner)


def test_both_levels_must_be_of_one_operator(people: People, owner: ApiKey) -> None:
    profile = make_profile(people.account, owner)
    decide(profile, make_operator("blue"), application=DecisionState.REJECTED)
    decide(profile, make_operator("red"), business=DecisionState.REJECTED)

    assert not accepted_profiles(people.scope(people.member)).exists()


def test_one_operator_is_enough(people: People, owner: ApiKey) -> None:
    profile = make_profile(people.account, owner)
    decide(profile, make_operator("blue"), application=DecisionState.REJECTED)
    decide(profile, make_operator("red"))

    assert list(accepted_profiles(people.scope(people.member))) == [profile]
    assert not accepted_profiles(people.scope(people.limited)).exists()


def test_feature_that_sends_people_away_needs_a_redirect_uri(people: People, owner: ApiKey) -> None:
    feature = make_feature("with-redirect", needs_redirect_uri=True)
    profile = accepted_profile(people.account, owner, features=(feature,))

    with pytest.raises(CannotConnect) as refusal:
        connect(people, profile, owner)
    assert refusal.value.field == "redirect_uri"

    assert connect(people, profile, owner, redirect_uri="https://a.example/cb").state == "submitting"


def test_small_role_changes_nothing(people: People, profile: ApplicationProfile, other: ApiKey) -> None:
    small = people.scope(people.small)
    with pytest.raises(PermissionDenied):
        assign_keys(small, profile, [other.pk], actor=people.small)
    with pytest.raises(PermissionDenied):
        ask_for_keys(small, other, actor=people.small)


# --- The page ------------------------------------------------------------------------------------


def path_of(profile: ApplicationProfile) -> str:
    return reverse("applications:assign_keys", args=[profile.account_id, profile.pk])


def test_page_shows_the_owner_first_and_locked(
    people: People, profile: ApplicationProfile, owner: ApiKey, other: ApiKey
) -> None:
    page = browser_of(people.member).get(path_of(profile)).content.decode()

    assert 'id="key-owner" checked disabled' in " ".join(page.split())
    assert page.index(str(owner)) < page.index(str(other))


def test_page_names_and_links_what_stands_in_the_way(
    people: People, profile: ApplicationProfile, other: ApiKey
) -> None:
    browser = browser_of(people.member)
    browser.post(path_of(profile), {"keys": [other.pk]})
    first = in_playground(people.account, other, name="Test bench")
    second = make_application(
        people.account, other, name="Live", access=Access.PRODUCTION, application_profile=profile
    )

    page = browser.post(path_of(profile), {}).content.decode()

    for row in (first, second):
        link = reverse("applications:application", args=[people.account.pk, row.pk])
        assert f'<a href="{link}">{row.name}</a>' in page
    assert "Re-configure them, then try again" in page
    assert assigned(profile) == [other]


def test_page_names_nothing_of_clients_a_member_does_not_work_for(people: People) -> None:
    owner = make_api_key(people.account)
    other = make_sibling(owner)
    profile = accepted_profile(people.account, owner, client=people.other_client)
    assign(people, profile, other)
    in_playground(people.account, other, name="Secret Kettle")

    page = browser_of(people.limited).post(path_of(profile), {}).content.decode()

    assert "1 application of a client you do not work for" in page
    assert "Secret Kettle" not in page
