"""One search over everything, for the page and for the command palette."""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.outbox.actions import submit
from portal.outbox.models import Operation
from tendlc.models import Campaign
from tendlc.operations import CREATE_BRAND
from tests.people import People, answers, browser_of
from tests.tendlc.builders import make_brand, make_campaign, make_number_link, make_vetting

pytestmark = pytest.mark.django_db
SEARCH_QUERIES = 15


@pytest.fixture
def operation(people: People) -> Operation:
    """One of everything, all of it of one client."""
    brand = make_brand(people.account, name="Night Owl", remote_id="BNIGHTO")
    campaign = make_campaign(brand, label="Delivery news", remote_id="CDELIVE", label_code="7K2M9PQRST")
    make_number_link(campaign, "12015550123")
    make_vetting(brand, evp_id="AEGIS", remote_id="vet-77")
    return submit(CREATE_BRAND, brand, actor=people.member, api_key=brand.api_key, payload={"a": 1})


def path(people: People) -> str:
    return reverse("desk:search", args=[people.account.pk])


def found(browser: Browser, people: People, text: str) -> set[str]:
    groups = browser.get(path(people), {"q": text}).context["groups"]
    return {str(group.label) for group in groups}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("night owl", {"Brands", "Campaigns", "Numbers", "Vettings", "Operations"}),
        ("OWL delivery", {"Campaigns", "Numbers"}),
        ("bnighto", {"Brands", "Campaigns", "Numbers", "Vettings"}),
        ("#7k2m9pqrst", {"Campaigns", "Numbers"}),
        ("555-0123", {"Numbers"}),
        ("vet-77", {"Vettings"}),
        ("nothing like it", set()),
        ("%", set()),
        ("", set()),
    ],
)
def test_every_word_must_be_somewhere(
    people: People, operation: Operation, text: str, kinds: set[str]
) -> None:
    assert found(browser_of(people.member), people, text) == kinds


def test_operation_is_found_by_its_code_or_part_of_it(people: People, operation: Operation) -> None:
    browser = browser_of(people.member)
    page = browser.get(path(people), {"q": operation.code.lower()}).content.decode()
    assert reverse("outbox:operation", args=[people.account.pk, operation.pk]) in page
    assert found(browser, people, operation.code[:6]) == {"Operations"}


def test_what_is_gone_is_found_as_such(people: People, operation: Operation) -> None:
    Campaign.objects.update(gone_at=timezone.now())
    groups = browser_of(people.member).get(path(people), {"q": "night owl"}).context["groups"]
    told = {str(group.label): (group.hits[0].state, group.hits[0].colour) for group in groups}
    assert told["Campaigns"] == ("No longer at Vonage", "orange")
    assert told["Brands"] == ("Verified", "green")


def test_palette_gets_the_hits_alone(people: People, operation: Operation) -> None:
    answer = browser_of(people.member).get(path(people), {"q": "owl"}, headers={"HX-Request": "true"})
    text = answer.content.decode().strip()
    assert text.startswith('<div id="search-hits"')
    assert "<html" not in text


def test_nobody_finds_what_they_may_not_see(people: People, operation: Operation) -> None:
    seen = {"member": 200, "small": 200, "limited": 200, "stranger": 404, "nobody": 302}
    assert answers(people, path(people)) == seen
    assert found(browser_of(people.limited), people, "owl") == set()


def test_every_page_offers_the_search_without_a_script(people: People) -> None:
    page = browser_of(people.member).get(reverse("desk:home", args=[people.account.pk])).content.decode()
    assert f'href="{path(people)}"' in page


@pytest.mark.parametrize("brands", [1, 5])
def test_search_costs_the_same_queries_for_any_number_of_hits(
    people: People, operation: Operation, brands: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for place in range(brands):
        make_brand(people.account, name=f"Owl {place}")
    browser = browser_of(people.member)
    browser.get(path(people), {"q": "owl"})
    with django_assert_num_queries(SEARCH_QUERIES):
        browser.get(path(people), {"q": "owl"})
