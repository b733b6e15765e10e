"""Every address of a customer, walked by a second account and by a member who works for another client.

The URL configuration itself is enumerated: a new address without an entry below fails.
"""

from __future__ import annotations

import re

import pytest
from django.test import Client as Browser
from django.urls import get_resolver, reverse

from portal.accounts.models import Account, User
from portal.drafts.models import Draft
from portal.notices import catalogue
from portal.notices.models import Follow
from tests.access_world import (
    EVERY,
    OBJECTS,
    OWNED,
    ROUTES,
    SECRET,
    STAFF_ROUTES,
    VALUES,
    World,
    nameless,
    world,
    world_of_the_module,
)

__all__ = ["world", "world_of_the_module"]


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def test_every_address_with_an_object_says_which() -> None:
    assert {name for name, parameters in ROUTES.items() if "pk" in parameters} == set(OBJECTS)


@pytest.mark.parametrize(
    "name", ["tendlc:brand", "tendlc:brands", "registry:business_profile", "outbox:operation"]
)
def test_whoever_may_see_the_world_sees_it(world: World, name: str) -> None:
    """Else the tests below would pass with nothing to find."""
    answer = signed_in(world.people.member).get(world.address(name, world.people.account.pk))
    assert answer.status_code == 200
    assert SECRET in answer.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(ROUTES))
def test_a_second_account_finds_nothing(world: World, name: str, method: str) -> None:
    """Under the first account's address: 404. Under its own, with the first's object: 404 as well."""
    browser = signed_in(world.people.stranger)
    answer = getattr(browser, method)(world.address(name, world.people.account.pk))
    assert answer.status_code in (404, 405), answer.status_code
    own = getattr(browser, method)(world.address(name, world.people.stranger_account.pk))
    if name in OBJECTS:
        assert own.status_code in (404, 405), own.status_code
    assert SECRET not in own.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(OWNED))
def test_a_member_of_another_client_finds_nothing(world: World, name: str, method: str) -> None:
    """The objects of a client a member does not work for are not there, and no list names them."""
    answer = getattr(signed_in(world.people.limited), method)(world.address(name, world.people.account.pk))
    if name in OBJECTS:
        assert answer.status_code in (404, 405), answer.status_code
    assert SECRET not in answer.content.decode()


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_nobody_sees_anything_without_signing_in(world: World, name: str) -> None:
    answer = Browser().get(world.address(name, world.people.account.pk))
    assert answer.status_code in (302, 405)
    assert SECRET not in answer.content.decode()


def filled(name: str) -> str:
    """The address of a page that is not of an account, with something for each of its parameters."""
    values = {**VALUES, "app_label": "registry"} if name.startswith("operators:") else VALUES
    return reverse(name, kwargs={each: values[each] for each in EVERY[name]})


INSIDE = {"admin/index.html", "admin/app_index.html", "admin/change_list.html", "admin/change_form.html"}


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_member_who_is_no_staff_gets_nowhere_in_the_admin(world: World, method: str) -> None:
    """Redirects are followed: to a sign-in at most, never to a page of the admin itself."""
    entered, leads_to = [], set()
    for name in sorted(STAFF_ROUTES):
        browser = signed_in(world.people.member)
        answer = getattr(browser, method)(filled(name))
        if answer.status_code == 302:
            leads_to.add(answer["Location"].partition("?")[0])
        elif answer.status_code not in (403, 404, 405) or SECRET in answer.content.decode():
            entered.append((name, answer.status_code))
    for path in leads_to:
        answer = signed_in(world.people.member).get(path, follow=True)
        if {template.name for template in answer.templates} & INSIDE or SECRET in answer.content.decode():
            entered.append((path, answer.status_code))
    assert entered == []


def test_the_admin_is_walked_whole() -> None:
    """Else the test above would pass with nothing to walk."""
    some = {"admin:index", "admin:tendlc_brand_change", "admin:accounts_user_add", "staff:mail"}
    assert some | {"operators:index", "operators:registry_case_change"} <= set(STAFF_ROUTES)
    assert len(STAFF_ROUTES) > 80


