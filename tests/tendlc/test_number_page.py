from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.history.actions import note_change, note_refusal
from portal.history.enums import Source
from portal.notices.actions import follow, tell
from portal.notices.enums import FollowReason
from portal.outbox.models import Operation
from tendlc.enums import DeadlineKind
from tendlc.models import NumberLink
from tests.people import People, answers, browser_of
from tests.tendlc.builders import make_brand, make_campaign, make_deadline, make_number_link

pytestmark = pytest.mark.django_db
PAGE_QUERIES = 16


@pytest.fixture
def link(people: People) -> NumberLink:
    campaign = make_campaign(make_brand(people.account))
    return make_number_link(campaign, "12015550123", compliance=["HIPAA"], raw={"marker": "raw-of-vonage"})


@pytest.fixture
def member(people: People) -> Browser:
    return browser_of(people.member)


def path(link: NumberLink, page: str = "number") -> str:
    return reverse(f"tendlc:{page}", args=[link.account_id, link.pk])


def test_page_is_for_members_of_the_client(people: People, link: NumberLink) -> None:
    seen = {"member": 200, "small": 200, "limited": 404, "stranger": 404, "nobody": 302}
    assert answers(people, path(link)) == seen
    assert answers(people, path(link, "number_unlink")) == {**seen, "small": 403}


def test_page_tells_the_whole_story(member: Browser, people: People, link: NumberLink) -> None:
    note_change(
        link,
        axis="number",
        before=("pending", "PENDING"),
        after=("linked", "APPROVED"),
        seen_at=link.created_at,
        not_before=None,
        source=Source.SYNC,
    )
    note_refusal(link, said_by="carriers", text="No traffic from here")
    other = make_campaign(make_brand(people.account), label="Recalls")
    make_number_link(other, link.number, state="unlinked")

    page = member.get(path(link)).content.decode()

    for said in (
        "HIPAA",
        "No traffic from here",
        "Recalls",
        str(link.campaign.brand),
        "<code>APPROVED</code>",
    ):
        assert said in page
    assert "raw-of-vonage" not in page
    people.member.is_staff = True
    people.member.save()
    assert "raw-of-vonage" in member.get(path(link)).content.decode()


def test_page_says_what_cannot_be_done_and_why(people: People, link: NumberLink) -> None:
    page = browser_of(people.small).get(path(link)).content.decode()

    assert path(link, "number_unlink") not in page
    assert "Unlink: Your role in this account does not allow it" in " ".join(page.split())


def test_unlinking_is_confirmed_with_its_consequence_and_asked_for_once(
    member: Browser, link: NumberLink
) -> None:
    assert "carriers refuse messages" in member.get(path(link, "number_unlink")).content.decode()

    member.post(path(link, "number_unlink"))
    page = member.post(path(link, "number_unlink"), follow=True).content.decode()

    operation = Operation.objects.get()
    assert (operation.kind, operation.payload["number"]) == ("tendlc.unlink_number", link.number)
    assert "under way with this number already" in page
    assert operation.code in page
    link.refresh_from_db()
    assert link.state == "linked"


def test_number_that_is_off_is_not_unlinked(member: Browser, link: NumberLink) -> None:
    NumberLink.objects.update(state="unlinked")

    page = member.post(path(link, "number_unlink"), follow=True).content.decode()

    assert "nothing to take off" in page
    assert not Operation.objects.exists()


def test_page_has_a_query_budget(
    member: Browser, link: NumberLink, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    member.post(path(link, "number_unlink"))
    member.get(path(link))
    with django_assert_num_queries(PAGE_QUERIES):
        member.get(path(link))


def test_unlinking_under_way_shows_in_the_list(member: Browser, link: NumberLink) -> None:
    list_path = reverse("tendlc:numbers", args=[link.account_id])
    assert "every 5s" not in member.get(list_path).content.decode()

    member.post(path(link, "number_unlink"))

    page = member.get(list_path).content.decode()
    assert Operation.objects.get().code in page
    assert "every 5s" in page


def test_member_is_shown_what_they_were_told(member: Browser, people: People, link: NumberLink) -> None:
    follow(link, people.member, FollowReason.SUBMITTER)
    tell("tendlc.number_rejected", link, key="k", path=path(link), values={"word": "REJECTED"})

    assert "What you were told" in member.get(path(link)).content.decode()
    assert "What you were told" not in browser_of(people.small).get(path(link)).content.decode()


def test_page_shows_the_deadlines_of_its_number_alone(member: Browser, link: NumberLink) -> None:
    other = make_number_link(link.campaign)
    make_deadline(
        link.campaign.brand,
        DeadlineKind.LINK_PENDING,
        campaign=link.campaign,
        object_type="tendlc.numberlink",
        object_id=link.pk,
        object_name=str(link),
    )
    assert "Number link hangs" in member.get(path(link)).content.decode()
    assert "Number link hangs" not in member.get(path(other)).content.decode()
