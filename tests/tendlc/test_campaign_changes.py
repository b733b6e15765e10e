"""Editing, stopping and commenting a campaign in a browser without JavaScript."""

from __future__ import annotations

import re

import pytest

from portal.accounts.enums import Role
from portal.history.models import Refusal
from portal.outbox.calls import open_api
from portal.outbox.models import Operation
from portal.outbox.storing import finish_refused
from tendlc.enums import CampaignState
from tendlc.models import Brand, Campaign
from tendlc.rules import codes_in, fields_in
from tendlc.sync import refresh
from tests.builders import make_membership
from tests.outbox.conftest import Desk, desk, operation_of, run
from tests.people import People, browser_of
from tests.tendlc.builders import (
    make_brand,
    make_campaign,
    make_carrier,
    make_number_link,
    make_qualification,
)
from tests.tendlc.campaign_edits import FACTS, brand, campaign, carried, plain, typed, url
from tests.tendlc.campaign_values import OTHER, SAMPLE

pytestmark = pytest.mark.django_db
__all__ = ["brand", "campaign", "desk"]


@pytest.mark.parametrize(
    ("name", "method", "small"),
    [
        ("campaign_edit", "get", 403),
        ("campaign_stop", "get", 403),
        ("campaign_copy", "get", 403),
        ("template_save", "get", 403),
        ("campaign_comment", "post", 403),
        ("campaign_edit_check", "post", 403),
    ],
)
def test_changes_are_for_those_who_may(
    people: People, campaign: Campaign, name: str, method: str, small: int
) -> None:
    path = url(name, campaign)
    status = {
        who: getattr(browser_of(getattr(people, who)), method)(path).status_code
        for who in ("member", "small", "limited", "stranger")
    }
    assert status == {
        "member": 302 if name == "campaign_comment" else 200,
        "small": small,
        "limited": 404,
        "stranger": 404,
    }


# --- Edit ----------------------------------------------------------------------------------------


def test_edit_offers_exactly_the_ten_fields_as_they_are_registered(
    people: People, campaign: Campaign
) -> None:
    page = browser_of(people.member).get(url("campaign_edit", campaign))
    form = page.context["form"]
    assert len(form.fields) == 10
    assert form["label"].value() == "Opening hours"
    assert form["sample_one"].value() == SAMPLE
    assert form["auto_renewal"].value() == "true"


def test_edit_shows_what_differs_and_what_that_means_before_anything_is_sent(
    people: People, campaign: Campaign
) -> None:
    browser = browser_of(people.member)
    page = browser.get(url("campaign_edit", campaign))
    diff = browser.post(
        url("campaign_edit", campaign), typed(page, help_message="Vonage Bakery: a@b.example.")
    )
    text = plain(diff)
    assert "A change may start a new review" in text
    assert "This campaign is live" in text
    assert [row.name for row in diff.context["rows"]] == ["help_message"]
    assert not Operation.objects.exists()
    values = {**carried(diff.content.decode()), "action": "submit"}
    for _ in range(2):  # a double click
        answer = browser.post(url("campaign_edit", campaign), values)
        assert answer["Location"] == url("campaign", campaign)
    assert Operation.objects.get().payload == {"help_message": "Vonage Bakery: a@b.example."}
    shown = plain(browser.get(url("campaign", campaign)))
    assert "Edit a campaign" in shown
    assert "Edited by" in shown


def test_edit_without_a_difference_says_so(people: People, campaign: Campaign) -> None:
    browser = browser_of(people.member)
    page = browser.get(url("campaign_edit", campaign))
    assert "Nothing differs" in plain(browser.post(url("campaign_edit", campaign), typed(page)))


def test_a_field_cannot_be_emptied(people: People, campaign: Campaign) -> None:
    browser = browser_of(people.member)
    page = browser.get(url("campaign_edit", campaign))
    answer = browser.post(url("campaign_edit", campaign), typed(page, sample_two=""))
    assert "cannot be emptied" in plain(answer)
    assert answer.context["form"]["sample_one"].value() == SAMPLE


def test_warnings_of_what_changed_are_confirmed_and_others_are_not_asked(
    people: People, campaign: Campaign
) -> None:
    campaign.raw = {**FACTS, "description": "Too short."}
    campaign.save()
    browser = browser_of(people.member)
    page = browser.get(url("campaign_edit", campaign))
    diff = browser.post(
        url("campaign_edit", campaign), typed(page, sample_two="Vonage Bakery http://bakery.example STOP")
    )
    confirm = set(re.findall(r'name="confirm_(\w+)"', diff.content.decode()))
    assert confirm == {"insecure_link_sample_two"}
    values = {**carried(diff.content.decode()), "action": "submit"}
    assert "Tick that you have read this" in plain(browser.post(url("campaign_edit", campaign), values))
    assert not Operation.objects.exists()
    browser.post(url("campaign_edit", campaign), {**values, "confirm_insecure_link_sample_two": "on"})
    assert Operation.objects.count() == 1


