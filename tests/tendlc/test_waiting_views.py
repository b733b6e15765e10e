"""What people read of a campaign that waits for its brand, and of what became of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from portal.outbox.actions import cancel
from portal.outbox.models import Operation
from tendlc.models import Brand, Campaign, NumberLink
from tests.outbox.conftest import Desk, desk, operation_of
from tests.people import People, answers, browser_of
from tests.tendlc.campaign_values import STEPS
from tests.tendlc.campaign_walker import Walker, new_url

pytestmark = pytest.mark.django_db
__all__ = ["desk"]


@pytest.fixture
def brand(desk: Desk) -> Brand:
    """Submitted, not yet sent."""
    return desk.brand(display_name="Vonage Bakery", company_name="Vonage Bakery LLC")


@pytest.fixture
def campaign(desk: Desk, brand: Brand) -> Campaign:
    return desk.campaign(brand)


def page(people: People, name: str, *args: int, **query: Any) -> str:
    """What a member reads, its white space evened out."""
    path = reverse(name, args=[people.account.pk, *args])
    return " ".join(browser_of(people.member).get(path, query).content.decode().split())


def operation_page(people: People, row: Any) -> str:
    return page(people, "outbox:operation", operation_of(row).pk)


def test_brand_on_its_way_is_offered_for_a_campaign(people: People, brand: Brand) -> None:
    assert "on its way to Vonage; the campaign waits for it" in page(people, "tendlc:campaign_start")
    assert new_url(brand) in page(people, "tendlc:brand", brand.pk)


def test_wizard_submits_a_campaign_that_says_what_it_waits_for_and_when_it_is_paid(
    people: People, brand: Brand
) -> None:
    walker = Walker(browser_of(people.member), new_url(brand))
    assert "it waits for the brand" in browser_of(people.member).get(new_url(brand)).content.decode()
    walker.walk(STEPS)
    review = walker.shown("review")
    assert "It waits for its brand" in review
    assert "Its fee is paid only then." in review
    assert "unknown until the brand is registered" in review
    ticks = dict.fromkeys(re.findall(r'name="(confirm_[a-z_0-9]+|understood[a-z_0-9]*)"', review), "on")
    assert walker.submit(**ticks).status_code == 302
    assert operation_of(Campaign.objects.get()).depends_on == operation_of(brand)
    assert walker.draft.finished_at is not None


def test_campaign_page_says_what_it_waits_for(people: People, brand: Brand, campaign: Campaign) -> None:
    text = page(people, "tendlc:campaign", campaign.pk)
    assert f"waits for “Register a brand: Vonage Bakery” ({operation_of(brand).code})" in text
    assert reverse("tendlc:numbers_link", args=[people.account.pk, campaign.pk]) in text


def test_campaign_page_is_redrawn_when_what_it_waits_for_moves(
    people: People, brand: Brand, campaign: Campaign
) -> None:
    path = reverse("tendlc:campaign", args=[people.account.pk, campaign.pk])
    browser = browser_of(people.member)
    was = {"was": browser.get(path).context["fingerprint"]}
    assert browser.get(path, was, headers={"HX-Request": "true"}).status_code == 204
    Operation.objects.filter(pk=operation_of(brand).pk).update(state="review")
    assert browser.get(path, was, headers={"HX-Request": "true"}).status_code == 200


def test_operation_pages_lead_to_each_other(people: People, brand: Brand, campaign: Campaign) -> None:
    first, second = operation_of(brand), operation_of(campaign)
    waiting = operation_page(people, campaign)
    assert "Comes after:" in waiting
    assert reverse("outbox:operation", args=[people.account.pk, first.pk]) in waiting
    ahead = operation_page(people, brand)
    assert "After this comes:" in ahead
    assert reverse("outbox:operation", args=[people.account.pk, second.pk]) in ahead
    assert "What waits for it is taken back with it." in ahead
    assert "What waits for it" not in waiting


def test_what_waits_is_among_the_held_up(people: People, brand: Brand, campaign: Campaign) -> None:
    held = page(people, "outbox:operations", show="held")
    assert operation_of(campaign).code in held
    assert reverse("outbox:operation", args=[people.account.pk, operation_of(brand).pk]) not in held


def test_operation_of_another_client_is_not_named(people: People, brand: Brand, campaign: Campaign) -> None:
    """Whoever works for one client alone sees neither of the two."""
    path = reverse("outbox:operation", args=[people.account.pk, operation_of(campaign).pk])
    assert answers(people, path) == {
        "member": 200,
        "small": 200,
        "limited": 404,
        "stranger": 404,
        "nobody": 302,
    }


def test_campaign_ended_with_its_brand_opens_filled_in(
    people: People, desk: Desk, brand: Brand, campaign: Campaign
) -> None:
    cancel(desk.scope, operation_of(brand), actor=desk.scope.user)
    text = page(people, "tendlc:campaign", campaign.pk)
    assert "It waited for “Vonage Bakery”, which was taken back, so it was not sent." in text
    assert "Vonage refused" not in text
    again = page(people, "tendlc:campaign_again", campaign.pk, step="messages")
    assert escape(campaign.wished["sample_one"]) in again
    assert "It waited for “Vonage Bakery”" in again
    assert "Not sent: " in page(people, "notices:list")


def test_numbers_wait_for_a_campaign_on_its_way(people: People, campaign: Campaign) -> None:
    path = reverse("tendlc:numbers_link", args=[people.account.pk, campaign.pk])
    assert "The numbers wait for it" in browser_of(people.member).get(path).content.decode()
    typed = {
        "numbers": "2015550123",
        "country": "US",
        "notify": "none",
        "action": "submit",
        "confirmed": "not_active",
    }
    browser_of(people.member).post(path, typed)
    link = NumberLink.objects.get()
    assert operation_of(link).depends_on == operation_of(campaign)
    text = page(people, "tendlc:number", link.pk)
    assert "It is saved and waits for “Submit a campaign: " in text


def test_list_of_operations_keeps_its_budget_with_chains(
    people: People, desk: Desk, brand: Brand, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(people.member)
    path = reverse("outbox:operations", args=[people.account.pk])
    desk.campaign(brand, label="First")
    browser.get(path)
    with django_assert_num_queries(10):
        browser.get(path)
    for label in ("Second", "Third"):
        desk.campaign(brand, label=label)
    with django_assert_num_queries(10):
        browser.get(path)
