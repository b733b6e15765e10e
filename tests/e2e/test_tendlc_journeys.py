"""A brand that was refused, one that was not verified, and leaving again what was registered; both ways."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor
from tests.e2e.elsewhere import brand_from_elsewhere, remote_id, sent_for
from tests.e2e.test_journey import fill_brand, want_mails
from tests.portal_process import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.processes]


def submit_brand(visitor: Visitor) -> None:
    """From the filled form through the summary."""
    page = visitor.page
    page.get_by_role("button", name="Check and see the summary").click()
    expect(page.get_by_text("What it costs and what happens next")).to_be_visible()
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    want_mails(page)
    page.get_by_role("button", name=re.compile("^Submit for about")).click()
    page.wait_for_url(re.compile(r"/10dlc/brands/\d+/$"))


def test_brand_refused_by_field_errors_is_corrected_and_verified(visitor: Visitor) -> None:
    name, ein = visitor.either("Kiln", "Forge"), visitor.either("61-1234567", "62-1234567")
    visitor.sign_in()
    visitor.go("/a/1/10dlc/brands/new/", look=False)
    page = visitor.page
    fill_brand(visitor, f"Duplicate {name}", ein)
    submit_brand(visitor)
    address = page.url
    again = page.get_by_role("link", name="Correct and submit again")
    visitor.see(again)
    expect(page.get_by_text("Nothing was registered.").first).to_be_visible()
    visitor.look()

    again.click()
    visitor.look()
    wrong = page.locator("#id_company_name")
    expect(wrong).to_have_value(f"Duplicate {name} Inc")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    about = wrong.get_attribute("aria-describedby") or ""
    said = " ".join(page.locator(f"#{each}").inner_text() for each in about.split())
    assert "not unique" in said, said
    expect(page.locator("#id_street")).to_have_value("23 Main Street")
    wrong.fill(f"{name} Works Inc")
    submit_brand(visitor)
    assert page.url == address
    visitor.see("Verified")
    visitor.look()
    sent = [row["body"]["company_name"] for row in visitor.portal.effects("create_brand")]
    assert sent.count(f"{name} Works Inc") == 1
    assert f"Duplicate {name} Inc" not in sent


def test_brand_is_corrected_by_its_feedback_checked_again_and_deleted(visitor: Visitor) -> None:
    name, ein = visitor.either("Night Heron", "Day Heron"), visitor.either("63-1234567", "64-1234567")
    visitor.sign_in()
    brand = brand_from_elsewhere(visitor, name, ein, state="unverified", company=f"Unverified {name} Inc")
    visitor.go(f"/a/1/10dlc/brands/{brand}/")
    page, address = visitor.page, visitor.page.url
    # Read after the brand itself; a page on which nothing moves does not ask for itself.
    feedback = "The tax number and the legal company name do not belong together."
    visitor.until_shown(page.get_by_text(feedback), reload=True, seconds=40)
    page.get_by_role("link", name="Correct the brand").click()
    visitor.look()
    page.locator("#id_company_name").fill(f"{name} Stores LLC")
    page.get_by_role("button", name="See the difference").click()
    visitor.look()
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    page.locator("main button[name=action][value=send]").click()
    page.wait_for_url(address)
    visitor.see(f"{name} Stores LLC")

    revet = page.get_by_role("link", name="Revet")
    visitor.see(revet)
    revet.click()
    visitor.look()
    page.get_by_role("button", name=re.compile("^Revet for about")).click()
    page.wait_for_url(address)
    visitor.see("Verified")
    visitor.look()
    assert len(sent_for(visitor.portal, "revet_brand", remote_id(visitor.portal, brand))) == 1

    page.get_by_role("link", name="Delete").click()
    page.get_by_label("Type the name to go on").fill(name)
    visitor.look()
    page.get_by_role("button", name="Delete the brand").click()
    visitor.see("No longer at Vonage")
    visitor.look()


def test_number_is_looked_up_and_unlinked_and_its_campaign_stopped(visitor: Visitor) -> None:
    name, ein = visitor.either("Lighthouse", "Lightship"), visitor.either("65-1234567", "66-1234567")
    digits = visitor.either("14155553001", "14155553002")
    visitor.sign_in()
    label = f"{name} news"
    campaign = {"fields": {"usecase": "LOW_VOLUME", "label": label}, "status": "ACTIVE", "numbers": [digits]}
    brand_from_elsewhere(visitor, name, ein, campaigns=[campaign])
    found = "SELECT campaign_id FROM tendlc_numberlink WHERE number=? AND state='linked'"
    assert eventually(lambda: visitor.portal.rows(found, digits), seconds=60)
    page = visitor.page
    visitor.go(f"/a/1/10dlc/numbers/?q={digits[-7:-4]}-{digits[-4:]}")
    page.get_by_role("link", name=re.compile(digits[-4:])).first.click()
    visitor.look()
    visitor.portal.control("status", {"number": digits, "status": "PORTING_OUT"})
    page.get_by_role("button", name="Sync now").click()
    visitor.see("PORTING_OUT")
    visitor.look()
    page.get_by_role("link", name="Unlink", exact=True).click()
    visitor.look()
    page.get_by_role("button", name="Unlink the number").click()
    visitor.see("Unlinked")
    visitor.look()

    visitor.go(f"/a/1/10dlc/campaigns/{visitor.portal.rows(LINKED_TO, digits)[0][0]}/", look=False)
    page.get_by_role("link", name="Stop", exact=True).click()
    page.get_by_label("to stop it").fill(label)
    visitor.look()
    page.get_by_role("button", name="Stop the campaign for good").click()
    visitor.see("Stopped")
    visitor.look()


LINKED_TO = "SELECT campaign_id FROM tendlc_numberlink WHERE number=?"
