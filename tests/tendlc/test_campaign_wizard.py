"""The steps of a new campaign, from the first answer to one submission."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.accounts.enums import Role
from portal.drafts.models import Draft
from portal.history.models import AuditEntry
from portal.notices.models import Delivery, Follow, Subscription
from portal.outbox.models import Inquiry, Operation
from tendlc.models import Brand, Campaign
from tests.builders import make_membership
from tests.people import People, browser_of
from tests.tendlc.builders import (
    make_brand,
    make_qualification,
)
from tests.tendlc.campaign_values import OTHER, SAMPLE, STEPS, TERMS
from tests.tendlc.campaign_walker import (
    FRAGMENT,
    ORDER,
    Walker,
    brand,
    new_url,
    page_url,
    walker,
)

__all__ = ["brand", "walker"]


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


def test_brand_that_is_not_on_its_way_takes_no_campaign_and_the_draft_is_kept(people: People) -> None:
    brand = make_brand(people.account, client=people.client, remote_id="", state="submitting")
    make_qualification(brand, raw=TERMS)
    walker = Walker(browser_of(people.member), new_url(brand))
    walker.walk()
    page = walker.submit().content.decode()
    assert "neither registered nor on its way" in page
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
