"""What is said of a campaign's fields while they are typed, and without JavaScript when they are sent."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from portal.drafts.models import Draft
from portal.history.models import AuditEntry
from portal.outbox.models import Operation
from tendlc.forms.campaign import as_data
from tendlc.models import Brand, Campaign
from tests.people import People, browser_of
from tests.tendlc.builders import (
    make_draft,
)
from tests.tendlc.campaign_edits import FRAGMENT, brand, campaign, plain, url
from tests.tendlc.campaign_values import ALL, OTHER, SAMPLE

__all__ = ["brand", "campaign"]
pytestmark = pytest.mark.django_db


# --- Said while typing ---------------------------------------------------------------------------


def said(response: Any) -> dict[str, str]:
    """What stands at each field."""
    parts = response.content.decode().split('<div id="said-')[1:]
    return {part.partition('"')[0]: " ".join(re.sub("<[^>]+>", " ", part).split()) for part in parts}


def test_the_wizard_says_at_the_field_what_is_wrong_while_typing(people: People, brand: Brand) -> None:
    path = reverse("tendlc:campaign_check", args=[people.account.pk, brand.pk])
    values = {**ALL, "step": "messages", "sample_two": "", "sample_one": f"{SAMPLE} bit.ly/x 201-555-0123"}
    answer = browser_of(people.member).post(path, as_data(values), headers=FRAGMENT)
    found = said(answer)
    assert "bit.ly" in found["sample_one"]
    assert "you said that messages contain none" in found["sample_one"]
    assert "Must be changed: The carriers ask for at least 2" in found["sample_two"]
    assert "message_flow" not in found  # another step's
    assert answer.content.decode().count('hx-swap-oob="true"') == 6
    assert not Operation.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_answers_about_signing_up_are_read_as_the_text_they_will_write(
    people: People, brand: Brand
) -> None:
    path = reverse("tendlc:campaign_check", args=[people.account.pk, brand.pk])
    values = {**ALL, "step": "consent", "flow_privacy_url": ""}
    found = said(browser_of(people.member).post(path, as_data(values), headers=FRAGMENT))
    assert "leaves out: the privacy policy" in found["message_flow"]


def test_without_javascript_a_step_says_it_when_it_is_sent(people: People, brand: Brand) -> None:
    """A block stops at its field; a warning stands there when the step is opened again, and lets one go on."""
    browser = browser_of(people.member)
    path = reverse("tendlc:campaign_new", args=[people.account.pk, brand.pk])
    values = {**ALL, "step": "messages", "sample_two": ""}
    browser.post(path, as_data({**values, "step": "use_case", "action": "next"}))
    draft = Draft.objects.get()

    def send(**changes: str) -> Any:
        draft.refresh_from_db()
        carried = {"draft": draft.pk, "version": draft.version, "action": "next"}
        return browser.post(path, as_data({**values, **changes, **carried}))

    stopped = send()
    assert "The carriers ask for at least 2" in str(stopped.context["form"].errors["sample_two"])
    assert 'aria-describedby="said-sample_two"' in stopped.content.decode()
    gone_on = send(sample_two=f"{OTHER} http://bakery.example")
    assert gone_on.status_code == 302
    opened = browser.get(f"{path}?draft={draft.pk}&step=messages")
    assert "A link begins with http" in said(opened)["sample_two"]


def test_a_block_is_named_on_the_review_page_and_nothing_is_sent(people: People, brand: Brand) -> None:
    draft = make_draft(
        people.account, "tendlc.campaign", parent_id=brand.pk, values={**ALL, "sample_two": ""}
    )
    path = reverse("tendlc:campaign_new", args=[people.account.pk, brand.pk])
    browser = browser_of(people.member)
    page = plain(browser.get(f"{path}?draft={draft.pk}&step=review"))
    assert "This has to be changed before it can be sent" in page
    assert "step=messages" in page
    body = {
        "draft": draft.pk,
        "version": draft.version,
        "step": "review",
        "action": "submit",
        "notify": "none",
    }
    assert browser.post(path, body).status_code == 200
    assert not Operation.objects.exists()


def test_the_edit_form_says_it_too(people: People, campaign: Campaign) -> None:
    body = {"sample_one": "Vonage Bakery: your {{name}} is ready. STOP", "help_message": "x"}
    found = said(browser_of(people.member).post(url("campaign_edit_check", campaign), body, headers=FRAGMENT))
    assert "[brackets]" in found["sample_one"]
    assert "shorter than 20" in found["help_message"]