def test_every_address_without_a_name_is_known() -> None:
    """What has no name is walked by no test here: redirects inside the admin sites, and the API's own 404."""
    known = {
        each for each in nameless(get_resolver().url_patterns) if each.startswith(("admin/", "operators/"))
    }
    assert set(nameless(get_resolver().url_patterns)) - known == {"api/v1/"}
    redirects = re.compile(r"(admin|operators)/(\w+/\w+/<path:object_id>/|\(\?P<url>\.\*\)\$)")
    assert [each for each in known if not redirects.fullmatch(each)] == []


PERSONAL = sorted(name for name in EVERY if name not in ROUTES and name not in STAFF_ROUTES)


def test_programs_and_mails_have_their_addresses_walked() -> None:
    assert {"api:gate", "mail:unsubscribe", "network_countries"} <= set(PERSONAL)


@pytest.mark.parametrize("name", PERSONAL)
def test_pages_of_a_person_say_nothing_of_others_accounts(world: World, name: str) -> None:
    answer = signed_in(world.people.stranger).get(filled(name), follow=True)
    assert answer.status_code in (200, 400, 403, 404, 405, 503), answer.status_code
    said = answer.getvalue().decode(errors="replace")
    assert SECRET not in said
    assert "Acme Messaging" not in said


# --- Ids of others in the body of a request ------------------------------------------------------


FOLLOWED = {
    "registry.applicationprofile": "application_profile",
    "registry.businessprofile": "business_profile",
    "registry.networkapplication": "application",
    "tendlc.brand": "brand",
    "tendlc.campaign": "campaign",
    "tendlc.numberlink": "number",
    "tendlc.vetting": "vetting",
}


def test_every_kind_that_can_be_followed_is_tried() -> None:
    assert set(catalogue.followed_types) == set(FOLLOWED)


@pytest.mark.parametrize("object_type", sorted(FOLLOWED))
def test_nobody_follows_what_they_may_not_see(world: World, object_type: str) -> None:
    people = world.people
    body = {"object_type": object_type, "object_id": world.ids[FOLLOWED[object_type]], "wanted": "on"}
    for user, account in (
        (people.stranger, people.account),
        (people.stranger, people.stranger_account),
        (people.limited, people.account),
    ):
        answer = signed_in(user).post(reverse("notices:follow", args=[account.pk]), body)
        assert answer.status_code == 404, (user, answer.status_code)
        assert not Follow.objects.filter(user=user).exists()
    allowed = signed_in(people.member).post(reverse("notices:follow", args=[people.account.pk]), body)
    assert allowed.status_code == 302


def save_draft(world: World, user: User, account: Account, **values: object) -> str:
    """Save as somebody, over HTTP; what the page then says about it."""
    path = reverse("drafts:save", args=[account.pk])
    body = {"draft_kind": "tendlc.brand", "company_name": "Intruder", **values}
    answer = signed_in(user).post(path, body, headers={"HX-Request": "true"})
    assert answer.status_code in (200, 403, 404), answer.status_code
    text: str = answer.content.decode()
    assert SECRET not in text
    return text


def drafts_now() -> list[tuple[object, ...]]:
    return list(Draft.objects.order_by("pk").values_list("pk", "account", "client", "version", "values"))


def test_a_draft_of_others_can_be_neither_read_nor_changed_by_saving(world: World) -> None:
    people, before = world.people, drafts_now()
    draft = world.ids["draft"]
    for user, account in ((people.stranger, people.stranger_account), (people.limited, people.account)):
        said = save_draft(world, user, account, draft=draft, version=1)
        assert "could not read this form" in said
    assert drafts_now() == before


def test_a_draft_cannot_be_begun_for_a_client_or_with_a_key_of_others(world: World) -> None:
    people, before = world.people, drafts_now()
    theirs = {"client": world.ids["client"]}
    assert "could not read this form" in save_draft(world, people.limited, people.account, **theirs)
    assert "could not read this form" in save_draft(world, people.stranger, people.stranger_account, **theirs)
    key = {"api_key": world.ids["api_key"]}
    assert "could not read this form" in save_draft(world, people.stranger, people.stranger_account, **key)
    assert drafts_now() == before
    own = save_draft(world, people.limited, people.account, client=people.other_client.pk)
    assert "Saved" in own
    assert len(drafts_now()) == len(before) + 1
