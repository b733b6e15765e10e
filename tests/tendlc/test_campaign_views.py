"""Campaigns: who sees them, the list, and a refused one submitted again."""

from __future__ import annotations

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.drafts.models import Draft
from portal.outbox.models import Inquiry, Operation
from tendlc.enums import CampaignState
from tendlc.forms.campaign import search
from tendlc.models import Brand, Campaign
from tests.people import People, answers, browser_of
from tests.tendlc.builders import (
    make_brand,
    make_campaign,
    make_draft,
)
from tests.tendlc.campaign_values import ALL, SAMPLE, STEPS
from tests.tendlc.campaign_walker import (
    Walker,
    again_url,
    brand,
    new_url,
    page_url,
    refused,
    walker,
)

__all__ = ["brand", "walker"]


# --- Who may see what ----------------------------------------------------------------------------


def test_list_shows_strangers_nothing(people: People, brand: Brand) -> None:
    make_campaign(brand, label="Opening hours")
    path = reverse("tendlc:campaigns", args=[people.account.pk])
    assert answers(people, path) == {
        "member": 200,
        "small": 200,
        "limited": 200,
        "stranger": 404,
        "nobody": 302,
    }
    assert "Opening hours" in browser_of(people.small).get(path).content.decode()
    assert "Opening hours" not in browser_of(people.limited).get(path).content.decode()


def test_campaign_page_is_for_those_who_may_see_its_client(people: People, brand: Brand) -> None:
    path = page_url(make_campaign(brand))
    assert answers(people, path) == {
        "member": 200,
        "small": 200,
        "limited": 404,
        "stranger": 404,
        "nobody": 302,
    }


def test_start_page_offers_only_brands_in_reach(people: People, brand: Brand) -> None:
    path = reverse("tendlc:campaign_start", args=[people.account.pk])
    assert answers(people, path) == {
        "member": 200,
        "small": 403,
        "limited": 200,
        "stranger": 404,
        "nobody": 302,
    }
    assert str(brand) in browser_of(people.member).get(path).content.decode()
    assert str(brand) not in browser_of(people.limited).get(path).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_wizard_is_for_those_who_prepare(people: People, brand: Brand, method: str) -> None:
    campaign = make_campaign(brand, state=CampaignState.REFUSED, wished=ALL)
    for path in (new_url(brand), again_url(campaign)):
        status = {
            name: getattr(browser_of(getattr(people, name)), method)(path).status_code
            for name in ("small", "limited", "stranger")
        }
        assert status == {"small": 403, "limited": 404, "stranger": 404}
    assert not Draft.objects.exists()


def test_sync_is_for_those_who_may_see_the_campaign(people: People, brand: Brand) -> None:
    path = reverse("tendlc:campaign_sync", args=[people.account.pk, make_campaign(brand).pk])
    status = {
        name: browser_of(getattr(people, name)).post(path).status_code
        for name in ("member", "small", "limited", "stranger")
    }
    assert status == {"member": 302, "small": 302, "limited": 404, "stranger": 404}
    assert browser_of(people.member).get(path).status_code == 405
    assert Inquiry.objects.count() == 1


def test_a_draft_of_another_brand_or_client_is_not_found(people: People, brand: Brand) -> None:
    other = make_brand(people.account, client=people.other_client)
    theirs = make_draft(people.account, "tendlc.campaign", client=people.other_client, parent_id=other.pk)
    assert browser_of(people.member).get(new_url(brand), {"draft": theirs.pk}).status_code == 404
    assert browser_of(people.member).get(new_url(other), {"draft": theirs.pk}).status_code == 200
    assert browser_of(people.member).get(new_url(brand), {"draft": "x"}).status_code == 404


# --- Again ---------------------------------------------------------------------------------------


def test_refused_campaign_comes_back_with_the_reasons_at_the_fields(people: People, walker: Walker) -> None:
    campaign = refused(walker, [{"code": 503, "field": "usecase", "description": "not a valid value"}])
    page = walker.browser.get(again_url(campaign)).content.decode()
    assert '<option value="CUSTOMER_CARE" selected>' in page
    assert page.count("not a valid value") == 2  # the top message and the field
    assert "Vonage did not accept some of the fields" in page
    assert "There were some errors submitting your campaign" in page
    assert "797a8f199c" in page


def test_refused_campaign_opens_at_the_first_refused_field(walker: Walker) -> None:
    campaign = refused(walker, [{"code": 503, "field": "sample_two", "description": "too vague"}])
    page = walker.browser.get(again_url(campaign)).content.decode()
    assert 'name="step" value="messages"' in page


