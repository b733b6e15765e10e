"""What the page of one brand says, and when it asks for itself anew."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.history.actions import note_change, note_refusal
from portal.history.enums import Source
from portal.history.models import AuditEntry
from portal.outbox.models import Inquiry
from tendlc.models import Brand
from tendlc.views.brands import LABELS
from tests.people import People
from tests.tendlc.brand_pages import (
    HTMX,
    member,
    new_path,
    page_path,
    reviewed,
)
from tests.tendlc.builders import BRAND_VALUES, make_brand, make_campaign, make_vetting

__all__ = ["member"]
pytestmark = pytest.mark.django_db


# --- The page ------------------------------------------------------------------------------------


def test_page_tells_facts_differences_campaigns_vettings_and_history(member: Browser, people: People) -> None:
    brand = make_brand(people.account, remote_status="VERIFIED")
    brand.raw = {**brand.wished, "phone": "+1 (201) 555-0123", "city": "Newark", "universal_ein": "U-77"}
    brand.save()
    make_campaign(brand, label="Opening hours")
    make_vetting(brand, score=0)
    note_change(
        brand,
        axis="brand",
        before=("pending", "PENDING"),
        after=("verified", "VERIFIED"),
        seen_at=timezone.now(),
        not_before=None,
        source=Source.SYNC,
    )
    note_refusal(brand, said_by="vonage", text="Too late", instance="inst-9")

    page = member.get(page_path(brand)).content.decode()

    for said in (
        "VERIFIED",
        "Newark",
        "Opening hours",
        "AEGIS",
        "U-77",
        "Too late",
        "inst-9",
        "Check use cases",
    ):
        assert said in page
    assert page.count("Differs") == 1
    assert re.search(r">\s*0\s*<", page)


def test_vonages_own_record_of_a_brand_is_shown(member: Browser, people: People) -> None:
    """What nobody types and only Vonage knows, `False` and 0 among it."""
    own = {
        "reference_id": "ref-9",
        "account_id": "acc-1",
        "primary_account_id": "acc-0",
        "campaign_count": 0,
        "partner": False,
        "shared": "true,",
        "created_date": "2025-03-01T10:00:00Z",
        "last_updated": "2025-04-02T10:00:00Z",
    }
    brand = make_brand(people.account, raw={**BRAND_VALUES, **own})

    page = " ".join(member.get(page_path(brand)).content.decode().split())

    for label, said in (
        ("Reference id", "ref-9"),
        ("Account", "acc-1"),
        ("Primary account", "acc-0"),
        ("Campaigns counted", "0"),
        ("Of a partner", "No"),
        ("Shared with other accounts", "Yes"),
    ):
        assert f"<dt>{label}</dt> <dd> {said} </dd>" in page
    assert "1 Mar 2025" in page
    assert "2 Apr 2025" in page
    assert "Owned by this account" not in page


def test_page_names_who_submitted(member: Browser, people: People) -> None:
    member.post(new_path(people), {**reviewed(member, people), "action": "submit"})

    page = member.get(page_path(Brand.objects.get())).content.decode()

    assert AuditEntry.objects.filter(action="brand.submitted").count() == 1
    assert f"Submitted by {people.member}" in page
    assert "goes out within seconds" in page


def test_page_polls_only_while_something_moves(member: Browser, people: People) -> None:
    still = make_brand(people.account, state="verified")
    moving = make_brand(people.account, state="pending")

    assert "every 3s" not in member.get(page_path(still)).content.decode()
    assert "every 3s" in member.get(page_path(moving)).content.decode()


def test_page_loads_anew_only_when_something_moved(member: Browser, people: People) -> None:
    brand = make_brand(people.account, state="pending")
    was = member.get(page_path(brand)).context["fingerprint"]

    assert member.get(page_path(brand), {"was": was}, headers=HTMX).status_code == 204
    Brand.objects.update(state="verified")
    answer = member.get(page_path(brand), {"was": was}, headers=HTMX)
    assert answer.headers["HX-Refresh"] == "true"


def test_page_says_what_waits_when_the_key_is_refused(member: Browser, people: People) -> None:
    member.post(new_path(people), {**reviewed(member, people), "action": "submit"})
    people.account.api_keys.update(refused_at=timezone.now())

    page = member.get(page_path(Brand.objects.get())).content.decode()

    assert "It is saved. Vonage refused the API key" in page
    assert reverse("account:keys", args=[people.account.pk]) in page


def test_page_shows_an_unknown_word_and_stops_nobody(member: Browser, people: People) -> None:
    brand = make_brand(people.account, state="unknown", remote_status="LIMBO")

    page = member.get(page_path(brand)).content.decode()

    assert "<code>LIMBO</code>" in page
    assert reverse("tendlc:campaign_new", args=[people.account.pk, brand.pk]) in page


def test_unverified_brand_shows_the_feedback(member: Browser, people: People) -> None:
    feedback = [{"name": "TAX_ID", "description": "Does not match", "fields": ["ein"]}]
    brand = make_brand(people.account, state="unverified", feedback=feedback, feedback_at=timezone.now())

    page = member.get(page_path(brand)).content.decode()

    assert "TAX_ID" in page
    assert "Does not match" in page
    assert "then revet the brand" in page
    assert "dashboard" not in page
    assert (
        f'<a class="btn" href="{reverse("tendlc:campaign_new", args=[brand.account_id, brand.pk])}">' in page
    )


def test_feedback_names_categories_and_fields_as_the_form_does(member: Browser, people: People) -> None:
    """The registry's own word stays beside ours; one that we do not know is shown as it came."""
    feedback = [
        {"name": "TAX_ID", "description": "", "fields": ["ein", "company_name"]},
        {"name": "SHOE_SIZE", "description": "", "fields": ["left_foot"]},
    ]
    brand = make_brand(people.account, state="unverified", feedback=feedback, feedback_at=timezone.now())

    page = " ".join(member.get(page_path(brand)).content.decode().split())

    assert "<strong>Tax number</strong> <code>TAX_ID</code>" in page
    assert f"Fields: {LABELS['ein']}, {LABELS['company_name']}" in page
    assert "ein, company_name" not in page
    assert "<strong>SHOE_SIZE</strong>" in page
    assert "Fields: Left foot" in page


