"""One account with one of everything, and every address there is: what tests/test_access.py walks."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from portal.accounts.models import Invitation, Membership
from portal.history.actions import record
from portal.notices.actions import follow, tell
from portal.notices.enums import FollowReason
from portal.notices.models import Delivery
from portal.outbox.actions import ask, submit
from portal.outbox.batch_actions import check_batch
from portal.records.tables import Line
from registry.actions.changing import start_change
from registry.actions.handing_over import hand_over_business
from registry.models import PlaygroundNumber
from tendlc.batches import LinkNumbers
from tendlc.models import CampaignTemplate
from tendlc.operations import CREATE_BRAND, USE_CASE
from tests.builders import make_access_token, make_api_key
from tests.people import People, make_people
from tests.registry.builders import (
    make_application_profile,
    make_business_profile,
    make_case,
    make_consent,
    make_operator,
)
from tests.registry.gate_world import in_playground, make_world
from tests.registry.network_builders import accepted_profile, make_application
from tests.tendlc.builders import (
    make_brand,
    make_campaign,
    make_deadline,
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
    "account:token_revoke": "access_token",
    "applications:application": "application",
    "applications:change": "application",
    "applications:disconnect": "application",
    "applications:delete": "application",
    "applications:sync": "application",
    "applications:key_sync": "api_key",
    "applications:subaccounts": "api_key",
    "applications:assign_keys": "application_profile",
    "drafts:discard": "draft",
    "notices:open": "delivery",
    "outbox:operation": "operation",
    "outbox:batch": "batch",
    "outbox:batch_result": "batch",
    "outbox:inquiry": "inquiry",
    "outbox:key_test": "api_key",
    "outbox:key_sync": "api_key",
    "registry:application_profile": "application_profile",
    "registry:application_profile_compare": "application_profile",
    "registry:application_profile_copy": "application_profile",
    "registry:application_profile_delete": "application_profile",
    "registry:application_profile_new": "business_profile",
    "registry:application_profile_withdraw": "application_profile",
    "registry:case_answer": "case",
    "registry:business_profile": "business_profile",
    "registry:business_withdraw": "business_profile",
    "registry:business_delete": "business_profile",
    "registry:consent_withdraw": "business_profile",
    "registry:business_questions": "business_profile",
    "registry:change_start": "business_profile",
    "registry:disclosures": "business_profile",
    "registry:change": "change",
    "registry:change_edit": "change",
    "registry:change_withdraw": "change",
    "tendlc:brand": "brand",
    "tendlc:brand_again": "brand",
    "tendlc:brand_sync": "brand",
    "tendlc:brand_edit": "brand",
    "tendlc:brand_accept": "brand",
    "tendlc:brand_delete": "brand",
    "tendlc:brand_revet": "brand",
    "tendlc:vetting": "vetting",
    "tendlc:vetting_new": "brand",
    "tendlc:vetting_import": "brand",
    "tendlc:vetting_catalogue": "brand",
    "tendlc:deadline_done": "deadline",
    "tendlc:import_key": "api_key",
    "tendlc:import_clients": "api_key",
    "tendlc:use_cases": "brand",
    "tendlc:use_case": "brand",
    "tendlc:use_cases_compare": "brand",
    "tendlc:campaign_new": "brand",
    "tendlc:campaign": "campaign",
    "tendlc:campaign_again": "campaign",
    "tendlc:campaign_sync": "campaign",
    "tendlc:campaign_check": "brand",
    "tendlc:campaign_comment": "campaign",
    "tendlc:campaign_copy": "campaign",
    "tendlc:template_save": "campaign",
    "tendlc:template_use": "template",
    "tendlc:template_remove": "template",
    "tendlc:campaign_edit": "campaign",
    "tendlc:campaign_edit_check": "campaign",
    "tendlc:campaign_stop": "campaign",
    "tendlc:numbers_link": "campaign",
    "tendlc:number": "number",
    "tendlc:number_unlink": "number",
    "tendlc:number_sync": "number",
    "registry:playground": "network_application",
    "registry:playground_remove": "playground_number",
}
WHOLE_ACCOUNT = {"membership", "invitation", "client", "api_key", "access_token"}


def walk(
    patterns: list[URLPattern | URLResolver], space: str = "", names: frozenset[str] = frozenset()
) -> Iterator[tuple[str, frozenset[str]]]:
    """Every named address with the names of its parameters."""
    for entry in patterns:
        here = names | set(entry.pattern.converters) | set(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from walk(entry.url_patterns, inner, here)
        elif entry.name:
            yield f"{space}{entry.name}", here


def nameless(patterns: list[URLPattern | URLResolver], path: str = "") -> Iterator[str]:
    """The addresses that have no name, as they are written."""
    for entry in patterns:
        here = f"{path}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from nameless(entry.url_patterns, here)
        elif not entry.name:
            yield here


EVERY = dict(walk(get_resolver().url_patterns))
ROUTES = {name: parameters for name, parameters in EVERY.items() if "account_id" in parameters}
STAFF_ROUTES = {
    name: here for name, here in EVERY.items() if name.startswith(("admin:", "operators:", "staff:"))
}
# The pages of a person are about whoever is signed in; what else they take is not of this account.
VALUES: dict[str, object] = {
    "object_id": 1,
    "content_type_id": 1,
    "app_label": "tendlc",
    "name": "nothing.eml",
    "token": "x" * 40,
    "pk": 1,
    "key": "nothing",
    "uidb36": "1",
}
# Two of the settings pages name clients all the same, and so are scoped.
SCOPED_SETTINGS = {"account:clients", "account:members"}
OWNED = SCOPED_SETTINGS | {
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
        if "thing" in ROUTES[name]:
            values["thing"] = "brands"
        if "kind" in ROUTES[name]:
            values["kind"] = LinkNumbers.name
        if "use_case" in ROUTES[name]:
            values["use_case"] = "MARKETING"
        if "key" in ROUTES[name]:
            values["key"] = "orders"
        return reverse(name, kwargs=values)


@pytest.fixture(scope="module")
def world_of_the_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once: each test begins with it and rolls back what it did to it, as to a savepoint."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world_of_everything(make_people())
        transaction.set_rollback(True)


@pytest.fixture
def world(world_of_the_module: World, db: None) -> World:
    """A copy, so that no test meets an object that another one changed in memory."""
    return deepcopy(world_of_the_module)


def make_world_of_everything(people: People) -> World:
    client = people.client
    client.name = SECRET
    client.save()
    api_key = make_api_key(people.account)
    brand = make_brand(people.account, client=client, api_key=api_key, name=SECRET)
    campaign = make_campaign(brand, label=SECRET)
    number = make_number_link(campaign, "12015550123")
    vetting = make_vetting(brand)
    make_qualification(brand)
    operation = submit(
        CREATE_BRAND, brand, actor=people.member, api_key=api_key, payload={"company_name": SECRET}
    )
    batch = check_batch(
        people.scope(people.member),
        LinkNumbers(),
        [Line(2, {"number": "12015550123", "brand_id": SECRET, "campaign_id": SECRET})],
        name=SECRET,
        file_hash="x" * 64,
        actor=people.member,
    )
    inquiry = ask(USE_CASE, brand, actor=people.member, api_key=api_key, question={"use_case": "MARKETING"})
    draft = make_draft(people.account, client=client, title=SECRET)
    business = make_business_profile(people.account, client=client, name=SECRET, by=people.member)
    make_consent(business, operators=[make_operator("de-one")], by=people.member)
    asked = make_application_profile(business, name=SECRET, api_key=api_key)
    make_draft(
        people.account, client=client, title=SECRET, kind="registry.application", parent_id=business.pk
    )
    hand_over_business(business, business.snapshots.get(), now=timezone.now())
    change = start_change(people.scope(people.member), business, actor=people.member)
    make_draft(people.account, client=client, title=SECRET, kind="registry.business")
    follow(brand, people.member, FollowReason.SUBMITTER)
    tell("tendlc.brand_verified", brand, key="k", path="/")
    record("brand.submitted", brand, actor=people.member, after={"company_name": SECRET})
    registration = in_playground(
        make_world(people.account, client=client, user=people.member, name=SECRET), "34600000001"
    )
    profile = accepted_profile(people.account, api_key, client=client, name=SECRET)
    application = make_application(people.account, api_key, client=client, name=SECRET)
    invitation = Invitation.objects.create(
        account=people.account, email="new@example.com", token_hash="x" * 64, expires_at=timezone.now()
    )
    ids = {
        "case": make_case(asked).pk,
        "membership": Membership.objects.get(user=people.small).pk,
        "invitation": invitation.pk,
        "client": client.pk,
        "api_key": api_key.pk,
        "access_token": make_access_token(people.account, people.member).row.pk,
        "draft": draft.pk,
        "delivery": Delivery.objects.filter(user=people.member)[0].pk,
        "operation": operation.pk,
        "batch": batch.pk,
        "inquiry": inquiry.pk,
        "brand": brand.pk,
        "vetting": vetting.pk,
        "campaign": campaign.pk,
        "number": number.pk,
        "deadline": make_deadline(brand).pk,
        "template": CampaignTemplate.objects.create(
            account=people.account, client=client, name=SECRET, made_by=people.member
        ).pk,
        "network_application": registration.application.pk,
        "playground_number": PlaygroundNumber.objects.get().pk,
        "application_profile": profile.pk,
        "application": application.pk,
        "business_profile": business.pk,
        "change": change.pk,
    }
    return World(people, ids)