def test_refused_campaign_is_submitted_again_as_the_same_one(walker: Walker) -> None:
    campaign = refused(walker, [{"code": 503, "field": "sample_two", "description": "too vague"}])
    again = Walker(walker.browser, again_url(campaign))
    changed = {**STEPS["messages"], "sample_two": f"{SAMPLE} Thank you."}
    response = walker.browser.post(again.url, {**changed, "step": "messages", "action": "next"})
    assert "step=review" in response["Location"]
    assert "too vague" not in again.shown("messages")
    assert again.submit()["Location"] == page_url(campaign)
    assert Campaign.objects.count() == 1
    codes = [operation.code for operation in Operation.objects.order_by("pk")]
    assert len(codes) == 2
    assert Operation.objects.get(code=codes[1]).payload["label"] == f"Opening hours #{codes[1]}"


def test_a_draft_of_a_refused_campaign_opens_from_the_list(walker: Walker, brand: Brand) -> None:
    campaign = refused(walker, [])
    walker.browser.post(again_url(campaign), {**STEPS["about"], "step": "about", "action": "save"})
    draft = Draft.objects.get(finished_at=None)
    response = walker.browser.get(new_url(brand), {"draft": draft.pk})
    assert response["Location"] == f"{again_url(campaign)}?draft={draft.pk}"


def test_campaign_that_was_not_refused_is_not_submitted_again(people: People, brand: Brand) -> None:
    campaign = make_campaign(brand)
    response = browser_of(people.member).get(again_url(campaign))
    assert response["Location"] == page_url(campaign)


# --- The list ------------------------------------------------------------------------------------

# session, user, membership, clients, brands, rows, count, drafts, account switcher
LIST_BUDGET = 9


@pytest.mark.parametrize("rows", [1, 3])
def test_list_has_a_query_budget(
    people: People, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        make_campaign(make_brand(people.account, client=people.client))
        make_draft(people.account, "tendlc.campaign", parent_id=1, saved_by=people.member)
    browser = browser_of(people.member)
    path = reverse("tendlc:campaigns", args=[people.account.pk])
    browser.get(path)
    with django_assert_num_queries(LIST_BUDGET):
        browser.get(path)


def test_list_filters_are_in_the_address_and_sorting_works(people: People, brand: Brand) -> None:
    for label in ("Beta", "Alpha"):
        make_campaign(brand, label=label)
    make_campaign(brand, label="Gamma", state="rejected", use_case="2FA")
    browser = browser_of(people.member)
    path = reverse("tendlc:campaigns", args=[people.account.pk])

    def listed(**wanted: str) -> list[str]:
        return [row.label for row in browser.get(path, wanted).context["page"].rows]

    assert listed() == ["Gamma", "Alpha", "Beta"]
    assert listed(sort="label") == ["Alpha", "Beta", "Gamma"]
    assert listed(state="rejected") == listed(use_case="2FA") == listed(q="gam") == ["Gamma"]
    assert listed(q="2FA", state="active") == []


def test_list_offers_brands_while_they_are_few_and_else_keeps_the_one_in_the_address(
    people: People, brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_campaign(brand, label="Alpha")
    make_campaign(make_brand(people.account, client=people.client, name="Zebra"), label="Beta")
    browser = browser_of(people.member)
    path = reverse("tendlc:campaigns", args=[people.account.pk])

    def offered(**wanted: str) -> list[str]:
        form = browser.get(path, wanted).context["form"]
        return [str(label) for _value, label in form.fields["brand"].choices]

    assert offered() == ["All brands", str(brand), "Zebra"]
    monkeypatch.setattr(search, "MOST_BRANDS", 1)
    assert offered() == offered(brand="x") == offered(brand="1" * 30) == ["All brands"]
    assert offered(brand=str(brand.pk)) == ["All brands", str(brand)]
    page = browser.get(path, {"brand": str(brand.pk)}).context["page"]
    assert [row.label for row in page.rows] == ["Alpha"]


def test_list_pages_by_keyset_and_keeps_the_filters(people: People, brand: Brand) -> None:
    for number in range(27):
        make_campaign(brand, label=f"Campaign {number:02}")
    browser = browser_of(people.member)
    path = reverse("tendlc:campaigns", args=[people.account.pk])
    first = browser.get(path, {"sort": "label"})
    token = first.context["page"].next
    assert f"?sort=label&amp;after={token}" in first.content.decode()
    second = browser.get(path, {"sort": "label", "after": token})
    assert [row.label for row in second.context["page"].rows] == ["Campaign 25", "Campaign 26"]


def test_empty_lists_say_what_to_do(people: People) -> None:
    path = reverse("tendlc:campaigns", args=[people.account.pk])
    assert "No campaign yet" in browser_of(people.member).get(path).content.decode()
    assert "No campaign matches" in browser_of(people.member).get(path, {"q": "x"}).content.decode()
    start = reverse("tendlc:campaign_start", args=[people.account.pk])
    assert "Register a brand" in browser_of(people.member).get(start).content.decode()
