"""Lists taken home, and things done to many rows of them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from portal.drafts.models import Draft
from portal.history.models import AuditEntry
from portal.outbox.models import Batch, Inquiry, Operation
from tendlc.actions import unlink_number
from tendlc.models import Brand, Campaign, Deadline, NumberLink, Qualification, Vetting, VettingClass
from tests.people import People, answers, browser_of
from tests.tendlc.builders import (
    make_brand,
    make_campaign,
    make_catalogue,
    make_deadline,
    make_draft,
    make_number_link,
    make_qualification,
    make_vetting,
)

pytestmark = pytest.mark.django_db
VETTING_QUERIES = 9
THINGS = ("brands", "vettings", "campaigns", "numbers")


@pytest.fixture
def member(people: People) -> Browser:
    return browser_of(people.member)


@pytest.fixture
def link(people: People) -> NumberLink:
    """One of everything."""
    brand = make_brand(people.account, name="=cmd|calc")
    make_vetting(brand)
    return make_number_link(make_campaign(brand, label="+1 Orders"), "12015550101")


def path(people: People, thing: str, query: str = "") -> str:
    return reverse("tendlc:many", args=[people.account.pk, thing]) + query


def do(browser: Browser, people: People, thing: str, deed: str, query: str = "", **data: Any) -> Any:
    body = {"deed": deed, "confirmed": "on", **data}
    return browser.post(path(people, thing, query=query), body, follow=True)


# --- Taken home ----------------------------------------------------------------------------------


def taken(
    browser: Browser, people: People, thing: str, ending: str = "csv", query: str = "", **data: Any
) -> Any:
    body = {"deed": ending, "which": "whole", **data}
    return browser.post(path(people, thing, query=query), body)


def lines(answer: Any) -> list[list[str]]:
    """The rows of a CSV file, its head apart."""
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


@pytest.mark.parametrize("thing", THINGS)
def test_export_is_for_members_and_holds_their_clients_alone(
    people: People, link: NumberLink, thing: str
) -> None:
    assert len(lines(taken(browser_of(people.member), people, thing))) == 1
    assert len(lines(taken(browser_of(people.small), people, thing))) == 1
    theirs = browser_of(people.limited).post(
        path(people, thing), {"deed": "csv", "which": "whole"}, follow=True
    )
    assert "Tick at least one row" in theirs.content.decode()
    assert taken(browser_of(people.stranger), people, thing).status_code == 404
    assert taken(Browser(), people, thing).status_code == 302


@pytest.mark.parametrize("thing", THINGS)
def test_exports_hold_no_formula(member: Browser, people: People, link: NumberLink, thing: str) -> None:
    answer = taken(member, people, thing, "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert not any(str(cell.value).startswith(("=", "+", "@")) for cell in cells)


def test_export_keeps_to_the_filters_of_the_address(
    member: Browser, people: People, link: NumberLink
) -> None:
    make_number_link(link.campaign, "12015550199", state="rejected")
    answer = taken(member, people, "numbers", query="?state=rejected")
    assert answer["Content-Disposition"] == 'attachment; filename="numbers.csv"'
    assert [row[0] for row in lines(answer)] == ["12015550199"]


def test_export_holds_what_was_ticked_or_shown_and_no_more(
    member: Browser, people: People, link: NumberLink
) -> None:
    other = make_number_link(link.campaign, "12015550199")
    make_number_link(link.campaign, "12015550198")
    ticked = taken(member, people, "numbers", which="picked", pick=link.pk)
    assert [row[0] for row in lines(ticked)] == [link.number]
    page = taken(member, people, "numbers", which="page", shown=[link.pk, other.pk])
    assert [row[0] for row in lines(page)] == [other.number, link.number]
    nothing = member.post(path(people, "numbers"), {"deed": "csv", "which": "picked"}, follow=True)
    assert "Tick at least one row" in nothing.content.decode()


@pytest.mark.parametrize(
    ("query", "numbers"),
    [("", ["12015550109", "12015550155", "12015550101"]), ("?order=number", None)],
)
def test_export_is_in_the_order_of_the_list(
    member: Browser, people: People, link: NumberLink, query: str, numbers: list[str] | None
) -> None:
    for number in ("12015550155", "12015550109"):
        make_number_link(link.campaign, number)
    found = [row[0] for row in lines(taken(member, people, "numbers", query=query))]
    listed = member.get(reverse("tendlc:numbers", args=[people.account.pk]) + query).context["page"].rows
    assert found == [row.number for row in listed] == (numbers or sorted(found))


def test_export_of_campaigns_is_in_the_order_of_the_list(
    member: Browser, people: People, link: NumberLink
) -> None:
    make_campaign(link.campaign.brand, label="Alerts")
    found = [row[2] for row in lines(taken(member, people, "campaigns", query="?sort=label"))]
    assert found == ["'+1 Orders", "Alerts"]
    assert [row[2] for row in lines(taken(member, people, "campaigns"))] == found[::-1]


def test_export_of_an_unknown_list_is_not_found(member: Browser, people: People) -> None:
    assert taken(member, people, "secrets").status_code == 404


# --- Done to many --------------------------------------------------------------------------------


def test_what_would_be_done_is_said_first(member: Browser, people: People, link: NumberLink) -> None:
    answer = member.post(path(people, "numbers"), {"deed": "sync", "pick": link.pk})
    assert "read at Vonage again" in answer.content.decode()
    assert not Inquiry.objects.exists()


def test_ticked_rows_are_read_again(member: Browser, people: People, link: NumberLink) -> None:
    make_number_link(link.campaign, "12015550199")
    do(member, people, "numbers", "sync", pick=link.pk)
    assert [one.object_id for one in Inquiry.objects.all()] == [link.pk]


def test_whole_filter_is_acted_on_and_no_more(member: Browser, people: People, link: NumberLink) -> None:
    other = make_number_link(link.campaign, "12015550199", state="rejected")
    do(member, people, "numbers", "sync", "?state=rejected", which="whole")
    assert [one.object_id for one in Inquiry.objects.all()] == [other.pk]


def test_page_is_acted_on_as_it_was_shown(member: Browser, people: People, link: NumberLink) -> None:
    page = member.get(reverse("tendlc:numbers", args=[people.account.pk])).content.decode()
    assert f'name="shown" value="{link.pk}"' in page
    make_number_link(link.campaign, "12015550199")

    shown = member.post(path(people, "numbers"), {"deed": "sync", "which": "page", "shown": link.pk})
    assert f'name="pick" value="{link.pk}"' in shown.content.decode()
    do(member, people, "numbers", "sync", which="page", shown=link.pk)

    assert [one.object_id for one in Inquiry.objects.all()] == [link.pk]


def test_nothing_ticked_and_too_many_are_said(member: Browser, people: People, link: NumberLink) -> None:
    assert "Tick at least one row" in do(member, people, "numbers", "sync").content.decode()
    for place in range(501):
        make_number_link(link.campaign, f"1202555{place:04}")
    assert "These are too many" in do(member, people, "numbers", "sync", which="whole").content.decode()
    assert not Inquiry.objects.exists()


def test_use_case_of_many_brands_is_asked_for(member: Browser, people: People, link: NumberLink) -> None:
    unsent = make_brand(people.account, remote_id="")
    do(member, people, "brands", "use_case", which="whole", value="MARKETING")
    asked = Inquiry.objects.get()
    assert (asked.object_id, asked.question) == (link.campaign.brand_id, {"use_case": "MARKETING"})
    assert unsent.pk != asked.object_id
    assert (
        "Select a valid choice"
        in do(member, people, "brands", "use_case", which="whole", value="NONE").content.decode()
    )


def test_client_goes_along_with_everything_below_a_brand(
    member: Browser, people: People, link: NumberLink
) -> None:
    make_deadline(link.campaign.brand)
    make_qualification(link.campaign.brand)
    make_draft(people.account, kind="tendlc.campaign", parent_id=link.campaign.brand_id)
    do(member, people, "brands", "client", which="whole", value=people.other_client.pk)
    for model in (Brand, Campaign, NumberLink, Vetting, Deadline, Qualification, Draft):
        rows: Any = model._default_manager
        assert set(rows.values_list("client", flat=True)) == {people.other_client.pk}, model
    entry = AuditEntry.objects.get(action="brand.client_set")
    assert (entry.before, entry.after) == ({"client": str(people.client)}, {"client": "Zebra Shoes"})


def test_brand_with_something_on_its_way_stays_with_its_client(
    member: Browser, people: People, link: NumberLink
) -> None:
    unlink_number(people.scope(people.member), link, actor=people.member)
    page = do(member, people, "brands", "client", which="whole", value=people.other_client.pk)
    assert "is on its way to Vonage. Wait for its answer." in page.content.decode()
    assert Brand.objects.get().client == people.client


def test_who_sees_a_brand_is_decided_by_who_manages_members(people: People) -> None:
    brand = make_brand(people.account, client=people.other_client)
    for person in (people.limited, people.small):
        answer = do(
            browser_of(person), people, "brands", "client", which="whole", value=people.other_client.pk
        )
        assert answer.status_code == 403
    brand.refresh_from_db()
    assert brand.client == people.other_client


def test_only_who_sees_all_chosen_rows_can_be_made_responsible(
    member: Browser, people: People, link: NumberLink
) -> None:
    do(member, people, "brands", "responsible", which="whole", value=people.limited.pk)
    assert Brand.objects.get().responsible is None


@pytest.mark.parametrize("thing", THINGS)
def test_export_costs_the_same_queries_for_any_number_of_rows(
    member: Browser, people: People, link: NumberLink, thing: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            taken(member, people, thing)
        return len(asked)

    queries()
    few = queries()
    brand = make_brand(people.account)
    make_vetting(brand, responsible=people.member)
    make_number_link(make_campaign(brand), "12015550155", responsible=people.small)
    assert queries() == few


@pytest.mark.parametrize("thing", THINGS)
def test_somebody_is_made_responsible(member: Browser, people: People, link: NumberLink, thing: str) -> None:
    do(member, people, thing, "responsible", which="whole", value=people.small.pk)
    rows: Any = {"brands": Brand, "vettings": Vetting, "campaigns": Campaign, "numbers": NumberLink}[thing]
    assert rows._default_manager.get().responsible == people.small
    assert AuditEntry.objects.filter(action__endswith="responsible_set").count() == 1
    stranger = do(member, people, thing, "responsible", which="whole", value=people.stranger.pk)
    assert "Select a valid choice" in stranger.content.decode()


def test_many_are_unlinked_as_a_batch_that_is_started_by_hand(
    member: Browser, people: People, link: NumberLink
) -> None:
    make_number_link(link.campaign, "12015550199", state="unlinked")
    for _click in range(2):
        do(member, people, "numbers", "unlink", which="whole", token="one form")
    batch = Batch.objects.get()
    assert list(batch.rows.order_by("place").values_list("state", flat=True)) == ["waiting", "already"]
    assert batch.state == "checked"
    assert not Operation.objects.exists()


def test_deeds_need_their_capability_and_rows_of_others_are_not_there(
    people: People, link: NumberLink
) -> None:
    small, limited = browser_of(people.small), browser_of(people.limited)
    assert do(small, people, "numbers", "unlink", which="whole").status_code == 403
    assert (
        'value="unlink"'
        not in small.get(reverse("tendlc:numbers", args=[people.account.pk])).content.decode()
    )
    assert "Tick at least one row" in do(limited, people, "numbers", "sync", pick=link.pk).content.decode()
    assert do(browser_of(people.stranger), people, "numbers", "sync", pick=link.pk).status_code == 404
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize("thing", THINGS)
def test_each_list_offers_ticks_and_exports(
    member: Browser, people: People, link: NumberLink, thing: str
) -> None:
    page = member.get(reverse(f"tendlc:{thing}", args=[people.account.pk])).content.decode()
    assert page.count('name="pick"') == 1
    assert '<option value="csv">' in page
    assert '<option value="xlsx">' in page


# --- Vettings ------------------------------------------------------------------------------------


def test_vettings_are_found_by_what_people_remember(
    member: Browser, people: People, link: NumberLink
) -> None:
    make_vetting(make_brand(people.account, name="Night Owl"), evp_id="WMC", state="failed")
    page = reverse("tendlc:vettings", args=[people.account.pk])

    def found(query: str) -> list[str]:
        return [row.evp_id for row in member.get(f"{page}?{query}").context["page"].rows]

    assert found("") == ["WMC", "AEGIS"]
    assert found("q=owl") == found("q=wmc") == found("state=failed") == ["WMC"]
    assert found("q=nothing") == []
    seen = {"member": 200, "small": 200, "limited": 200, "stranger": 404, "nobody": 302}
    assert answers(people, page) == seen
    assert "Night Owl" not in browser_of(people.limited).get(page).content.decode()


def test_vettings_are_listed_and_found_by_the_names_people_know(
    member: Browser, people: People, link: NumberLink
) -> None:
    """Also when Vonage does not offer the provider or the class any more."""
    make_catalogue(people.account)
    VettingClass.objects.update(gone_at=timezone.now())
    make_vetting(link.campaign.brand, evp_id="CV", vetting_class="POLITICAL")
    make_vetting(link.campaign.brand, evp_id="NEW", vetting_class="DEEP")
    page = reverse("tendlc:vettings", args=[people.account.pk])

    def found(query: str) -> list[str]:
        return [row.evp_id for row in member.get(page, {"q": query}).context["page"].rows]

    assert found("campaign verify") == ["CV"]
    assert found("aegis mobile") == ["AEGIS"]
    assert found("political") == ["CV"]
    shown = " ".join(member.get(page).content.decode().split())
    for name in (">Campaign Verify<", ">Political<", ">Aegis Mobile<", ">NEW<", ">DEEP<"):
        assert name in shown
    assert ">AEGIS<" not in shown


@pytest.mark.parametrize("rows", [1, 3])
def test_vettings_cost_the_same_queries_for_any_number_of_rows(
    member: Browser, people: People, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _row in range(rows):
        make_vetting(make_brand(people.account))
    page = reverse("tendlc:vettings", args=[people.account.pk])
    member.get(page)
    with django_assert_num_queries(VETTING_QUERIES):
        member.get(page)


def test_many_questions_are_spread_and_told_of_as_questions(
    people: People, member: Browser, settings: Settings
) -> None:
    """A colleague's one question goes in between, and nobody reads "done" of what was only asked."""
    settings.INQUIRY_SPACING_SECONDS = 60
    for name in ("One", "Two"):
        make_brand(people.account, name=name)
    make_brand(people.account, name="Unknown", remote_id="")
    page = do(member, people, "brands", "sync", which="whole").content.decode()
    assert "2 questions are saved. Vonage is asked one after the other" in page
    assert "1 row was left out: Vonage does not have it, or not any more." in page
    first, second = Inquiry.objects.order_by("next_try_at").values_list("next_try_at", flat=True)
    assert second - first == timedelta(seconds=60)


def test_nothing_asked_is_not_called_done(people: People, member: Browser) -> None:
    make_brand(people.account, remote_id="")
    page = do(member, people, "brands", "use_case", which="whole", value="MARKETING").content.decode()
    assert "Nothing was asked. 1 row was left out: Vonage does not have it, or not any more." in page
    assert not Inquiry.objects.exists()