def test_an_answer_to_the_check_blocks_an_edit_at_its_field(people: People, campaign: Campaign) -> None:
    banning = {"mno_metadata": [{"mno": "TMO", "network_id": "10035", "no_embedded_phone": True}]}
    make_qualification(campaign.brand, raw=banning)
    browser = browser_of(people.member)
    page = browser.get(url("campaign_edit", campaign))
    answer = browser.post(url("campaign_edit", campaign), typed(page, sample_two=f"{OTHER} 201-555-0123"))
    assert "which T-Mobile forbids" in str(answer.context["form"].errors["sample_two"])
    assert not Operation.objects.exists()


def test_editors_see_the_difference_and_cannot_send_it(people: People, campaign: Campaign) -> None:
    editor = browser_of(make_membership(account=people.account, role=Role.EDITOR).user)
    page = editor.get(url("campaign_edit", campaign))
    diff = editor.post(url("campaign_edit", campaign), typed(page, label="Other"))
    assert 'value="submit"' not in diff.content.decode()
    values = {**carried(diff.content.decode()), "action": "submit"}
    assert editor.post(url("campaign_edit", campaign), values).status_code == 403


def test_a_refused_edit_comes_back_as_it_was_typed(people: People, campaign: Campaign) -> None:
    browser = browser_of(people.member)
    page = browser.get(url("campaign_edit", campaign))
    diff = browser.post(url("campaign_edit", campaign), typed(page, label="Hours"))
    browser.post(url("campaign_edit", campaign), {**carried(diff.content.decode()), "action": "submit"})
    entry = {"field": "label", "description": "Field 'label' is too plain", "code": 503}
    finish_refused(Operation.objects.get(), {"code": "invalid_parameters", "fields": [entry]})
    page = browser.get(url("campaign_edit", campaign))
    assert page.context["form"]["label"].value() == "Hours"
    assert "too plain" in plain(page)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.ACTIVE


def test_a_campaign_unknown_at_vonage_is_neither_edited_nor_stopped(people: People, brand: Brand) -> None:
    row = make_campaign(brand, remote_id="", state=CampaignState.SUBMITTING)
    for name in ("campaign_edit", "campaign_stop"):
        assert browser_of(people.member).get(url(name, row))["Location"] == url("campaign", row)


# --- Stop ----------------------------------------------------------------------------------------


def test_stopping_says_what_it_means_and_needs_the_name(people: People, campaign: Campaign) -> None:
    make_number_link(campaign)
    make_number_link(campaign)
    browser = browser_of(people.member)
    page = plain(browser.get(url("campaign_stop", campaign)))
    assert "It cannot be started again" in page
    assert "2 numbers are linked" in page
    assert "end of the period that is paid for" in page
    wrong = browser.post(url("campaign_stop", campaign), {"typed": "Opening"})
    assert "This is not its name" in plain(wrong)
    assert not Operation.objects.exists()
    token = wrong.context["form_token"]
    for _ in range(2):
        browser.post(url("campaign_stop", campaign), {"typed": "opening  hours", "form_token": token})
    assert Operation.objects.get().kind == "tendlc.stop_campaign"
    assert "Stop asked for by" in plain(browser.get(url("campaign", campaign)))


# --- What reviewers wrote ------------------------------------------------------------------------


def test_a_comment_becomes_a_refusal_with_codes_fields_and_the_next_step(
    people: People, campaign: Campaign
) -> None:
    make_carrier(campaign, name="TMO", state="rejected")
    browser = browser_of(people.member)
    assert "What did the reviewers write?" in plain(browser.get(url("campaign", campaign)))
    browser.post(url("campaign_comment", campaign), {"text": "806: the call to action cannot be verified."})
    refusal = Refusal.objects.get()
    assert (refusal.said_by, refusal.code, refusal.resubmittable) == ("reviewer", "806", "yes")
    assert refusal.fields == [{"field": "message_flow"}]
    page = plain(browser.get(url("campaign", campaign)))
    assert "The opt-in could not be verified" in page
    assert "Edit the campaign" in page
    assert "What the reviewers wrote" in plain(browser.get(url("campaign_edit", campaign)))