@pytest.mark.parametrize(("minutes", "said"), [(15, "At the latest"), (-15, "longer than usual")])
def test_page_says_when_it_is_done_at_the_latest(
    member: Browser, people: People, minutes: int, said: str
) -> None:
    by = timezone.now() + timedelta(minutes=minutes)
    brand = make_brand(people.account, state="pending", expected_by=by)

    assert said in member.get(page_path(brand)).content.decode()


def test_sync_now_asks_once_and_shows_progress(member: Browser, people: People) -> None:
    brand = make_brand(people.account)
    path = reverse("tendlc:brand_sync", args=[people.account.pk, brand.pk])

    first = member.post(path, follow=True)
    member.post(path)

    assert "Reading it at Vonage again" in first.content.decode()
    assert "every 3s" in first.content.decode()
    assert Inquiry.objects.count() == 1


def test_sync_of_a_brand_vonage_does_not_know_is_explained(member: Browser, people: People) -> None:
    brand = make_brand(people.account, remote_id="", state="submitting")

    answer = member.post(reverse("tendlc:brand_sync", args=[people.account.pk, brand.pk]), follow=True)

    assert "does not know this brand yet" in answer.content.decode()


@pytest.mark.parametrize(("count", "said"), [(50, "All campaigns"), (51, "There are more: all campaigns")])
def test_page_shows_the_newest_campaigns_and_a_way_to_all(
    member: Browser, people: People, count: int, said: str
) -> None:
    brand = make_brand(people.account)
    rows = [make_campaign(brand, label=f"Campaign {number}") for number in range(count)]
    make_campaign(make_brand(people.account))

    answer = member.get(page_path(brand))

    every = f"{reverse('tendlc:campaigns', args=[people.account.pk])}?brand={brand.pk}"
    assert list(answer.context["campaigns"]) == rows[:-51:-1]
    assert f'<a href="{every}">{said} of this brand</a>' in re.sub(r"\s*\n\s*", "", answer.content.decode())
    assert member.get(every).context["page"].count == count


@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same_queries_for_any_number_of_rows(
    member: Browser, people: People, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    brand = make_brand(people.account)
    for _row in range(rows):
        make_campaign(brand)
        make_vetting(brand)
        note_refusal(brand, said_by="vonage")
    member.get(page_path(brand))

    with django_assert_num_queries(PAGE_QUERIES):
        member.get(page_path(brand))


PAGE_QUERIES = 21
