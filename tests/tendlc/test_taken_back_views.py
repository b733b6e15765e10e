"""A submission that somebody took back here is not a refusal of Vonage's, on no page and in no form."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.outbox import actions
from portal.outbox.models import Operation
from tendlc.models import Brand, Campaign, NumberLink
from tests.outbox.conftest import Desk, desk, operation_of, run
from tests.people import People, browser_of
from tests.tendlc.builders import BRAND_VALUES, make_brand, make_campaign, make_number_link

pytestmark = pytest.mark.django_db
__all__ = ["desk"]
REFUSED = "Vonage refused"
# The flags that the wizard always asks for and a short campaign leaves out.
FLAGS: dict[str, Any] = dict.fromkeys(
    (
        "embedded_link",
        "embedded_phone",
        "number_pool",
        "age_gated",
        "direct_lending",
        "affiliate_marketing",
        "auto_renewal",
    ),
    False,
)
DOUBT = "It may be registered and paid for already"


def shown(people: People, path: str, **query: Any) -> str:
    """What a person reads: the page with its white space evened out."""
    return " ".join(browser_of(people.member).get(path, query).content.decode().split())


def page(people: People, name: str, *args: int) -> str:
    return shown(people, reverse(f"tendlc:{name}", args=[people.account.pk, *args]))


def take_back(desk: Desk, row: Brand | Campaign | NumberLink) -> Operation:
    operation = operation_of(row)
    actions.cancel(desk.scope, operation, actor=desk.scope.user)
    return operation


@pytest.fixture
def unsent(desk: Desk) -> Brand:
    brand = desk.brand()
    take_back(desk, brand)
    return brand


@pytest.fixture
def doubtful(desk: Desk) -> Brand:
    """Sent twice without an answer, then taken back out of review."""
    desk.fault("create_brand", "close", when="before", count=2)
    brand = desk.brand()
    run()
    take_back(desk, brand)
    return brand


@pytest.mark.parametrize("name", ["brand", "brand_again"])
def test_brand_taken_back_unsent_says_that_vonage_did_nothing(
    people: People, unsent: Brand, name: str
) -> None:
    text = page(people, name, unsent.pk)

    assert "Vonage did nothing." in text
    assert REFUSED not in text
    assert DOUBT not in text


@pytest.mark.parametrize("name", ["brand", "brand_again"])
def test_brand_taken_back_in_doubt_warns_that_it_may_be_paid_for(
    people: People, doubtful: Brand, name: str
) -> None:
    text = page(people, name, doubtful.pk)

    assert "What may have been done at Vonage stays done there." in text
    assert DOUBT in text
    assert REFUSED not in text
    assert operation_of(doubtful).code in text


def test_brand_taken_back_is_called_so_in_the_list_and_at_home(people: People, unsent: Brand) -> None:
    home = shown(people, reverse("desk:home", args=[people.account.pk]))

    assert "taken back</span>" in page(people, "brands")
    assert "taken back</span>" in home
    assert "Submit it again if it is wanted after all." in home


def again(people: People, brand: Brand, **data: str) -> Any:
    """Post the form of a brand as it was typed."""
    owner = {"client": str(brand.client_id), "api_key": str(brand.api_key_id)}
    typed = {**BRAND_VALUES, **owner, "notify": "none"}
    path = reverse("tendlc:brand_again", args=[people.account.pk, brand.pk])
    return browser_of(people.member).post(path, {**typed, **data})


def test_brand_in_doubt_is_submitted_again_only_with_a_tick(people: People, doubtful: Brand) -> None:
    review = again(people, doubtful, action="review")
    draft = review.context["draft"]
    carried = {"draft": str(draft.pk), "version": str(draft.version)}
    warned = set(review.context["cautions_seen"].split())
    assert "taken_back" in warned
    assert "registered and paid for already" in review.content.decode()

    rest = " ".join(warned - {"taken_back"})
    assert (
        "Nothing was submitted."
        in again(people, doubtful, action="submit", confirmed=rest, **carried).content.decode()
    )
    assert Operation.objects.count() == 1
    again(people, doubtful, action="submit", confirmed=" ".join(warned), **carried)
    assert Operation.objects.count() == 2


def test_brand_taken_back_unsent_needs_no_such_tick(people: People, unsent: Brand) -> None:
    assert "taken_back" not in again(people, unsent, action="review").context["cautions_seen"]


def test_brand_is_submitted_again_with_the_key_it_was_begun_with(
    people: People, desk: Desk, unsent: Brand
) -> None:
    other = desk.api_key.__class__.objects.create(
        account=people.account, key="second01", secret="s", label="Second", host=desk.api_key.host
    )
    form = (
        browser_of(people.member)
        .get(reverse("tendlc:brand_again", args=[people.account.pk, unsent.pk]))
        .context["form"]
    )
    assert form.fields["api_key"].disabled
    assert form["api_key"].value() == unsent.api_key_id

    text = again(people, unsent, action="review", api_key=str(other.pk)).content.decode()

    assert f"This is paid for with {unsent.api_key}." in text
    browser_of(people.member).post(
        reverse("drafts:save", args=[people.account.pk]),
        {"draft_kind": "tendlc.brand", "draft_parent": str(unsent.pk), "display_name": "x"},
    )
    assert again(people, unsent, action="review").context["api_key"] == unsent.api_key


@pytest.fixture
def doubtful_campaign(desk: Desk) -> Campaign:
    brand = desk.registered_brand()
    desk.fault("create_campaign", "close", when="before", count=2)
    campaign = desk.campaign(brand, **FLAGS)
    run()
    take_back(desk, campaign)
    return campaign


@pytest.mark.parametrize("name", ["campaign", "campaign_again"])
def test_campaign_taken_back_in_doubt_warns(people: People, doubtful_campaign: Campaign, name: str) -> None:
    text = page(people, name, doubtful_campaign.pk)

    assert DOUBT in text
    assert REFUSED not in text


def test_campaign_in_doubt_asks_for_a_tick_before_it_is_sent_again(
    people: People, doubtful_campaign: Campaign
) -> None:
    path = reverse("tendlc:campaign_again", args=[people.account.pk, doubtful_campaign.pk])

    text = shown(people, path, step="review")

    assert 'name="confirm_taken_back"' in text
    assert "makes a second one with a second fee" in text
    assert "taken back</span>" in page(people, "campaigns")


def test_campaign_taken_back_unsent_asks_for_none(people: People, desk: Desk) -> None:
    campaign = desk.campaign(**FLAGS)
    take_back(desk, campaign)
    path = reverse("tendlc:campaign_again", args=[people.account.pk, campaign.pk])

    assert 'name="confirm_taken_back"' not in shown(people, path, step="review")
    assert "Vonage did nothing." in page(people, "campaign", campaign.pk)


# --- Numbers -------------------------------------------------------------------------------------


@pytest.fixture
def refused_number(desk: Desk) -> NumberLink:
    campaign = desk.registered_campaign()
    body = {
        "type": "https://developer.vonage.com/api-errors/10dlc#number-already-linked",
        "title": "Number already linked",
        "detail": "Belongs to C777",
        "instance": "i-1",
    }
    desk.fault("link_number", "status", when="before", code=409, body=body)
    link = desk.number(campaign)
    run()
    link.refresh_from_db()
    assert link.state == "refused"
    return link


def test_number_refused_shows_why_and_its_operation_where_the_mail_leads(
    people: People, refused_number: NumberLink
) -> None:
    operation = reverse("outbox:operation", args=[people.account.pk, operation_of(refused_number).pk])

    for text in (page(people, "campaign", refused_number.campaign_id), page(people, "numbers")):
        assert "<q>Belongs to C777</q>" in text
        assert operation in text
        assert "Unlink it there first." in text


def test_number_waiting_shows_why_and_when_it_is_tried(people: People, desk: Desk) -> None:
    campaign = desk.registered_campaign()
    desk.fault("link_number", "status", when="before", code=429, headers={"Retry-After": "300"})
    link = desk.number(campaign)
    run()
    assert operation_of(link).state == "ready"

    for text in (page(people, "campaign", link.campaign_id), page(people, "numbers")):
        assert "Vonage asked us to slow down." in text
        assert "Next try: <time" in text


def test_number_taken_back_is_not_called_refused(people: People, desk: Desk) -> None:
    link = desk.number()
    take_back(desk, link)

    for text in (page(people, "campaign", link.campaign_id), page(people, "numbers")):
        assert "taken back</span>" in text
        assert "Vonage refused" not in text


def test_number_linked_after_all_shows_its_old_refusal_no_more(
    people: People, desk: Desk, refused_number: NumberLink
) -> None:
    desk.number(refused_number.campaign)
    assert "Belongs to C777" not in page(people, "numbers")
    run()
    assert "Belongs to C777" not in page(people, "numbers")


def test_campaign_shows_the_numbers_that_are_held_up_first(people: People) -> None:
    campaign = make_campaign(make_brand(people.account))
    held = make_number_link(campaign, "12015550999", state="refused")
    for _number in range(21):
        make_number_link(campaign)

    assert str(held) in page(people, "campaign", campaign.pk)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "budget"), [("numbers", 9), ("campaign", 19)])
def test_numbers_that_are_held_up_cost_two_queries_for_all(
    people: People,
    desk: Desk,
    rows: int,
    name: str,
    budget: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    campaign = make_campaign(make_brand(people.account, api_key=desk.api_key))
    for number in range(rows):
        desk.number(campaign, f"1415555011{number}")
    args = [people.account.pk, campaign.pk] if name == "campaign" else [people.account.pk]
    browser, path = browser_of(people.member), reverse(f"tendlc:{name}", args=args)
    browser.get(path)

    # what tests of these pages count, the newest operations, the refusals
    with django_assert_num_queries(budget):
        browser.get(path)
