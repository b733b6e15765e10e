"""Batches: all rows are checked before one is sent, and each wish is asked for once whatever happens."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import Membership
from portal.notices.models import Notice
from portal.outbox import batches
from portal.outbox.models import Batch, BatchRow, Operation
from tendlc.models import Campaign, NumberLink
from tests.outbox.conftest import Desk
from tests.outbox.conftest import run as send
from tests.people import People, answers, browser_of
from tests.tendlc.builders import make_brand, make_campaign, make_number_link

pytestmark = pytest.mark.django_db
KIND, OFF = "tendlc.link_numbers", "tendlc.unlink_numbers"
PAGE_QUERIES = 8


@pytest.fixture
def campaign(people: People) -> Campaign:
    return make_campaign(make_brand(people.account))


@pytest.fixture
def member(people: People) -> Browser:
    return browser_of(people.member)


def table(campaign: Campaign, *numbers: str) -> str:
    ids = f"{campaign.brand.remote_id},{campaign.remote_id}"
    return "\n".join(["number,brand_id,campaign_id", *(f"{number},{ids}" for number in numbers)])


def upload(browser: Browser, account_id: int, text: str, kind: str = KIND, **more: Any) -> Any:
    file = SimpleUploadedFile("numbers.csv", text.encode(), "text/csv")
    path = reverse("outbox:batch_new", args=[account_id, kind])
    return browser.post(path, {"file": file, **more}, follow=True)


def page_of(batch: Batch) -> str:
    return reverse("outbox:batch", args=[batch.account_id, batch.pk])


def decide(browser: Browser, batch: Batch, decision: str, **more: Any) -> Batch:
    browser.post(page_of(batch), {"decision": decision, **more})
    batch.refresh_from_db()
    return batch


def states(batch: Batch) -> list[str]:
    return list(batch.rows.order_by("place").values_list("state", flat=True))


# --- Checking ------------------------------------------------------------------------------------


def test_every_row_is_checked_and_nothing_is_sent(
    member: Browser, people: People, campaign: Campaign
) -> None:
    make_number_link(campaign, "12015550109")
    ids = f"{campaign.brand.remote_id},{campaign.remote_id}"
    text = table(campaign, "2015550101", "hello", "(201) 555-0101", "12015550109")
    text += f"\n2015550102,NOBODY,{campaign.remote_id}\n2015550103,{campaign.brand.remote_id},NOTHING\n"
    text += f"+442079460958,{ids}\n8005551212,{ids}\n"

    page = upload(member, people.account.pk, text).content.decode()

    batch = Batch.objects.get()
    wrong = "wrong"
    assert states(batch) == ["waiting", wrong, wrong, "already", wrong, wrong, "waiting", "waiting"]
    for said in ("cannot be read", "same as line 2", "no brand NOBODY", "no campaign NOTHING", "Toll-free"):
        assert said in page
    assert batch.state == "checked"
    batches.run()
    assert not Operation.objects.exists()


def test_rows_that_are_often_refused_must_be_confirmed(
    member: Browser, people: People, campaign: Campaign
) -> None:
    upload(member, people.account.pk, table(campaign, "8005551212"))
    batch = decide(member, Batch.objects.get(), "start")
    assert batch.state == "checked"
    assert "Tick this if it is right" in member.get(f"{page_of(batch)}?unconfirmed=1").content.decode()
    assert decide(member, batch, "start", confirmed="on").state == "running"


def test_campaign_that_would_have_too_many_numbers_is_said_at_its_rows(
    member: Browser, people: People, campaign: Campaign
) -> None:
    upload(member, people.account.pk, table(campaign, *(f"201555{place:04}" for place in range(50))))
    assert Batch.objects.get().rows.exclude(cautions=[]).count() == 50


def test_number_linked_elsewhere_is_named(member: Browser, people: People, campaign: Campaign) -> None:
    other = make_campaign(make_brand(people.account))
    make_number_link(other, "12015550109")
    page = upload(member, people.account.pk, table(campaign, "2015550109")).content.decode()
    assert f"linked to another campaign ({other.remote_id})" in page


def test_file_that_is_no_table_is_refused_at_its_field(member: Browser, people: People) -> None:
    page = upload(member, people.account.pk, "telephone\n1").content.decode()
    assert "The first line must name the columns number,brand_id,campaign_id" in page
    assert not Batch.objects.exists()


def test_same_file_is_the_same_batch_unless_somebody_means_it(
    member: Browser, people: People, campaign: Campaign
) -> None:
    text = table(campaign, "2015550101")
    upload(member, people.account.pk, text)
    page = upload(member, people.account.pk, text).content.decode()
    assert "uploaded before" in page
    assert Batch.objects.count() == 1
    upload(member, people.account.pk, text, again="on")
    assert sorted(Batch.objects.values_list("edition", flat=True)) == [1, 2]


def test_ids_of_other_clients_and_accounts_are_unknown(people: People, campaign: Campaign) -> None:
    for user, account in ((people.limited, people.account), (people.stranger, people.stranger_account)):
        upload(browser_of(user), account.pk, table(campaign, "2015550101"))
        assert states(Batch.objects.latest("pk")) == ["wrong"]


# --- Letting out ---------------------------------------------------------------------------------


def started(member: Browser, people: People, campaign: Campaign, *numbers: str, kind: str = KIND) -> Batch:
    upload(member, people.account.pk, table(campaign, *numbers), kind=kind)
    return decide(member, Batch.objects.latest("pk"), "start", confirmed="on")


def test_started_batch_asks_for_a_slice_at_a_time(
    member: Browser, people: People, campaign: Campaign
) -> None:
    numbers = [f"201555{place:04}" for place in range(70)]
    batch = started(member, people, campaign, *numbers)
    batches.run()
    batches.run()
    assert Operation.objects.count() == batches.UNDER_WAY
    Operation.objects.update(state="applied")
    batches.run()
    assert Operation.objects.count() == 70
    Operation.objects.update(state="applied")
    batches.run()
    batch.refresh_from_db()
    assert batch.state == "done"
    assert Notice.objects.filter(kind="outbox.batch_done").count() == 1


def test_paused_batch_releases_nothing_and_goes_on_where_it_stopped(
    member: Browser, people: People, campaign: Campaign
) -> None:
    batch = started(member, people, campaign, "2015550101", "2015550102")
    decide(member, batch, "pause")
    batches.run()
    assert not Operation.objects.exists()
    decide(member, batch, "start")
    batches.run()
    assert Operation.objects.count() == 2


def test_ended_batch_releases_nothing(member: Browser, people: People, campaign: Campaign) -> None:
    batch = started(member, people, campaign, "2015550101")
    assert decide(member, batch, "cancel").state == "cancelled"
    batches.run()
    assert decide(member, batch, "start").state == "cancelled"
    assert not Operation.objects.exists()


def test_batch_of_somebody_who_left_is_paused_with_the_reason(
    member: Browser, people: People, campaign: Campaign
) -> None:
    batch = started(member, people, campaign, "2015550101")
    Membership.objects.filter(user=people.member).update(is_active=False)
    batches.run()
    Membership.objects.filter(user=people.member).update(is_active=True)
    assert "may not do this in the account any more" in member.get(page_of(batch)).content.decode()
    assert not Operation.objects.exists()


def test_row_whose_wish_is_on_its_way_is_not_asked_for_again(
    member: Browser, people: People, campaign: Campaign
) -> None:
    first = started(member, people, campaign, "2015550101")
    second = started(member, people, campaign, "2015550101", "2015550102")
    batches.run()
    assert Operation.objects.count() == 2
    assert (states(first), states(second)) == (["asked"], ["already", "asked"])


def test_row_that_is_not_right_any_more_fails_alone(
    member: Browser, people: People, campaign: Campaign
) -> None:
    other = make_campaign(make_brand(people.account))
    text = table(campaign, "2015550101") + f"\n2015550102,{other.brand.remote_id},{other.remote_id}"
    upload(member, people.account.pk, text)
    batch = decide(member, Batch.objects.get(), "start")
    Campaign.objects.filter(pk=other.pk).update(remote_id="")
    batches.run()
    assert states(batch) == ["asked", "failed"]


def test_numbers_are_unlinked_from_a_file_too(member: Browser, people: People, campaign: Campaign) -> None:
    make_number_link(campaign, "12015550101")
    make_number_link(campaign, "12015550102", state="unlinked")
    batch = started(member, people, campaign, "2015550101", "2015550102", "2015550103", kind=OFF)
    batches.run()
    assert states(batch) == ["asked", "already", "wrong"]
    assert Operation.objects.get().kind == "tendlc.unlink_number"


# --- Pages ---------------------------------------------------------------------------------------


def test_pages_are_for_members(people: People, member: Browser, campaign: Campaign) -> None:
    seen = {"member": 200, "small": 200, "limited": 404, "stranger": 404, "nobody": 302}
    upload(member, people.account.pk, table(campaign, "2015550101"))
    batch = Batch.objects.get()
    assert answers(people, page_of(batch)) == seen
    assert answers(people, reverse("outbox:batch_result", args=[batch.account_id, batch.pk])) == seen
    everyone = {**seen, "limited": 200}
    assert answers(people, reverse("outbox:batches", args=[people.account.pk])) == everyone
    new = reverse("outbox:batch_new", args=[people.account.pk, KIND])
    assert answers(people, new) == {**everyone, "small": 403}
    assert member.get(reverse("outbox:batch_new", args=[people.account.pk, "x"])).status_code == 404
    assert browser_of(people.small).post(page_of(batch), {"decision": "start"}).status_code == 403


def test_result_is_a_file_without_formulas(member: Browser, people: People, campaign: Campaign) -> None:
    text = table(campaign, "2015550101") + "\n=1+1,@SUM(A1),-x"
    upload(member, people.account.pk, text)
    batch = Batch.objects.get()
    answer = member.get(reverse("outbox:batch_result", args=[batch.account_id, batch.pk]))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "number,brand_id,campaign_id,line,state,reason,cautions,operation"
    assert lines[1].startswith("2015550101,")
    assert lines[2].startswith("'=1+1,'@SUM(A1),'-x,3,")


@pytest.mark.parametrize("rows", [2, 30])
def test_page_costs_the_same_queries_for_any_number_of_rows(
    member: Browser,
    people: People,
    campaign: Campaign,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    batch = started(member, people, campaign, *(f"201555{place:04}" for place in range(rows)))
    batches.run()
    member.get(page_of(batch))
    with django_assert_num_queries(PAGE_QUERIES):
        member.get(page_of(batch))


# --- Against the simulator -----------------------------------------------------------------------


@pytest.mark.processes
def test_200_rows_with_7_wrong_are_linked_once_though_uploaded_twice(desk: Desk, people: People) -> None:
    campaign, browser = desk.registered_campaign(), browser_of(people.member)
    right = [f"1415555{place:04}" for place in range(200, 393)]
    bad = ["abc", "12", "no number", "", right[0], "x@y", "+1"]
    text = table(campaign, *right[:100], *bad, *right[100:])
    upload(browser, people.account.pk, text)
    batch = decide(browser, Batch.objects.get(), "start", confirmed="on")
    while batch.rows.filter(state="waiting").exists():
        batches.run()
        send()
    upload(browser, people.account.pk, text, again="on")
    again = decide(browser, Batch.objects.latest("pk"), "start", confirmed="on")
    batches.run()
    for _round in range(30):
        send()
    batches.run()

    batch.refresh_from_db()
    assert batch.state == "done"
    assert (len(states(batch)), states(batch).count("wrong")) == (200, 7)
    assert set(states(again)) <= {"wrong", "already"}
    ledger = desk.simulator.ledger(operation="link_number", effect=True)
    assert sorted(row["ids"]["number"] for row in ledger) == sorted(right)
    assert NumberLink.objects.count() == BatchRow.objects.filter(operation__state="applied").count() == 193
