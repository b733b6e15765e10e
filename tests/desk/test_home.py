"""The home page: what waits for whom, what changed, within a fixed number of queries."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.desk.unfinished import FORMS
from portal.history.actions import note_change
from portal.history.enums import Axis, Source
from tests.builders import make_api_key
from tests.people import People, answers, browser_of
from tests.tendlc.builders import make_brand, make_campaign, make_draft, make_vetting

pytestmark = pytest.mark.django_db


def home(people: People) -> str:
    return reverse("desk:home", args=[people.account.pk])


def test_home_of_a_new_account_says_what_comes_first(people: People) -> None:
    page = browser_of(people.member).get(home(people)).content.decode()
    assert "First enter the Vonage API key that pays" in page


def test_vetting_under_way_waits_for_its_provider(people: People) -> None:
    brand = make_brand(people.account, name="Looked at")
    make_vetting(brand, state="pending", waiting_on="provider", waiting_since=timezone.now())
    page = browser_of(people.member).get(home(people)).content.decode()
    assert "Looked at: AEGIS STANDARD" in page.split("Waiting for others")[1]


def test_home_shows_what_waits_for_us_and_for_others(people: People) -> None:
    now = timezone.now()
    ours = make_brand(people.account, name="Ours", state="unverified", waiting_on="us", waiting_since=now)
    theirs = make_brand(
        people.account, name="Theirs", state="pending", waiting_on="vonage", waiting_since=now
    )
    make_draft(people.account, title="Half a brand")
    page = browser_of(people.member).get(home(people)).content.decode()
    mine, others = page.split("Waiting for others")
    assert reverse("tendlc:brand", args=[people.account.pk, ours.pk]) in mine
    assert "Half a brand" in mine
    assert reverse("tendlc:brand", args=[people.account.pk, theirs.pk]) in others


def test_home_says_which_drafts_wait_for_an_approver_and_leads_to_each(people: People) -> None:
    refused = make_brand(people.account, state="refused", remote_id="")
    draft = make_draft(people.account, title="Second try", parent_id=refused.pk, waiting_on="approver")
    page = browser_of(people.member).get(home(people)).content.decode()
    assert "waits for somebody who may submit it" in page
    path = reverse("tendlc:brand_again", args=[people.account.pk, refused.pk]) + f"?draft={draft.pk}"
    assert path in page
    assert browser_of(people.member).get(path).status_code == 200


def test_home_shows_a_refused_key(people: People) -> None:
    make_api_key(people.account, refused_at=timezone.now())
    assert (
        "Nothing is sent with it, nothing is lost"
        in browser_of(people.member).get(home(people)).content.decode()
    )


def test_home_is_for_members_only(people: People) -> None:
    assert answers(people, home(people)) == {
        "member": 200,
        "small": 200,
        "limited": 200,
        "stranger": 404,
        "nobody": 302,
    }


@pytest.mark.parametrize("rows", [1, 3])
def test_home_costs_a_fixed_number_of_queries(
    people: People, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        brand = make_brand(people.account, state="unverified", waiting_on="us", waiting_since=timezone.now())
        make_campaign(brand, state="in_review", waiting_on="carriers", waiting_since=timezone.now())
        make_draft(people.account)
        note_change(
            brand,
            axis=Axis.BRAND,
            before=("", ""),
            after=("unverified", "UNVERIFIED"),
            seen_at=timezone.now(),
            not_before=None,
            source=Source.SYNC,
        )
    browser = browser_of(people.member)
    with django_assert_num_queries(19):
        browser.get(home(people))


@pytest.mark.parametrize("kind", FORMS)
def test_home_leads_to_the_form_of_every_kind_of_draft(people: People, kind: str) -> None:
    """A form that belongs to an object has the object in its address, whatever the draft is called."""
    form = FORMS[kind]
    parents = [7] if form.of_object else []
    draft = make_draft(people.account, kind, title="", values={}, parent_id=parents[0] if parents else None)
    path = reverse(form.of_object or form.alone, args=[people.account.pk, *parents]) + f"?draft={draft.pk}"
    page = browser_of(people.member).get(home(people)).content.decode()
    assert f'<a href="{path}">{form.name}</a>' in page
