"""The numbers a key owns: read from the Numbers API, mirrored, shown with where they hang."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from portal.accounts.models import ApiKey
from portal.notices.models import Notice
from portal.outbox.calls import open_api
from portal.outbox.models import Inquiry
from portal.vonage.problems import VonageError
from tendlc import sync, wire
from tendlc.models import OwnedNumber, SyncRun
from tests.builders import make_api_key
from tests.outbox.conftest import answer_inquiries
from tests.people import People, answers, browser_of
from tests.simulator_process import SimulatorProcess
from tests.tendlc.builders import make_brand, make_campaign, make_number_link

pytestmark = pytest.mark.django_db
LIST_QUERIES = 10


def make_owned(api_key: ApiKey, number: str, **fields: object) -> OwnedNumber:
    facts = {"country": "US", "type": "mobile-lvn", "features": ["SMS"], "raw_hash": number}
    return OwnedNumber.objects.create(
        account=api_key.account, api_key=api_key, number=number, **{**facts, **fields}
    )


# --- What comes over the wire ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "well_formed", "total"),
    [
        ({}, True, 0),
        ({"count": 1, "numbers": [{"msisdn": "12015550123", "features": ["SMS"]}]}, True, 1),
        ({"count": 3}, False, 3),
        ({"count": 1, "numbers": "12015550123"}, False, 1),
        ([], False, None),
        ("nothing", False, None),
    ],
)
def test_page_is_only_empty_when_it_says_so(body: object, well_formed: bool, total: int | None) -> None:
    page = wire.owned_page(body, 1)
    assert (page.well_formed, page.total_items) == (well_formed, total)


@pytest.mark.processes
def test_walk_mirrors_what_is_owned(people: People, simulator: SimulatorProcess) -> None:
    api_key = make_api_key(people.account)
    assert sync.walk_owned(api_key, open_api(api_key)).complete
    assert not OwnedNumber.objects.exists()
    simulator.control("numbers", {"key": api_key.key, "first": 12015550100, "count": 120})
    simulator.control("numbers", {"key": api_key.key, "numbers": ["447700900123"], "country": "GB"})

    run = sync.walk_owned(api_key, open_api(api_key))

    assert (run.complete, run.pages, run.unique_ids) == (True, 2, 121)
    assert OwnedNumber.objects.count() == 121
    assert OwnedNumber.objects.get(number="447700900123").country == "GB"
    written = set(OwnedNumber.objects.values_list("updated_at", flat=True))
    sync.walk_owned(api_key, open_api(api_key))
    assert set(OwnedNumber.objects.values_list("updated_at", flat=True)) == written


@pytest.mark.processes
def test_number_is_gone_after_two_complete_lists_without_it(
    people: People, simulator: SimulatorProcess, settings: Settings
) -> None:
    settings.TENDLC_REMOVAL_GAP_SECONDS = 0
    api_key = make_api_key(people.account)
    simulator.control("numbers", {"key": api_key.key, "numbers": ["12015550100"]})
    make_owned(api_key, "12015550199")
    sync.walk_owned(api_key, open_api(api_key))
    assert OwnedNumber.objects.filter(gone_at=None).count() == 2
    sync.walk_owned(api_key, open_api(api_key))
    assert [row.number for row in OwnedNumber.objects.filter(gone_at=None)] == ["12015550100"]


@pytest.mark.processes
def test_much_shorter_list_removes_nothing(
    people: People, simulator: SimulatorProcess, settings: Settings
) -> None:
    settings.TENDLC_REMOVAL_GAP_SECONDS = 0
    api_key = make_api_key(people.account)
    for place in range(10):
        make_owned(api_key, f"1201555010{place}")
    for _run in range(2):
        run = sync.walk_owned(api_key, open_api(api_key))
    assert "shrank by 10 of 10" in run.problem
    assert OwnedNumber.objects.filter(gone_at=None).count() == 10
    notice = Notice.objects.get(kind="tendlc.list_shrank")
    assert people.member in {delivery.user for delivery in notice.deliveries.all()}


@pytest.mark.processes
@pytest.mark.parametrize("count", [1, 5])
def test_empty_list_is_an_alarm_and_no_purge_of_few_numbers(
    people: People, simulator: SimulatorProcess, settings: Settings, count: int
) -> None:
    settings.TENDLC_REMOVAL_GAP_SECONDS = 0
    api_key = make_api_key(people.account)
    for place in range(count):
        make_owned(api_key, f"1201555010{place}")
    runs = [sync.walk_owned(api_key, open_api(api_key)) for _run in range(3)]
    assert {run.problem.partition(":")[0] for run in runs} == {f"the list shrank by {count} of {count}"}
    assert OwnedNumber.objects.filter(gone_at=None, missing_runs=0).count() == count
    assert Notice.objects.filter(kind="tendlc.list_shrank").count() == 1


@pytest.mark.processes
def test_number_that_was_heard_of_after_the_list_was_asked_for_is_not_missing(
    people: People, simulator: SimulatorProcess
) -> None:
    api_key = make_api_key(people.account)
    simulator.control("numbers", {"key": api_key.key, "numbers": ["12015550100"]})
    later = make_owned(api_key, "12015550199", seen_at=timezone.now() + timedelta(minutes=1))
    sync.walk_owned(api_key, open_api(api_key))
    later.refresh_from_db()
    assert later.missing_runs == 0


@pytest.mark.processes
def test_number_longer_than_its_column_is_not_missing(
    people: People, simulator: SimulatorProcess, settings: Settings
) -> None:
    settings.TENDLC_REMOVAL_GAP_SECONDS = 0
    api_key = make_api_key(people.account)
    simulator.control("numbers", {"key": api_key.key, "numbers": ["1201555010012015550100120"]})
    for _run in range(3):
        sync.walk_owned(api_key, open_api(api_key))
    row = OwnedNumber.objects.get()
    assert (row.missing_runs, row.gone_at) == (0, None)


@pytest.mark.processes
def test_interrupted_walk_keeps_what_came_and_removes_nothing(
    people: People, simulator: SimulatorProcess
) -> None:
    api_key = make_api_key(people.account)
    simulator.control("numbers", {"key": api_key.key, "first": 12015550100, "count": 150})
    simulator.control("faults", {"operation": "list_owned", "kind": "reset", "when": "before", "skip": 1})
    with pytest.raises(VonageError):
        sync.walk_owned(api_key, open_api(api_key))
    assert OwnedNumber.objects.count() == 100
    assert not SyncRun.objects.get().complete


@pytest.mark.processes
def test_refusal_by_the_numbers_api_leaves_the_key_in_order(
    people: People, simulator: SimulatorProcess, var: Path
) -> None:
    api_key = make_api_key(people.account, secret="wrong")
    browser_of(people.member).post(reverse("tendlc:owned_read", args=[people.account.pk]))
    answer_inquiries()
    inquiry = Inquiry.objects.get()
    api_key.refresh_from_db()
    assert inquiry.answer["problem"]["code"] == "unauthorized"
    assert api_key.refused_at is None


# --- The page ------------------------------------------------------------------------------------


def list_path(people: People) -> str:
    return reverse("tendlc:owned_numbers", args=[people.account.pk])


def test_list_is_for_members(people: People) -> None:
    seen = {"member": 200, "small": 200, "limited": 200, "stranger": 404, "nobody": 302}
    assert answers(people, list_path(people)) == seen


def test_list_finds_free_and_linked_numbers_and_says_where(people: People) -> None:
    campaign = make_campaign(make_brand(people.account), label="Orders")
    make_number_link(campaign, "12015550101")
    make_number_link(campaign, "12015550102", state="unlinked")
    for number in ("12015550101", "12015550102", "12015550103"):
        make_owned(campaign.api_key, number)
    make_owned(campaign.api_key, "12015550104", gone_at=timezone.now() - timedelta(days=1))
    browser = browser_of(people.member)

    def found(query: str) -> list[str]:
        return [row.number for row in browser.get(f"{list_path(people)}?{query}").context["page"].rows]

    assert found("") == ["12015550101", "12015550102", "12015550103"]
    assert found("where=free") == ["12015550102", "12015550103"]
    assert found("where=linked") == ["12015550101"]
    assert found("q=555-0103") == ["12015550103"]
    assert found("q=hello") == []
    assert "Orders" in browser.get(list_path(people)).content.decode()


def test_numbers_of_other_clients_are_not_named(people: People) -> None:
    campaign = make_campaign(make_brand(people.account), label="Orders")
    make_number_link(campaign, "12015550101")
    make_owned(campaign.api_key, "12015550101")
    make_owned(campaign.api_key, "12015550103")
    page = browser_of(people.limited).get(list_path(people)).content.decode()
    assert "12015550101" not in page
    assert "12015550103" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"country": "GB"}, "Not a US or Canadian number"),
        ({"type": "landline-toll-free"}, "Toll-free numbers are verified"),
        ({"features": ["VOICE"]}, "cannot send SMS"),
    ],
)
def test_list_warns_of_numbers_no_campaign_takes(
    people: People, fields: dict[str, object], said: str
) -> None:
    make_owned(make_api_key(people.account), "12015550101", **fields)
    assert said in browser_of(people.member).get(list_path(people)).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_queries_for_any_number_of_rows(
    people: People, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    api_key = make_api_key(people.account)
    for place in range(rows):
        make_owned(api_key, f"1201555010{place}")
    browser = browser_of(people.member)
    browser.get(list_path(people))
    with django_assert_num_queries(LIST_QUERIES):
        browser.get(list_path(people))


@pytest.mark.parametrize(
    ("kind", "said"),
    [("mobile-lvn", "Mobile"), ("landline-toll-free", "Toll-free"), ("carrier-pigeon", "carrier-pigeon")],
)
def test_list_names_the_kind_of_a_number(people: People, kind: str, said: str) -> None:
    make_owned(make_api_key(people.account), "12015550123", type=kind)
    page = browser_of(people.member).get(reverse("tendlc:owned_numbers", args=[people.account.pk]))
    assert f'<div class="number-state"> {said} ' in " ".join(page.content.decode().split())
