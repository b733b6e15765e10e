"""Applications: the page of one, changing it, who sees it, and the list."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from portal.accounts.models import ApiKey
from portal.outbox.models import Inquiry, Operation
from registry.enums import Access, Activity, ApplicationState
from registry.models import ApplicationStanding, Decision, NetworkApplication
from tests.people import People, answers, browser_of
from tests.registry.application_pages import PUBLIC, api_key, fields, member, new_path, page, path_of
from tests.registry.network_builders import (
    accepted_profile,
    in_playground,
    make_application,
)

__all__ = ["api_key", "member"]
pytestmark = pytest.mark.django_db


# --- The page of one -----------------------------------------------------------------------------


def test_page_says_that_vonage_does_not_know_the_profile_yet(people: People, api_key: ApiKey) -> None:
    profile = accepted_profile(people.account, api_key, known_as="")
    member = browser_of(people.member)
    production = {"access": Access.PRODUCTION, "application_profile": profile.pk}
    member.post(new_path(people), fields(api_key, people, **production))
    Operation.objects.update(waiting_for="profile_unknown")

    shown = page(member.get(path_of(NetworkApplication.objects.get())))

    assert "Accepted here, Vonage does not know this profile yet" in shown


@pytest.mark.parametrize(
    ("link", "carried", "said"),
    [
        ("", "net-x", "Network Registry is enabled at Vonage for a profile that is not linked here."),
        ("production", "", "Network Registry was switched off at Vonage."),
        ("production", "net-x", "At Vonage it carries another profile than it is linked to here."),
        ("production", "net-a", None),
        ("playground", "play", None),
        ("", "", None),
    ],
)
def test_difference_between_vonage_and_here_is_shown(
    people: People, member: Browser, settings: Settings, link: str, carried: str, said: str | None
) -> None:
    settings.REGISTRY_PLAYGROUND_APPLICATION_ID = "play"
    profile = accepted_profile(people.account, known_as="net-a") if link == "production" else None
    row = make_application(
        people.account, access=link, application_profile=profile, remote_network_application_id=carried
    )

    shown = page(member.get(path_of(row)))

    assert ("Vonage has it otherwise" in shown) is (said is not None)
    assert said is None or said in shown


def test_page_asks_for_itself_only_while_something_moves(people: People, member: Browser) -> None:
    row = make_application(people.account)
    assert (
        "hx-get"
        not in member.get(path_of(row)).content.decode().partition('id="network-application-status"')[2]
    )

    NetworkApplication.objects.filter(pk=row.pk).update(state=ApplicationState.CHANGING)
    fragment = member.get(path_of(row), headers={"HX-Request": "true"}).content.decode().strip()

    assert fragment.startswith('<div id="network-application-status"')
    assert 'hx-trigger="every 3s"' in fragment


# --- Changing ------------------------------------------------------------------------------------


def change(member: Browser, row: NetworkApplication, **data: Any) -> Any:
    body = {"form_token": "a", "name": row.name, "public_key": "", **data}
    return member.post(path_of(row, "change"), body)


def test_existing_application_is_connected_with_its_own_key(
    people: People, member: Browser, api_key: ApiKey
) -> None:
    profile = accepted_profile(people.account, api_key)
    row = make_application(people.account, api_key, public_key=PUBLIC)

    change(member, row, network_registry="on", access="production", application_profile=profile.pk)

    row.refresh_from_db()
    operation = Operation.objects.get()
    assert (row.state, row.access, row.wished["access"]) == ("changing", "", "production")
    assert (operation.kind, operation.payload["public_key"]) == ("registry.update_application", "")


def test_page_offers_to_disconnect_what_somebody_else_linked(member: Browser, api_key: ApiKey) -> None:
    row = make_application(api_key.account, api_key, remote_network_application_id="of-somebody-else")

    assert path_of(row, "disconnect") in page(member.get(path_of(row)))
    form = page(member.get(path_of(row, "change")))
    assert "It is enabled at Vonage for a profile that is not linked here, and stays so." in form
    change(member, row, name="Renamed")
    assert Operation.objects.get().payload["keeps_link"] is True


def test_key_is_replaced_while_the_linked_profile_is_suspended(
    people: People, member: Browser, api_key: ApiKey
) -> None:
    profile = accepted_profile(people.account, api_key)
    link: dict[str, Any] = {"access": Access.PRODUCTION, "application_profile": profile}
    row = make_application(people.account, api_key, **link)
    Decision.objects.filter(application_profile=profile).update(activity=Activity.SUSPENDED)
    production = {"network_registry": "on", "access": "production", "application_profile": profile.pk}

    new = member.post(new_path(people), fields(api_key, people, **production))
    change(member, row, public_key=PUBLIC, **production)

    assert list(new.context["form"].errors) == ["application_profile"]
    assert Operation.objects.get().payload["public_key"] == PUBLIC


def test_while_something_is_on_its_way_nothing_else_is_begun(people: People, member: Browser) -> None:
    row = make_application(people.account)
    change(member, row, network_registry="on", access="playground")

    for name in ("change", "disconnect", "delete"):
        answer = member.post(path_of(row, name), {"name": "x"}, follow=True)
        assert "Something of this application is on its way." in page(answer)
    assert Operation.objects.count() == 1


def test_disconnecting_names_what_follows_and_keeps_the_link_until_it_is_done(
    people: People, member: Browser
) -> None:
    profile = accepted_profile(people.account)
    row = make_application(people.account, access=Access.PRODUCTION, application_profile=profile)

    asked = page(member.get(path_of(row, "disconnect")))
    member.post(path_of(row, "disconnect"))

    row.refresh_from_db()
    assert "no longer forwarded to any operator" in asked
    assert (row.state, row.access, row.application_profile) == ("changing", "production", profile)
    assert Operation.objects.get().payload["access"] == ""


def test_deleting_says_that_it_cannot_be_undone(people: People, member: Browser) -> None:
    row = in_playground(people.account)

    asked = page(member.get(path_of(row, "delete")))
    assert "This cannot be undone." in asked
    assert not Operation.objects.exists()
    member.post(path_of(row, "delete"))

    row.refresh_from_db()
    assert (row.state, Operation.objects.get().kind) == ("deleting", "registry.delete_application")


def test_refused_application_is_corrected_in_the_filled_form(
    people: People, member: Browser, api_key: ApiKey
) -> None:
    member.post(new_path(people), fields(api_key, people))
    NetworkApplication.objects.update(state=ApplicationState.REFUSED, access="")
    Operation.objects.update(state="refused")
    row = NetworkApplication.objects.get()

    form = member.get(path_of(row, "change")).context["form"]

    assert (form["name"].value(), form["public_key"].value()) == ("Login", PUBLIC)
    assert (form["network_registry"].value(), form["access"].value()) == (True, "playground")


def test_reading_again_is_asked_of_the_worker(people: People, member: Browser, api_key: ApiKey) -> None:
    row = make_application(people.account, api_key)
    member.post(path_of(row, "sync"))
    member.post(reverse("applications:key_sync", args=[people.account.pk, api_key.pk]))

    kinds = set(Inquiry.objects.values_list("kind", flat=True))
    assert kinds == {"registry.refresh_application", "registry.sync_applications"}


# --- People and lists ----------------------------------------------------------------------------


def test_four_people_see_what_they_may(people: People) -> None:
    row = make_application(people.account)
    seen = {"member": 200, "small": 200, "limited": 404, "stranger": 404, "nobody": 302}
    changed = {**seen, "small": 403}

    assert answers(people, path_of(row)) == seen
    for name in ("change", "disconnect", "delete"):
        assert answers(people, path_of(row, name)) == changed, name
    listing = reverse("applications:list", args=[people.account.pk])
    assert answers(people, listing) == {**seen, "limited": 200}
    assert answers(people, new_path(people)) == {**changed, "limited": 200}


def test_small_role_is_offered_nothing_to_change(people: People) -> None:
    row = in_playground(people.account)

    shown = page(browser_of(people.small).get(path_of(row)))

    for name in ("change", "disconnect", "delete"):
        assert path_of(row, name) not in shown


def test_list_finds_by_name_id_and_profile(people: People, member: Browser) -> None:
    profile = accepted_profile(people.account, name="Silent sign-in")
    first = make_application(
        people.account, name="Alpha", access=Access.PRODUCTION, application_profile=profile
    )
    second = make_application(people.account, name="Beta")
    listing = reverse("applications:list", args=[people.account.pk])

    for words, found in (("alp", first), ("silent", first), (second.remote_id, second)):
        rows = member.get(listing, {"q": words}).context["page"].rows
        assert rows == [found], words
    assert "No application matches" in page(member.get(listing, {"q": "nothing"}))


def test_list_costs_the_same_for_any_number_of_rows(
    people: People, member: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    listing = reverse("applications:list", args=[people.account.pk])
    for number in range(12):
        profile = accepted_profile(people.account, name=f"Profile {number}")
        ApplicationStanding.objects.filter(profile=profile).update(network_application_id=f"n{number}")
        make_application(people.account, access=Access.PRODUCTION, application_profile=profile)
    member.get(listing)

    with django_assert_num_queries(7):
        member.get(listing)


def test_empty_list_says_what_to_do(people: People, member: Browser) -> None:
    shown = page(member.get(reverse("applications:list", args=[people.account.pk])))

    assert "No application yet" in shown
