"""Copies and templates: another brand's names and links, its own answer to the check, nothing sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.drafts.models import Draft
from portal.outbox.models import Inquiry, Operation
from tendlc.forms.campaign import Terms, campaign_findings, check, names_of
from tendlc.forms.campaign.patterns import STARTERS, as_pattern, filled
from tendlc.models import Brand, Campaign, CampaignTemplate
from tests.people import People, answers, browser_of
from tests.tendlc.builders import BRAND_VALUES, make_brand, make_campaign, make_qualification
from tests.tendlc.campaign_values import ALL

pytestmark = pytest.mark.django_db
FLOW = {name: value for name, value in ALL.items() if name.startswith("flow_")}
WISHED: dict[str, Any] = {
    **{name: value for name, value in ALL.items() if name not in FLOW},
    **{name: value == "true" for name, value in ALL.items() if value in ("true", "false")},
    "flow": FLOW,
}


@pytest.fixture
def brand(people: People) -> Brand:
    return make_brand(people.account, client=people.client)


@pytest.fixture
def campaign(brand: Brand) -> Campaign:
    return make_campaign(brand, wished=WISHED)


@pytest.fixture
def other(people: People) -> Brand:
    wished = {**BRAND_VALUES, "email": "ask@zebra.example"}
    return make_brand(
        people.account,
        client=people.other_client,
        name="Zebra Shoes",
        website="https://zebra.example",
        wished=wished,
    )


def address(name: str, *args: object, people: People) -> str:
    return reverse(f"tendlc:{name}", args=[people.account.pk, *args])


def test_a_copy_carries_everything_under_the_other_brand_s_names(
    people: People, campaign: Campaign, other: Brand
) -> None:
    answer = browser_of(people.member).post(
        address("campaign_copy", campaign.pk, people=people), {"brand": str(other.pk)}
    )
    draft = Draft.objects.get()
    assert answer["Location"].startswith(address("campaign_new", other.pk, people=people))
    assert (draft.parent_id, draft.client) == (other.pk, people.other_client)
    text = str(draft.values)
    assert "Vonage Bakery" not in text
    assert "bakery.example" not in text
    assert draft.values["sample_one"].startswith("Zebra Shoes: your order [number] is ready")
    assert draft.values["help_message"].endswith("write to ask@zebra.example.")
    assert "Zebra Shoes" in draft.values["message_flow"]
    checked = check(draft.values, brand=other, terms=Terms("CUSTOMER_CARE"))
    assert checked.unfinished == {}
    assert not Operation.objects.exists()


def test_a_copy_asks_for_the_other_brand_anew(people: People, campaign: Campaign, other: Brand) -> None:
    make_qualification(campaign.brand)
    path = address("campaign_copy", campaign.pk, people=people)
    browser_of(people.member).post(path, {"brand": str(other.pk)})
    inquiry = Inquiry.objects.get()
    assert (inquiry.object_id, inquiry.question) == (other.pk, {"use_case": "CUSTOMER_CARE"})
    make_qualification(other)
    Inquiry.objects.all().delete()
    browser_of(people.member).post(path, {"brand": str(other.pk)})
    assert not Inquiry.objects.exists()


def test_a_copy_is_offered_for_brands_in_reach_only(people: People, campaign: Campaign) -> None:
    path = address("campaign_copy", campaign.pk, people=people)
    elsewhere = make_brand(people.stranger_account, name="Elsewhere")
    page = browser_of(people.member).get(path).content.decode()
    assert str(campaign.brand) in page
    assert "Elsewhere" not in page
    for chosen in (str(elsewhere.pk), "x", ""):
        assert browser_of(people.member).post(path, {"brand": chosen}).status_code == 404
    assert not Draft.objects.exists()


def test_a_template_is_saved_with_placeholders_used_and_thrown_away(
    people: People, campaign: Campaign, other: Brand
) -> None:
    browser = browser_of(people.member)
    path = address("template_save", campaign.pk, people=people)
    assert "{brand}: your order" in browser.get(path).content.decode()
    browser.post(path, {"name": "Shops"})
    template = CampaignTemplate.objects.get()
    assert template.values["sample_one"].startswith("{brand}: your order [number] is ready, see {website}/o")
    assert "There is a template of this name" in browser.post(path, {"name": "Shops"}).content.decode()
    browser.post(address("template_use", template.pk, people=people), {"brand": str(other.pk)})
    assert Draft.objects.get().values["sample_one"].startswith("Zebra Shoes: your order")
    remove = address("template_remove", template.pk, people=people)
    assert "stay as they are" in browser.get(remove).content.decode()
    browser.post(remove)
    assert not CampaignTemplate.objects.exists()
    assert Draft.objects.count() == 1


def test_templates_are_seen_by_those_who_work_for_their_client(people: People, campaign: Campaign) -> None:
    row = CampaignTemplate.objects.create(
        account=people.account, client=people.client, name="Shops", made_by=people.member
    )
    for name, args in (("template_use", (row.pk,)), ("template_remove", (row.pk,))):
        assert answers(people, address(name, *args, people=people)) == {
            "member": 200,
            "small": 403,
            "limited": 404,
            "stranger": 404,
            "nobody": 302,
        }
    path = address("campaign_templates", people=people)
    assert "Shops" in browser_of(people.member).get(path).content.decode()
    assert "Shops" not in browser_of(people.limited).get(path).content.decode()


# session, user, membership, templates, unread notices
TEMPLATES_BUDGET = 5


def test_the_list_of_templates_has_a_query_budget(
    people: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        CampaignTemplate.objects.create(
            account=people.account, client=people.client, name=f"Shops {number}", made_by=people.member
        )
    browser = browser_of(people.member)
    with django_assert_num_queries(TEMPLATES_BUDGET):
        browser.get(address("campaign_templates", people=people), headers={"HX-Request": "true"})


@pytest.mark.parametrize("key", STARTERS)
def test_every_starter_fills_a_wizard_that_breaks_no_rule(people: People, other: Brand, key: str) -> None:
    browser = browser_of(people.member)
    browser.post(address("starter_use", key, people=people), {"brand": str(other.pk)})
    values = {**Draft.objects.get().values, "flow_privacy_url": "https://zebra.example/privacy"}
    values |= {"flow_terms_url": "https://zebra.example/terms", "label": "X"}
    assert "{" not in str({name: text for name, text in values.items() if isinstance(text, str)}.values())
    terms = Terms(str(values["use_case"]))
    checked = check(values, brand=other, terms=terms)
    assert checked.unfinished == {}
    found = {one.rule.id for one in campaign_findings(checked.values, terms, names_of(other))}
    assert found <= {"unchecked", "flow_gaps"}


def test_an_unknown_starter_is_not_found(people: People) -> None:
    assert browser_of(people.member).get(address("starter_use", "x", people=people)).status_code == 404


def test_what_nobody_can_fill_in_stays_to_be_seen(people: People) -> None:
    brand = make_brand(people.account, website="", wished={})
    assert filled({"a": "See {website} of {brand}"}, brand) == {"a": "See {website} of Vonage Bakery"}
    assert as_pattern({"a": "See https://x.example"}, brand) == {"a": "See https://x.example"}
