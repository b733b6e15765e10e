from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.enums import Role
from portal.accounts.models import ApiKey
from portal.drafts.models import Draft
from portal.history.actions import note_change, note_refusal
from portal.history.enums import Source
from portal.history.models import AuditEntry
from portal.notices.models import Delivery, Follow, Subscription
from portal.outbox.models import Inquiry, Operation
from portal.outbox.storing import finish_refused
from tendlc.enums import CampaignState
from tendlc.models import Brand, Campaign
from tests.builders import make_membership
from tests.people import People, answers, browser_of
from tests.tendlc.builders import (
    make_brand,
    make_campaign,
    make_carrier,
    make_draft,
    make_number_link,
    make_qualification,
)
from tests.tendlc.campaign_values import ALL, OTHER, SAMPLE, STEPS, TERMS

FRAGMENT = {"HX-Request": "true"}
ORDER = ("use_case", "about", "flags", "consent", "messages", "review")


@pytest.fixture
def brand(people: People) -> Brand:
    brand = make_brand(people.account, client=people.client)
    ApiKey.objects.filter(pk=brand.api_key_id).update(reseller_id="R123456")
    make_qualification(brand, raw=TERMS, annual_fee=120)
    return Brand.objects.get(pk=brand.pk)


def new_url(brand: Brand) -> str:
    return reverse("tendlc:campaign_new", args=[brand.account_id, brand.pk])


def page_url(row: Campaign) -> str:
    return reverse("tendlc:campaign", args=[row.account_id, row.pk])


def again_url(row: Campaign) -> str:
    return reverse("tendlc:campaign_again", args=[row.account_id, row.pk])


