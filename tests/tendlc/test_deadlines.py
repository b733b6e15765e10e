"""Deadlines open, move, are told and close by facts, and where facts say nothing, by a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import Account
from portal.notices.actions import follow
from portal.notices.enums import FollowReason
from portal.notices.models import Delivery, Notice
from tendlc.enums import DeadlineKind as K
from tendlc.lifecycle import DEADLINES
from tendlc.models import Brand, Campaign, Deadline
from tendlc.sync import deadlines as keeping
from tendlc.sync import keep_deadlines, months_after
from tests.builders import make_account
from tests.people import People, answers, browser_of
from tests.tendlc.builders import (
    make_brand,
    make_campaign,
    make_catalogue,
    make_deadline,
    make_number_link,
    make_vetting,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def due(account: Account) -> dict[str, datetime]:
    keep_deadlines(account.pk, NOW)
    return {row.kind: row.due_at for row in Deadline.objects.filter(account=account, done_at=None)}


def active_campaign(brand: Brand, **fields: Any) -> Campaign:
    return make_campaign(brand, waiting_since=NOW - days(50), **fields)


def test_every_kind_says_what_happens_and_who_says_so() -> None:
    assert set(DEADLINES) == set(K)
    assert all(told.consequence and told.source and told.next_step for told in DEADLINES.values())


def test_scored_vetting_expires_after_its_classes_months() -> None:
    brand = make_brand()
    make_catalogue(brand.account)
    vetting = make_vetting(brand, vetted_at=datetime(2025, 12, 24, 12, tzinfo=UTC))
    assert due(brand.account) == {K.VETTING_EXPIRY: datetime(2026, 12, 24, 12, tzinfo=UTC)}
    vetting.state = "expired"
    vetting.save()
    assert due(brand.account) == {}


def test_public_company_confirms_within_thirty_days_or_by_an_active_campaign() -> None:
    brand = make_brand(entity_type="PUBLIC_PROFIT", remote_created_at=NOW - days(10))
    assert due(brand.account) == {K.EMAIL_CONFIRMATION: NOW + days(20)}
    make_number_link(active_campaign(brand))
    assert due(brand.account) == {}


def test_person_closes_the_confirmation_and_it_stays_closed(people: People) -> None:
    brand = make_brand(people.account, entity_type="PUBLIC_PROFIT", remote_created_at=NOW - days(10))
    due(people.account)
    row = Deadline.objects.get()
    path = reverse("tendlc:deadline_done", args=[people.account.pk, row.pk])
    assert browser_of(people.small).post(path).status_code == 403
    browser_of(people.member).post(path)
    row.refresh_from_db()
    assert (row.done_by, row.done_at is None) == (people.member, False)
    assert due(brand.account) == {}


def test_person_cannot_close_what_facts_decide(people: People) -> None:
    row = make_deadline(make_brand(people.account), K.RENEWAL)
    browser_of(people.member).post(reverse("tendlc:deadline_done", args=[people.account.pk, row.pk]))
    row.refresh_from_db()
    assert row.done_at is None


def test_campaign_to_be_corrected_has_ninety_days() -> None:
    campaign = make_campaign(state="rejected", remote_status="UPDATES_REQUIRED", waiting_since=NOW - days(1))
    make_campaign(campaign.brand, state="rejected", remote_status="REJECTED", waiting_since=NOW)
    assert due(campaign.account) == {K.UPDATES_REQUIRED: NOW + days(89)}


def test_active_campaign_without_a_number_has_sixty_days() -> None:
    campaign = active_campaign(make_brand())
    assert due(campaign.account)[K.NO_NUMBER] == NOW + days(10)
    link = make_number_link(campaign, state="unlinked", waiting_since=NOW - days(5))
    assert due(campaign.account)[K.NO_NUMBER] == NOW + days(55)
    link.state = "linked"
    link.save()
    assert K.NO_NUMBER not in due(campaign.account)


@pytest.mark.parametrize(("hours", "expected"), [(2, False), (20, True), (40, True)])
def test_link_that_hangs_gets_a_deadline(hours: int, expected: bool) -> None:
    campaign = make_campaign(state="in_review")
    make_number_link(campaign, state="pending", waiting_since=NOW - timedelta(hours=hours))
    assert (K.LINK_PENDING in due(campaign.account)) is expected


def test_campaign_renews_by_vonages_date_or_every_three_months() -> None:
    campaign = active_campaign(make_brand(), remote_created_at=datetime(2026, 1, 31, tzinfo=UTC))
    assert due(campaign.account)[K.RENEWAL] == datetime(2027, 1, 31, tzinfo=UTC)
    campaign.raw = {"renewal_date": "2026-12-09T00:00:00Z"}
    campaign.save()
    assert due(campaign.account)[K.RENEWAL] == datetime(2026, 12, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "months", "expected"), [("2026-01-31", 1, "2026-02-28"), ("2026-11-30", 3, "2027-02-28")]
)
def test_months_end_where_the_month_does(start: str, months: int, expected: str) -> None:
    assert months_after(datetime.fromisoformat(start), months) == datetime.fromisoformat(expected)


def test_strange_times_of_vonages_break_nothing() -> None:
    late, early = datetime(9999, 12, 31, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)
    brand = make_brand(entity_type="PUBLIC_PROFIT", remote_created_at=late)
    make_brand(brand.account, entity_type="PUBLIC_PROFIT", remote_created_at=early)
    make_catalogue(brand.account)
    for moment in (late, early):
        make_vetting(brand, vetted_at=moment)
        make_campaign(make_brand(brand.account), remote_created_at=moment, waiting_since=NOW)
    assert K.RENEWAL in due(brand.account)


def test_near_deadline_is_told_once_and_again_when_it_moves(people: People) -> None:
    brand = make_brand(people.account, entity_type="PUBLIC_PROFIT", remote_created_at=NOW - days(25))
    follow(brand, people.member, FollowReason.SUBMITTER)
    due(people.account)
    due(people.account)
    notice = Notice.objects.get()
    assert (notice.kind, notice.values["day"]) == ("tendlc.deadline_email_confirmation", "2026-11-30")
    assert Delivery.objects.filter(user=people.member, channel="email").count() == 1
    Brand.objects.update(remote_created_at=NOW - days(20))
    due(people.account)
    assert Notice.objects.count() == 2


def test_far_deadline_is_not_told() -> None:
    brand = make_brand(entity_type="PUBLIC_PROFIT", remote_created_at=NOW - days(1))
    due(brand.account)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_far_deadlines_are_kept_without_reading_what_they_are_about(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    account = make_account()
    for _row in range(rows):
        make_brand(account, entity_type="PUBLIC_PROFIT", remote_created_at=NOW - days(1))
    keep_deadlines(account.pk, NOW)
    # classes, vettings, brands, campaigns three times, links, what is open, what is near
    with django_assert_num_queries(9) as captured:
        keep_deadlines(account.pk, NOW)
    known, near = (q["sql"] for q in captured if 'FROM "tendlc_deadline"' in q["sql"])
    assert "JOIN" not in known
    assert near.count('"due_at" <=') == len(K)


@pytest.mark.parametrize("kind", K)
def test_each_kind_is_told_its_own_time_before(kind: K) -> None:
    account, near = make_account(), NOW + DEADLINES[kind].near
    told, untold = (make_deadline(make_brand(account), kind) for _brand in range(2))
    Deadline.objects.filter(pk=told.pk).update(due_at=near)
    Deadline.objects.filter(pk=untold.pk).update(due_at=near + timedelta(seconds=1))
    keeping._tell_near(account.pk, NOW)
    assert [row.pk for row in Deadline.objects.exclude(told_at=None)] == [told.pk]


def test_accounts_do_not_see_each_others(people: People) -> None:
    make_deadline(make_brand(make_account()))
    assert due(people.account) == {}
    assert Deadline.objects.filter(done_at=None).count() == 1


# --- Pages ---------------------------------------------------------------------------------------


def list_path(people: People) -> str:
    return reverse("tendlc:deadlines", args=[people.account.pk])


def test_list_is_for_members(people: People) -> None:
    expected = {"member": 200, "small": 200, "limited": 200, "stranger": 404, "nobody": 302}
    assert answers(people, list_path(people)) == expected


def test_limited_person_sees_only_their_clients(people: People) -> None:
    make_deadline(make_brand(people.account, name="Hidden Bakery"))
    make_deadline(make_brand(people.account, client=people.other_client, name="Zebra Bakery"))
    page = browser_of(people.limited).get(list_path(people)).content.decode()
    assert "Zebra Bakery" in page
    assert "Hidden" not in page


def test_deadlines_are_shown_at_home_on_the_brand_and_on_the_campaign(people: People) -> None:
    brand = make_brand(
        people.account, entity_type="PUBLIC_PROFIT", remote_created_at=timezone.now() - days(40)
    )
    campaign = make_campaign(make_brand(people.account), waiting_since=timezone.now() - days(55))
    keep_deadlines(people.account.pk)
    browser = browser_of(people.member)
    pages = {
        "Public company confirms by e-mail": (
            reverse("desk:home", args=[people.account.pk]),
            reverse("tendlc:brand", args=[people.account.pk, brand.pk]),
            list_path(people),
        ),
        "Campaign without a number": (
            reverse("desk:home", args=[people.account.pk]),
            reverse("tendlc:brand", args=[people.account.pk, campaign.brand_id]),
            reverse("tendlc:campaign", args=[people.account.pk, campaign.pk]),
        ),
    }
    for words, paths in pages.items():
        for path in paths:
            assert words in browser.get(path).content.decode(), path


def test_hanging_link_leads_to_its_number(people: People) -> None:
    link = make_number_link(
        make_campaign(make_brand(people.account), state="in_review"),
        state="pending",
        waiting_since=timezone.now() - days(1.6),
    )
    follow(link.campaign, people.member, FollowReason.SUBMITTER)
    keep_deadlines(people.account.pk)
    number = reverse("tendlc:number", args=[people.account.pk, link.pk])
    assert f'<a href="{number}">Number link hangs' in browser_of(people.member).get(
        list_path(people)
    ).content.decode().replace("\n", "")
    assert Notice.objects.get().path == number


def test_vettings_deadline_leads_to_its_page(people: People) -> None:
    brand = make_brand(people.account)
    vetting = make_vetting(brand)
    row = make_deadline(brand, K.VETTING_EXPIRY, object_type="tendlc.vetting", object_id=vetting.pk)
    [shown] = browser_of(people.member).get(list_path(people)).context["deadlines"]
    assert (shown.deadline, shown.path) == (
        row,
        reverse("tendlc:vetting", args=[people.account.pk, vetting.pk]),
    )


def test_done_deadlines_are_found_the_last_first_and_say_who_closed_them(people: People) -> None:
    browser, done = browser_of(people.member), f"{list_path(people)}?show=done"
    assert "No deadline was closed yet" in browser.get(done).content.decode()
    brand = make_brand(people.account)
    make_deadline(brand, K.RENEWAL)
    now = timezone.now()
    early = make_deadline(brand, days=-9, done_at=now, done_by=people.small)
    late = make_deadline(brand, K.NO_NUMBER, days=-2, done_at=now)

    answer = browser.get(done)

    page = " ".join(answer.content.decode().split())
    assert [row.deadline for row in answer.context["deadlines"]] == [late, early]
    assert f"Marked as done by {people.small}," in page
    assert "Closed by what Vonage said," in page
    assert "passed</span>" not in page
    assert "It is done" not in page
    shown = [row.deadline.kind for row in browser.get(list_path(people)).context["deadlines"]]
    assert shown == [K.RENEWAL]
    assert answers(people, done)["stranger"] == 404
    assert not browser_of(people.limited).get(done).context["deadlines"]


@pytest.mark.parametrize("show", ["", "?show=done"])
@pytest.mark.parametrize("rows", [1, 3])
def test_list_keeps_its_query_budget(
    people: People, rows: int, show: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _row in range(rows):
        make_deadline(make_brand(people.account))
        make_deadline(make_brand(people.account), done_at=timezone.now(), done_by=people.small)
    browser = browser_of(people.member)
    browser.get(list_path(people) + show)
    # session, user, membership, the page, its count, unread notices; what they name comes joined
    with django_assert_num_queries(6):
        browser.get(list_path(people) + show)
