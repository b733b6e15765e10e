"""What the page of one campaign says, and when it asks for itself anew."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import ApiKey
from portal.history.actions import note_change, note_refusal
from portal.history.enums import Source
from portal.outbox.models import Operation
from tendlc.enums import CampaignState
from tendlc.models import Brand, Campaign
from tests.people import People, browser_of
from tests.tendlc.builders import (
    make_campaign,
    make_carrier,
    make_number_link,
    make_qualification,
)
from tests.tendlc.campaign_walker import (
    FRAGMENT,
    Walker,
    again_url,
    brand,
    page_of,
    page_url,
    refused,
    walker,
)

__all__ = ["brand", "walker"]


@pytest.mark.parametrize("state", CampaignState.values)
def test_page_explains_every_state(people: People, brand: Brand, state: str) -> None:
    row = make_campaign(brand, state=state, remote_status="SOME_WORD")
    page = page_of(people, row)
    assert str(CampaignState(state).label) in page
    assert "SOME_WORD" in page


def test_page_shows_carriers_with_class_and_throughput(people: People, brand: Brand) -> None:
    row = make_campaign(brand, traffic_enabled=True)
    make_carrier(row, name="AT&T", raw={"mno": "AT&T", "tpm": 3000, "msg_class": "A", "status": "APPROVED"})
    make_carrier(
        row, name="TMO", state="unknown", remote_status="DAYDREAM", raw={"mno": "TMO", "brand_tier": "LOW"}
    )
    page = page_of(people, row)
    for text in ("3000", "T-Mobile", "LOW", "DAYDREAM", "enabled: its numbers may send"):
        assert text in page


def test_page_shows_where_facts_differ_from_wishes(people: People, brand: Brand) -> None:
    row = make_campaign(
        brand,
        wished={"description": "What we asked for", "age_gated": False, "label": "Opening hours"},
        raw={"description": "What they hold", "age_gated": "false,", "label": "Opening hours #ABCDEFGHJK"}
        | {"reseller_id": "R123456"},
    )
    page = page_of(people, row)
    assert "What we asked for" in page
    assert "What they hold" in page
    assert page.count("differs") == 1


def test_details_of_the_message_flow_stand_beside_it(people: People, brand: Brand) -> None:
    """Of newer answers alone; whatever stands in them is readable."""
    details = {"brand_name": "Example", "opt_in": {"by": ["web", "paper"], "double": True}}
    row = make_campaign(
        brand,
        raw={"message_flow": "On our site.", "message_flow_details": details},
        remote_updated_at=datetime(2025, 4, 2, tzinfo=UTC),
    )
    page = " ".join(page_of(people, row).split())
    place = page.index("On our site.")
    told = page.index("Message flow, in detail")
    assert place < told < page.index("Brand name: Example<br>Opt in: By: web, paper; Double: Yes")
    assert "Last updated at Vonage</dt> <dd>" in page
    assert "2 Apr 2025" in page


def test_page_shows_the_first_numbers_and_a_way_to_all(people: People, brand: Brand) -> None:
    row = make_campaign(brand)
    for number in range(21):
        make_number_link(row, f"120155501{number:02}")
    page = page_of(people, row)
    assert "+12015550120" in page
    assert "+12015550100" not in page
    assert "There are more" in page


def test_page_shows_refusals_in_their_own_words(people: People, brand: Brand) -> None:
    row = make_campaign(brand, state="rejected")
    note_refusal(row, said_by="carrier:TMO", code="806", text="CTA could not be verified", instance="inst-1")
    page = page_of(people, row)
    for text in ("T-Mobile", "806", "CTA could not be verified", "inst-1", "Next:"):
        assert text in page


def test_page_names_refused_fields_that_nothing_was_said_of(people: People, brand: Brand) -> None:
    row = make_campaign(brand, state="refused")
    note_refusal(row, said_by="vonage", fields=[{"field": "sample1"}, {"field": "help_reply"}])
    assert "Sample1, Help reply" in page_of(people, row)


def test_page_says_when_a_carrier_gave_no_reason(people: People, brand: Brand) -> None:
    row = make_campaign(brand)
    note_refusal(row, said_by="carrier:TMO", code="REJECTED")
    assert "No reason was given." in page_of(people, row)


@pytest.mark.parametrize(("others", "said"), [("approved", True), ("suspended", False)])
def test_other_carriers_are_mentioned_only_where_one_may_deliver(
    people: People, brand: Brand, others: str, said: bool
) -> None:
    row = make_campaign(brand)
    make_carrier(row, name="TMO", state="rejected")
    make_carrier(row, name="AT&T", state=others)
    assert ("Other carriers may still deliver" in page_of(people, row)) is said


def test_rejected_campaign_leads_to_editing_and_names_the_word(people: People, brand: Brand) -> None:
    page = page_of(people, make_campaign(brand, state="rejected", remote_status="UPDATES_REQUIRED"))
    assert "ask for changes (UPDATES_REQUIRED)" in page
    assert "then edit the campaign" in page
    assert "submit it again" not in page


@pytest.mark.parametrize(("state", "is_next"), [("active", True), ("rejected", False), ("stopped", False)])
def test_linking_is_offered_first_only_where_it_is_next(
    people: People, brand: Brand, state: str, is_next: bool
) -> None:
    row = make_campaign(brand, state=state)
    link = reverse("tendlc:numbers_link", args=[row.account_id, row.pk])
    page = page_of(people, row)
    assert f'<a href="{link}">' in page
    assert (f'<a class="btn btn-primary" href="{link}">' in page) is is_next


@pytest.mark.parametrize(
    ("denied", "said"), [(True, "Customer care was denied on"), (False, "check the use case")]
)
def test_campaign_that_is_not_qualified_says_why(
    people: People, walker: Walker, brand: Brand, denied: bool, said: str
) -> None:
    row = refused(walker, [])
    Operation.objects.update(last_error={"code": "brand_not_qualified", "text_id": ""})
    make_qualification(brand, row.use_case, qualified=not denied)
    for page in (page_of(people, row), browser_of(people.member).get(again_url(row)).content.decode()):
        assert said in page
        assert "correct what is named" not in page


def test_page_tells_the_story_with_carriers(people: People, brand: Brand) -> None:
    row = make_campaign(brand)
    note_change(
        row,
        axis="carrier",
        part="AT&T",
        before=("review", "REVIEW"),
        after=("approved", "APPROVED"),
        seen_at=timezone.now(),
        not_before=None,
        source=Source.SYNC,
    )
    page = page_of(people, row)
    assert "AT&amp;T:" in page
    assert "Approved" in page


def test_status_is_polled_only_while_something_moves(people: People, brand: Brand, walker: Walker) -> None:
    for state in ("active", "rejected", "stopped"):
        assert "every 3s" not in page_of(people, make_campaign(brand, state=state))
    walker.walk()
    walker.submit()
    page = page_of(people, Campaign.objects.latest("pk"))
    assert "every 3s" in page
    assert "goes out within seconds" in page
    Campaign.objects.update(state="active")
    Operation.objects.update(state="review", waiting_for="absent")
    assert "every 3s" not in page_of(people, Campaign.objects.latest("pk"))


def test_poll_is_silent_until_something_moved_and_then_loads_the_page(
    people: People, brand: Brand, walker: Walker
) -> None:
    walker.walk()
    walker.submit()
    row = Campaign.objects.get()
    carrier = make_carrier(row, state="review")
    was = walker.browser.get(page_url(row)).context["fingerprint"]

    def poll() -> Any:
        return walker.browser.get(page_url(row), {"was": was}, headers=FRAGMENT)

    assert poll().status_code == 204
    type(carrier).objects.update(state="approved")
    assert poll()["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("waiting_for", "said"), [("unreachable", "cannot be reached"), ("throttled", "slow down")]
)
def test_page_says_what_was_saved_while_vonage_is_away(
    people: People, walker: Walker, waiting_for: str, said: str
) -> None:
    walker.walk()
    walker.submit()
    Operation.objects.update(waiting_for=waiting_for)
    page = page_of(people, Campaign.objects.get())
    assert "It is saved." in page
    assert said in page
    assert "Next try:" in page


def test_page_says_that_a_refused_key_holds_it(people: People, walker: Walker) -> None:
    walker.walk()
    walker.submit()
    ApiKey.objects.update(refused_at=timezone.now())
    page = page_of(people, Campaign.objects.get())
    assert "Vonage refused the API key" in page
    assert "goes out by itself" in page
    assert "being sent to Vonage" not in page


def test_sync_asks_once_and_is_shown(people: People, brand: Brand) -> None:
    row = make_campaign(brand)
    path = reverse("tendlc:campaign_sync", args=[people.account.pk, row.pk])
    response = browser_of(people.member).post(path, follow=True)
    assert "Vonage is being asked how it stands" in response.content.decode()
    assert "every 3s" in response.content.decode()


# session, user, membership, campaign, operations, question, carriers, numbers, refusals, changes, submissions,
# following, account switcher, changes of carriers, deadlines, what was told, e-mails
PAGE_BUDGET = 19


@pytest.mark.parametrize("rows", [1, 3])
def test_page_has_a_query_budget(
    people: People, brand: Brand, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = make_campaign(brand)
    for number in range(rows):
        make_carrier(row, name=f"Carrier {number}")
        make_number_link(row)
        note_refusal(row, said_by="vonage", text="no")
    browser = browser_of(people.member)
    browser.get(page_url(row))
    with django_assert_num_queries(PAGE_BUDGET):
        browser.get(page_url(row))