class Walker:
    """Somebody without JavaScript: posts one form after the other, as the pages hand them out."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url

    @property
    def draft(self) -> Draft:
        return Draft.objects.latest("pk")

    def shown(self, step: str) -> str:
        """The page of a step, from the draft."""
        return self.browser.get(self.url, {"draft": str(self.draft.pk), "step": step}).content.decode()

    def post(self, step: str, values: dict[str, Any], action: str = "next") -> Any:
        draft = Draft.objects.filter(kind="tendlc.campaign").order_by("-pk").first()
        carried = {"draft": draft.pk, "version": draft.version} if draft else {}
        return self.browser.post(self.url, {"step": step, "action": action, **carried, **values})

    def walk(self, steps: dict[str, dict[str, Any]] = STEPS) -> None:
        for step, values in steps.items():
            response = self.post(step, values)
            assert response.status_code == 302, response.content.decode()
            assert f"step={ORDER[ORDER.index(step) + 1]}" in response["Location"]

    def submit(self, **values: Any) -> Any:
        return self.post("review", {"notify": "at_once", **values}, "submit")


@pytest.fixture
def walker(people: People, brand: Brand) -> Walker:
    return Walker(browser_of(people.member), new_url(brand))


def refused(walker: Walker, fields: list[dict[str, Any]]) -> Campaign:
    walker.walk()
    walker.submit()
    problem = {
        "code": "invalid_parameters",
        "text_id": "Vonage did not accept some of the fields. Correct them and submit again.",
        "detail": "There were some errors submitting your campaign",
        "instance": "797a8f199c",
        "fields": fields,
    }
    operation = Operation.objects.get()
    Operation.objects.filter(pk=operation.pk).update(state="sending")
    finish_refused(Operation.objects.get(), problem)
    return Campaign.objects.get()


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


# --- The wizard ----------------------------------------------------------------------------------


def test_wizard_walks_to_one_operation_with_the_exact_payload(
    people: People, brand: Brand, walker: Walker
) -> None:
    walker.walk()
    assert not Operation.objects.exists()
    response = walker.submit()
    campaign = Campaign.objects.get()
    assert response["Location"] == page_url(campaign)
    operation = Operation.objects.get()
    flow = (
        "Customers opt in on a web form: on the checkout page. See https://bakery.example/sms\n"
        "The program is run by Vonage Bakery.\n"
        "Subscribers receive answers and order updates.\n"
        "Message frequency: up to 4 messages a month.\n"
        "Customers are told when they sign up: Message and data rates may apply. Reply HELP for help. "
        "Reply STOP to opt out at any time.\n"
        "Privacy policy: https://bakery.example/privacy\n"
        "Terms and conditions: https://bakery.example/terms"
    )
    assert operation.payload == {
        "account_id": brand.api_key.key,
        "usecase": "CUSTOMER_CARE",
        "vertical": "RETAIL",
        "description": STEPS["about"]["description"],
        "sub_usecases": ["ACCOUNT_NOTIFICATION"],
        "embedded_link": True,
        "embedded_phone": False,
        "number_pool": False,
        "age_gated": False,
        "direct_lending": False,
        "subscriber_opt_in": True,
        "subscriber_opt_out": True,
        "subscriber_help": True,
        "affiliate_marketing": False,
        "message_flow": flow,
        "help_message": STEPS["consent"]["help_message"],
        "sample_one": SAMPLE,
        "sample_two": OTHER,
        "label": f"Opening hours #{operation.code}",
        "auto_renewal": True,
        "reseller_id": "R123456",
    }
    assert operation.fee_minor == 3000
    assert campaign.wished["flow"]["flow_methods"] == ["web_form"]
    assert Follow.objects.get(object_type="tendlc.campaign").user == people.member
    assert Subscription.objects.get(user=people.member).mail == "at_once"
    assert walker.draft.result_id == campaign.pk


def test_every_step_shows_its_form_and_the_way(people: People, walker: Walker) -> None:
    walker.walk()
    for step in ORDER:
        page = walker.shown(step)
        assert f'name="step" value="{step}"' in page
        assert page.count('class="stage stage-') == 6
        assert ('value="back"' in page) is (step != "use_case")


def test_review_shows_fee_source_and_what_cannot_be_changed(walker: Walker) -> None:
    walker.walk()
    page = walker.shown("review")
    assert "about 30 USD" in page
    assert "Source: the use case check" in page
    assert "cannot be changed later" in page
    assert "days to weeks" in page
    assert "R123456" in page


def test_review_shows_an_unknown_fee_as_unknown(people: People, walker: Walker) -> None:
    walker.walk({**STEPS, "use_case": {"use_case": "2FA"}})
    page = walker.shown("review")
    assert "unknown: no check" in page
    assert "Nobody has asked Vonage about this use case yet" in page


def test_review_asks_about_mails_and_presets_nothing(walker: Walker) -> None:
    walker.walk()
    assert not re.search(r'name="notify"[^>]*checked', walker.shown("review"))
    assert "Choose whether you want e-mails" in walker.submit(notify="").content.decode()
    assert not Operation.objects.exists()


def test_double_click_submits_once(walker: Walker) -> None:
    walker.walk()
    draft = walker.draft
    first = walker.submit()
    body = {
        "step": "review",
        "action": "submit",
        "draft": draft.pk,
        "version": draft.version,
        "notify": "at_once",
    }
    second = walker.browser.post(walker.url, body)
    assert second["Location"] == first["Location"]
    assert Operation.objects.count() == Campaign.objects.count() == 1


def test_a_race_between_two_tabs_makes_one_campaign(people: People, brand: Brand, walker: Walker) -> None:
    walker.walk()
    walker.submit()
    # The other tab read the draft before the first submission was stored.
    Draft.objects.update(finished_at=None, result_id=None)
    response = walker.submit()
    assert response["Location"] == page_url(Campaign.objects.get())
    assert Operation.objects.count() == 1


@pytest.mark.parametrize("action", ["back", "save", "next"])
def test_what_was_typed_is_kept_even_when_it_is_wrong(walker: Walker, action: str) -> None:
    walker.post("use_case", STEPS["use_case"])
    response = walker.post("about", {"vertical": "BAKING", "description": "Half a sent"}, action)
    assert walker.draft.values["description"] == "Half a sent"
    if action == "next":
        page = response.content.decode()
        assert "Half a sent" in page
        assert "div_id_vertical" in page or "id_vertical" in page
        assert "Please look at these answers:" in page
    else:
        assert f"step={'use_case' if action == 'back' else 'about'}" in response["Location"]
        shown = walker.shown("about")
        assert "Half a sent" in shown


def test_one_step_never_loses_what_another_kept(walker: Walker) -> None:
    walker.walk()
    walker.post(
        "about", {**STEPS["about"], "description": "Another text of more than forty characters, see."}, "back"
    )
    values = walker.draft.values
    assert values["sample_one"] == SAMPLE
    assert values["flow_methods"] == ["web_form"]
    assert values["description"].startswith("Another text")


def test_pages_carry_the_other_steps_for_saving_while_typing(walker: Walker) -> None:
    walker.walk()
    page = walker.shown("about")
    assert '<input type="hidden" name="label" value="Opening hours">' in page
    assert '<input type="hidden" name="description"' not in page
    assert f'name="version" id="draft-version" value="{walker.draft.version}"' in page


def test_a_draft_saved_while_typing_is_continued(people: People, brand: Brand, walker: Walker) -> None:
    walker.walk({"use_case": STEPS["use_case"]})
    body = {
        "draft_kind": "tendlc.campaign",
        "draft_parent": brand.pk,
        "draft": walker.draft.pk,
        "version": walker.draft.version,
        "client": brand.client_id,
        "api_key": brand.api_key_id,
        "step": "about",
        "use_case": "CUSTOMER_CARE",
        "description": "Typed so far",
        "sub_use_cases": "2FA",
    }
    walker.browser.post(reverse("drafts:save", args=[people.account.pk]), body, headers=FRAGMENT)
    page = walker.shown("about")
    assert "Typed so far" in page
    assert page.count("checked") == 1


def test_a_newer_version_of_the_draft_is_shown_beside_ours(walker: Walker) -> None:
    walker.walk({"use_case": STEPS["use_case"]})
    stale = {"draft": walker.draft.pk, "version": walker.draft.version}
    walker.post("about", {**STEPS["about"], "description": "Theirs"}, "save")
    response = walker.browser.post(
        walker.url, {**STEPS["about"], **stale, "step": "about", "description": "Ours"}
    )
    page = response.content.decode()
    assert "There is a newer version" in page
    assert "Theirs" in page
    assert "Ours" in page
    assert walker.draft.values["description"] == "Theirs"


def test_saving_while_typing_that_overtakes_the_click_is_no_conflict(people: People, walker: Walker) -> None:
    walker.walk({"use_case": STEPS["use_case"]})
    form = {"draft": walker.draft.pk, "version": walker.draft.version, **STEPS["about"], "step": "about"}
    envelope = {"draft_kind": "tendlc.campaign", "use_case": "CUSTOMER_CARE"}
    walker.browser.post(
        reverse("drafts:save", args=[people.account.pk]), {**form, **envelope}, headers=FRAGMENT
    )
    assert walker.draft.version > form["version"]
    response = walker.browser.post(walker.url, {**form, "action": "next"})
    assert "step=flags" in response["Location"]


def test_nobody_submits_a_version_they_have_not_seen(walker: Walker) -> None:
    walker.walk()
    stale = {"draft": walker.draft.pk, "version": walker.draft.version}
    walker.post("messages", {**STEPS["messages"], "label": "Changed"}, "save")
    response = walker.browser.post(walker.url, {**stale, "step": "review", "action": "submit"})
    assert "There is a newer version" in response.content.decode()
    assert not Operation.objects.exists()


def test_cautions_stop_until_each_is_ticked(walker: Walker) -> None:
    walker.walk(
        {**STEPS, "messages": {**STEPS["messages"], "sample_one": "Hello", "sample_two": "https://bit.ly/x"}}
    )
    page = walker.submit().content.decode()
    assert "Tick that you have read this" in page
    assert not Operation.objects.exists()
    ticks = {
        *("brand_missing", "opt_out_missing", "shortener_sample_two"),
        *("sample_short_sample_one", "sample_short_sample_two"),
    }
    assert set(re.findall(r'name="confirm_(\w+)"', page)) == ticks
    response = walker.submit(**{f"confirm_{name}": "on" for name in ticks})
    assert response["Location"] == page_url(Campaign.objects.get())


def test_unfinished_steps_are_named_and_nothing_is_sent(walker: Walker) -> None:
    walker.walk({"use_case": STEPS["use_case"]})
    page = walker.submit().content.decode()
    assert "Some answers are still missing" in page
    assert "step=flags" in page
    assert not Operation.objects.exists()


def test_check_in_the_wizard_asks_vonage_and_shows_the_answer(brand: Brand, walker: Walker) -> None:
    response = walker.post("use_case", {"use_case": "2FA"}, "check")
    assert Inquiry.objects.get().question == {"use_case": "2FA"}
    page = walker.browser.get(response["Location"]).content.decode()
    assert "every 2s" in page
    assert reverse("tendlc:use_case", args=[brand.account_id, brand.pk, "2FA"]) in page


def test_denied_use_case_warns_and_lets_one_go_on(brand: Brand, walker: Walker) -> None:
    make_qualification(brand, "MARKETING", qualified=False)
    response = walker.post("use_case", {"use_case": "MARKETING"})
    assert "step=about" in response["Location"]
    assert "may not run this use case yet" in walker.browser.get(response["Location"]).content.decode()


def test_use_case_in_the_address_is_preselected(walker: Walker) -> None:
    page = walker.browser.get(walker.url, {"use_case": "2FA"}).content.decode()
    assert '<option value="2FA" selected>' in page
    assert not Draft.objects.exists()


def test_edited_message_flow_is_kept_and_its_age_is_said(walker: Walker) -> None:
    walker.walk()
    made = walker.draft.values["message_flow"]
    kept = {
        **STEPS["consent"],
        "message_flow_made": made,
        "message_flow": "Written by hand, long enough to pass.",
    }
    walker.post("consent", {**kept, "flow_frequency": "daily"}, "save")
    page = walker.shown("consent")
    assert "Written by hand" in page
    assert 'id="flow-behind"' in page
    walker.post("consent", {**kept, "flow_frequency": "daily"}, "write")
    assert "daily" in walker.draft.values["message_flow"]


def test_editor_hands_over_and_an_approver_submits(people: People, brand: Brand) -> None:
    editor = make_membership(account=people.account, role=Role.EDITOR).user
    walker = Walker(browser_of(editor), new_url(brand))
    walker.walk()
    page = walker.shown("review")
    assert "Hand over to an approver" in page
    assert 'value="submit"' not in page
    assert walker.submit().status_code == 403
    assert not Operation.objects.exists()
    assert walker.post("review", {}, "hand_over").status_code == 302
    assert AuditEntry.objects.filter(action="draft.handed_over").count() == 1
    told = Delivery.objects.filter(notice__kind="drafts.handed_over").values_list("user", "notice__path")
    assert set(told) == {(people.member.pk, f"{new_url(brand)}?draft={walker.draft.pk}&step=review")}
    listed = (
        browser_of(people.member).get(reverse("tendlc:campaigns", args=[people.account.pk])).content.decode()
    )
    assert "Waits for an approver" in listed
    assert Walker(browser_of(people.member), new_url(brand)).submit().status_code == 302
    assert Operation.objects.count() == 1


def test_brand_unknown_at_vonage_can_be_prepared_and_says_why_it_waits(people: People) -> None:
    brand = make_brand(people.account, client=people.client, remote_id="", state="submitting")
    make_qualification(brand, raw=TERMS)
    walker = Walker(browser_of(people.member), new_url(brand))
    walker.walk()
    page = walker.submit().content.decode()
    assert "Vonage does not know the brand yet" in page
    assert walker.draft.finished_at is None
    assert not Operation.objects.exists()


@pytest.mark.parametrize("state", ["pending", "unverified", "unknown"])
def test_no_state_of_the_brand_stops_a_submission(
    people: People, brand: Brand, walker: Walker, state: str
) -> None:
    Brand.objects.update(state=state, remote_status="SOMETHING_NEW")
    walker.walk()
    walker.submit()
    assert Operation.objects.count() == 1


def test_thrown_away_draft_says_so(walker: Walker) -> None:
    walker.walk({"use_case": STEPS["use_case"]})
    Draft.objects.update(finished_at=timezone.now())
    response = walker.browser.get(walker.url, {"draft": walker.draft.pk}, follow=True)
    assert "thrown away" in response.content.decode()


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


# --- The page ------------------------------------------------------------------------------------


def page_of(people: People, row: Campaign, **headers: str) -> str:
    return browser_of(people.member).get(page_url(row), headers=headers).content.decode()


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
# following, account switcher, changes of carriers, deadlines, what was told
PAGE_BUDGET = 17


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
