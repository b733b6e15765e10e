"""Every address of a customer, walked by a second account and by a member who works for another client.

The URL configuration itself is enumerated: a new address without an entry below fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from portal.accounts.models import Invitation, Membership, User
from portal.history.actions import record
from portal.notices.actions import follow, tell
from portal.notices.enums import FollowReason
from portal.notices.models import Delivery
from portal.outbox.actions import ask, submit
from tendlc.operations import CREATE_BRAND, USE_CASE
from tests.builders import make_api_key
from tests.people import People
from tests.tendlc.builders import (
    make_brand,
    make_campaign,
    make_draft,
    make_number_link,
    make_qualification,
    make_vetting,
)

SECRET = "Zanzibar Kettles"
# What <pk> means at each address; lists and empty forms have none. Settings of the account itself (members,
# clients, keys) are for the whole account: a member limited to a client may read them, a stranger may not.
OBJECTS = {
    "account:member_edit": "membership",
    "account:member_remove": "membership",
    "account:invitation_revoke": "invitation",
    "account:client_edit": "client",
    "account:client_deactivate": "client",
    "account:client_activate": "client",
    "account:key_edit": "api_key",
    "account:key_state": "api_key",
    "account:key_deactivate": "api_key",
    "account:key_activate": "api_key",
    "drafts:discard": "draft",
    "notices:open": "delivery",
    "outbox:operation": "operation",
    "outbox:inquiry": "inquiry",
    "outbox:key_test": "api_key",
    "tendlc:brand": "brand",
    "tendlc:brand_again": "brand",
    "tendlc:brand_sync": "brand",
    "tendlc:use_cases": "brand",
    "tendlc:use_case": "brand",
    "tendlc:campaign_new": "brand",
    "tendlc:campaign": "campaign",
    "tendlc:campaign_again": "campaign",
    "tendlc:campaign_sync": "campaign",
    "tendlc:numbers_link": "campaign",
    "tendlc:number_sync": "number",
}
WHOLE_ACCOUNT = {"membership", "invitation", "client", "api_key"}


def customer_routes() -> Iterator[tuple[str, set[str]]]:
    """Every named address that takes an account, with the names of its parameters."""

    def walk(
        patterns: list[URLPattern | URLResolver], space: str, names: set[str]
    ) -> Iterator[tuple[str, set[str]]]:
        for entry in patterns:
            here = names | set(entry.pattern.converters)
            if isinstance(entry, URLResolver):
                inner = f"{space}{entry.namespace}:" if entry.namespace else space
                yield from walk(entry.url_patterns, inner, here)
            elif "account_id" in here:
                yield f"{space}{entry.name}", here

    yield from walk(get_resolver().url_patterns, "", set())


ROUTES = dict(customer_routes())
OWNED = {
    name for name in ROUTES if not name.startswith("account:") and OBJECTS.get(name) not in WHOLE_ACCOUNT
}


@dataclass(frozen=True)
class World:
    """One account with one of everything, all of it of `client` and all named SECRET."""

    people: People
    ids: dict[str, int]

    def address(self, name: str, account_id: int) -> str:
        values: dict[str, object] = {"account_id": account_id}
        if "pk" in ROUTES[name]:
            values["pk"] = self.ids[OBJECTS[name]]
        if "use_case" in ROUTES[name]:
            values["use_case"] = "MARKETING"
        return reverse(name, kwargs=values)


@pytest.fixture
def world(people: People) -> World:
    client = people.client
    client.name = SECRET
    client.save()
    api_key = make_api_key(people.account)
    brand = make_brand(people.account, client=client, api_key=api_key, name=SECRET)
    campaign = make_campaign(brand, label=SECRET)
    number = make_number_link(campaign, "12015550123")
    make_vetting(brand)
    make_qualification(brand)
    operation = submit(
        CREATE_BRAND, brand, actor=people.member, api_key=api_key, payload={"company_name": SECRET}
    )
    inquiry = ask(USE_CASE, brand, actor=people.member, api_key=api_key, question={"use_case": "MARKETING"})
    draft = make_draft(people.account, client=client, title=SECRET)
    follow(brand, people.member, FollowReason.SUBMITTER)
    tell("tendlc.brand_verified", brand, key="k", path="/")
    record("brand.submitted", brand, actor=people.member, after={"company_name": SECRET})
    invitation = Invitation.objects.create(
        account=people.account, email="new@example.com", token_hash="x" * 64, expires_at=timezone.now()
    )
    ids = {
        "membership": Membership.objects.get(user=people.small).pk,
        "invitation": invitation.pk,
        "client": client.pk,
        "api_key": api_key.pk,
        "draft": draft.pk,
        "delivery": Delivery.objects.filter(user=people.member)[0].pk,
        "operation": operation.pk,
        "inquiry": inquiry.pk,
        "brand": brand.pk,
        "campaign": campaign.pk,
        "number": number.pk,
    }
    return World(people, ids)


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def test_every_address_with_an_object_says_which() -> None:
    assert {name for name, parameters in ROUTES.items() if "pk" in parameters} == set(OBJECTS)


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
