"""Brands: who sees them, and the list."""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.outbox.models import Inquiry
from tendlc import wire
from tendlc.models import Brand
from tendlc.sync import Seen, absorb_brand
from tests.people import People, answers, browser_of
from tests.tendlc.brand_pages import (
    again_path,
    list_path,
    member,
    new_path,
    page_path,
    reviewed,
)
from tests.tendlc.builders import BRAND_VALUES, make_brand, make_draft

__all__ = ["member"]
pytestmark = pytest.mark.django_db


# --- Who may see what ----------------------------------------------------------------------------


def test_list_is_for_members(people: People) -> None:
    assert answers(people, list_path(people)) == {
        "member": 200,
        "small": 200,
        "limited": 200,
        "stranger": 404,
        "nobody": 302,
    }


def test_list_shows_the_limited_person_nothing_of_other_clients(people: People) -> None:
    make_brand(people.account, name="Hidden Bakery")
    make_draft(people.account, values={"display_name": "Hidden draft"})
    make_brand(people.account, client=people.other_client, name="Zebra Bakery")

    page = browser_of(people.limited).get(list_path(people)).content.decode()

    assert "Zebra Bakery" in page
    assert "Hidden" not in page


def test_page_is_for_those_who_work_for_its_client(people: People) -> None:
    brand = make_brand(people.account)

    assert answers(people, page_path(brand)) == {
        "member": 200,
        "small": 200,
        "limited": 404,
        "stranger": 404,
        "nobody": 302,
    }


def test_forms_are_for_those_who_prepare(people: People) -> None:
    brand = make_brand(people.account, state="refused", remote_id="")

    assert answers(people, new_path(people)) == {
        "member": 200,
        "small": 403,
        "limited": 200,
        "stranger": 404,
        "nobody": 302,
    }
    assert answers(people, again_path(brand)) == {
        "member": 200,
        "small": 403,
        "limited": 404,
        "stranger": 404,
        "nobody": 302,
    }


def test_sync_is_for_those_who_see_the_brand(people: People) -> None:
    brand = make_brand(people.account)
    path = reverse("tendlc:brand_sync", args=[people.account.pk, brand.pk])

    answered = {
        name: browser_of(getattr(people, name)).post(path).status_code
        for name in ("member", "small", "limited", "stranger")
    }

    assert answered == {"member": 302, "small": 302, "limited": 404, "stranger": 404}
    assert Inquiry.objects.count() == 1


# --- The list ------------------------------------------------------------------------------------


def test_list_finds_filters_and_sorts(member: Browser, people: People) -> None:
    make_brand(people.account, name="Beta Bikes", state="pending", ein="301111222")
    make_brand(people.account, name="Alpha Apples", state="verified")

    def names(query: str) -> list[str]:
        return [row.display_name for row in member.get(f"{list_path(people)}?{query}").context["page"].rows]

    assert names("") == ["Alpha Apples", "Beta Bikes"]
    assert names("order=name") == ["Alpha Apples", "Beta Bikes"]
    assert names("order=state") == ["Beta Bikes", "Alpha Apples"]
    assert names("q=bikes") == ["Beta Bikes"]
    assert names("q=30-1111222") == ["Beta Bikes"]
    assert names("state=verified") == ["Alpha Apples"]
    assert names("type=PUBLIC_PROFIT") == []
    assert names(f"client={people.other_client.pk}") == []
    assert names("state=nonsense&order=nonsense&client=x") == ["Alpha Apples", "Beta Bikes"]


@pytest.mark.parametrize("text", ["hello@bakery.example", "BAKERY.example", "(201) 555-0123", "duns-7"])
def test_brand_is_found_by_what_it_can_be_reached_by(member: Browser, people: People, text: str) -> None:
    """As Vonage told it, and before that as it was typed."""
    member.post(new_path(people), {**reviewed(member, people), "action": "submit"})
    typed = Brand.objects.get()
    assert (typed.email, typed.phone) == (BRAND_VALUES["email"], BRAND_VALUES["phone"])
    facts = {**BRAND_VALUES, "brand_id": "B9", "status": "VERIFIED", "phone": "+1 201-555-0123"}
    told = wire.Brand.from_json({**facts, "alt_business_id": "DUNS-7"})
    read = absorb_brand(told, api_key=typed.api_key, seen=Seen.now())
    make_brand(people.account, name="Other", website="")

    found = member.get(list_path(people), {"q": text}).context["page"].rows

    assert found == ([read] if text == "duns-7" else [read, typed])


def test_list_says_whether_there_is_nothing_yet_or_nothing_found(member: Browser, people: People) -> None:
    assert "No brand yet" in member.get(list_path(people)).content.decode()
    assert "No brand matches" in member.get(list_path(people), {"q": "xyz"}).content.decode()


def test_list_shows_an_unknown_word_raw(member: Browser, people: People) -> None:
    make_brand(people.account, state="unknown", remote_status="LIMBO")

    assert "<code>LIMBO</code>" in member.get(list_path(people)).content.decode()


def test_list_pages_on(member: Browser, people: People) -> None:
    for number in range(27):
        make_brand(people.account, name=f"Brand {number:02}")

    first = member.get(list_path(people), {"order": "name"}).context["page"]
    second = member.get(list_path(people), {"order": "name", "after": first.next}).context["page"]

    assert [row.display_name for row in second.rows] == ["Brand 25", "Brand 26"]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_queries_for_any_number_of_rows(
    member: Browser, people: People, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _row in range(rows):
        make_brand(people.account)
        make_draft(people.account, saved_by=people.member)
    member.get(list_path(people))

    with django_assert_num_queries(LIST_QUERIES):
        member.get(list_path(people))


LIST_QUERIES = 9