def test_content_that_nobody_takes_leads_to_no_edit(people: People, campaign: Campaign) -> None:
    browser = browser_of(people.member)
    browser.post(url("campaign_comment", campaign), {"text": "Rejected, 703"})
    assert Refusal.objects.get().resubmittable == "no"
    assert "carriers do not take this at all" in plain(browser.get(url("campaign", campaign)))


def test_an_empty_comment_is_not_kept(people: People, campaign: Campaign) -> None:
    browser_of(people.member).post(url("campaign_comment", campaign), {"text": " "})
    assert not Refusal.objects.exists()


def test_active_campaigns_are_not_asked_for_a_comment(people: People, campaign: Campaign) -> None:
    make_carrier(campaign, state="approved")
    assert "What did the reviewers write?" not in plain(
        browser_of(people.member).get(url("campaign", campaign))
    )


@pytest.mark.parametrize(
    ("comment", "codes", "fields"),
    [
        ("Code 611.", ["611"], {"help_message"}),
        ("Pay 6110 dollars or 61.1", [], set()),
        ("Your opt-in is unclear", [], {"message_flow"}),
        ("HELP and samples", [], {"help_message", "sample_one", "sample_five"}),
        ("no idea", [], set()),
    ],
)
def test_comments_are_read_for_codes_and_fields(comment: str, codes: list[str], fields: set[str]) -> None:
    assert [one.code for one in codes_in(comment)] == codes
    assert fields <= set(fields_in(comment))
    assert bool(fields) == bool(fields_in(comment))


# --- The whole way, without JavaScript -----------------------------------------------------------


def absorbed(campaign: Campaign, desk: Desk) -> Campaign:
    """The campaign as Vonage has it now."""
    from_vonage = Campaign.objects.select_related("brand__api_key").get(pk=campaign.pk)
    refresh(from_vonage, open_api(desk.api_key))
    return Campaign.objects.get(pk=campaign.pk)


@pytest.mark.processes
def test_a_campaign_rejected_by_one_carrier_is_commented_edited_and_approved_then_copied_and_stopped(
    people: People, desk: Desk
) -> None:
    campaign = desk.registered_campaign()
    at_vonage = {"campaign_id": campaign.remote_id}
    desk.simulator.control("status", {**at_vonage, "status": "ACTIVE"})
    desk.simulator.control("status", {**at_vonage, "carrier": "TMO", "status": "REJECTED"})
    campaign = absorbed(campaign, desk)
    browser = browser_of(people.member)
    page = plain(browser.get(url("campaign", campaign)))
    assert "T-Mobile" in page
    assert "paste it below" in page

    browser.post(url("campaign_comment", campaign), {"text": "611 HELP does not name a way to reach you"})
    form = browser.get(url("campaign_edit", campaign))
    better = "Acme: for help write to help@acme.example. Reply STOP to opt out."
    diff = browser.post(url("campaign_edit", campaign), typed(form, help_message=better))
    browser.post(url("campaign_edit", campaign), {**carried(diff.content.decode()), "action": "submit"})
    run()
    operation = operation_of(campaign)
    assert (operation.state, operation.payload) == ("applied", {"help_message": better})
    assert set(Refusal.objects.values_list("answered_by", flat=True)) == {operation.code}
    late = browser.post(
        url("campaign_edit", campaign), {**carried(diff.content.decode()), "action": "submit"}
    )
    assert late["Location"] == url("campaign", campaign)  # a double click that came after the work was done

    desk.simulator.control("status", {**at_vonage, "carrier": "TMO", "status": "APPROVED"})
    campaign = absorbed(campaign, desk)
    page = plain(browser.get(url("campaign", campaign)))
    assert f"Answered by submission {operation.code}" in page
    story = page[page.index("T-Mobile") :]
    assert story.index("Approved") < story.index("Rejected")  # its own history, newest first

    other = make_brand(people.account, client=people.client, api_key=desk.api_key, name="Zebra")
    answer = browser.post(url("campaign_copy", campaign), {"brand": str(other.pk)})
    assert f"/brands/{other.pk}/campaigns/new/" in answer["Location"]

    browser.post(url("campaign_stop", campaign), {"typed": campaign.label})
    run()
    campaign = absorbed(campaign, desk)
    assert (campaign.state, campaign.remote_status) == (CampaignState.STOPPING, "PENDING_CANCELLATION")
    assert desk.effects("stop_campaign") == 1
