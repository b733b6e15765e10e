"""What comes after a first registration: a brand that was not verified, and leaving again what was registered."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.processes]
with_scripts = pytest.mark.parametrize("visitor", [True], indirect=True, ids=["scripts"])


@with_scripts
def test_brand_is_corrected_by_its_feedback_checked_again_and_deleted(visitor: Visitor) -> None:
    visitor.sign_in()
    brand = visitor.portal.rows("SELECT id FROM tendlc_brand WHERE state='unverified'")[0][0]
    visitor.go(f"/a/1/10dlc/brands/{brand}/")
    page, address = visitor.page, visitor.page.url
    expect(
        page.get_by_text("The tax number and the legal company name do not belong together.").first
    ).to_be_visible()
    page.get_by_role("link", name="Correct the brand").click()
    visitor.look()
    page.locator("#id_company_name").fill("Night Owl Stores LLC")
    page.get_by_role("button", name="See the difference").click()
    visitor.look()
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    page.locator("main button[name=action][value=send]").click()
    page.wait_for_url(address)
    visitor.wait_for("Night Owl Stores LLC", reload=True)

    page.get_by_role("link", name="Revet").click()
    visitor.look()
    page.get_by_role("button", name=re.compile("^Revet for about")).click()
    page.wait_for_url(address)
    visitor.wait_for("Verified", reload=True)
    visitor.look()

    page.get_by_role("link", name="Delete").click()
    page.get_by_label("Type the name to go on").fill("Night Owl")
    visitor.look()
    page.get_by_role("button", name="Delete the brand").click()
    visitor.wait_for("No longer at Vonage", reload=True)
    visitor.look()


@with_scripts
def test_number_is_unlinked_and_campaign_stopped(visitor: Visitor) -> None:
    visitor.sign_in()
    number, campaign = visitor.portal.rows(
        "SELECT n.id, n.campaign_id FROM tendlc_numberlink n JOIN tendlc_campaign c ON c.id = n.campaign_id "
        "WHERE n.state='linked' AND c.label='Account news'"
    )[0]
    visitor.go(f"/a/1/10dlc/numbers/{number}/")
    page = visitor.page
    page.get_by_role("link", name="Unlink", exact=True).click()
    visitor.look()
    page.get_by_role("button", name="Unlink the number").click()
    visitor.wait_for("Unlinked", reload=True)
    visitor.look()

    visitor.go(f"/a/1/10dlc/campaigns/{campaign}/", look=False)
    page.get_by_role("link", name="Stop", exact=True).click()
    page.get_by_label("to stop it").fill("Account news")
    visitor.look()
    page.get_by_role("button", name="Stop the campaign for good").click()
    visitor.wait_for("Stopped", reload=True)
    visitor.look()
