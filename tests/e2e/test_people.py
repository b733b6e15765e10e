"""What happens to people beside the straight way: a small role, a second tab, a step back, a phone at night."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitor
from tests.e2e.test_journey import fill_brand
from tests.portal_process import ROOT, PortalProcess

pytestmark = [pytest.mark.e2e, pytest.mark.processes]
with_scripts = pytest.mark.parametrize("visitor", [True], indirect=True, ids=["scripts"])


def add_member(portal: PortalProcess, email: str, role: str) -> None:
    command = [sys.executable, "-m", "tests.e2e.member", email, role]
    subprocess.run(command, cwd=ROOT, env=portal.whole_environment, check=True, timeout=60)


def brand_of(portal: PortalProcess) -> int:
    """The vetted brand of the demo."""
    brand: int = portal.rows("SELECT MIN(id) FROM tendlc_brand WHERE state='vetted'")[0][0]
    return brand


def campaign_of(portal: PortalProcess) -> int:
    campaign: int = portal.rows("SELECT MIN(id) FROM tendlc_campaign WHERE state='active'")[0][0]
    return campaign


@with_scripts
def test_main_pages_in_the_dark_and_on_a_phone(visitor: Visitor) -> None:
    visitor.sign_in()
    brand, campaign = brand_of(visitor.portal), campaign_of(visitor.portal)
    for path in (
        "",
        "10dlc/brands/",
        f"10dlc/brands/{brand}/",
        "10dlc/brands/new/",
        f"10dlc/brands/{brand}/campaigns/new/",
        f"10dlc/campaigns/{campaign}/",
        f"10dlc/campaigns/{campaign}/numbers/",
        "10dlc/numbers/",
        "10dlc/vettings/1/",
        "operations/",
        "notices/",
    ):
        visitor.go(f"/a/1/{path}", look=False)
        visitor.look_in_other_lights()


@with_scripts
def test_a_viewer_sees_everything_and_is_offered_nothing_to_submit(visitor: Visitor) -> None:
    add_member(visitor.portal, "vera@example.com", "viewer")
    visitor.sign_in("vera@example.com")
    brand, campaign = brand_of(visitor.portal), campaign_of(visitor.portal)
    offers = re.compile(r"Register a brand|New campaign|Link numbers|^Submit|^Link ")
    for path in (
        "",
        "10dlc/brands/",
        f"10dlc/brands/{brand}/",
        f"10dlc/campaigns/{campaign}/",
        "10dlc/numbers/",
        "10dlc/vettings/1/",
    ):
        visitor.go(f"/a/1/{path}")
        for role in ("link", "button"):
            offered = visitor.page.locator("main").get_by_role(role, name=offers)
            assert offered.all_inner_texts() == [], path
    answer = visitor.page.request.get(f"{visitor.portal.url}/a/1/10dlc/brands/new/")
    assert answer.status == 403


@with_scripts
def test_an_editor_prepares_and_hands_over(visitor: Visitor) -> None:
    add_member(visitor.portal, "eddie@example.com", "editor")
    visitor.sign_in("eddie@example.com")
    visitor.go("/a/1/10dlc/brands/new/")
    fill_brand(visitor, "Handover", "47-1234567")
    page = visitor.page
    page.get_by_role("button", name="Check and see the summary").click()
    page.get_by_role("button", name="Hand over to an approver").wait_for()
    assert page.get_by_role("button", name=re.compile("^Submit")).count() == 0
    visitor.look()
    page.get_by_role("button", name="Hand over to an approver").click()
    page.wait_for_url(re.compile("/10dlc/brands/$"))
    assert visitor.portal.rows("SELECT 1 FROM tendlc_brand WHERE display_name='Handover'") == []


def save(tab: Page, *, scripts: bool) -> None:
    """Wait until typing was saved by itself; without scripts, by the button."""
    if scripts:
        with tab.expect_response(re.compile("/drafts/save/$")):
            tab.locator("#id_city").press("Tab")
    else:
        tab.get_by_role("button", name="Save as draft").click()
        tab.wait_for_load_state()


def test_a_stale_tab_shows_both_versions_and_loses_neither(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.go("/a/1/10dlc/brands/new/")
    first = visitor.page
    first.locator("#id_company_name").fill("Typed first Inc")
    save(first, scripts=visitor.scripts)
    expect(first.locator("#draft-id")).not_to_have_value("")
    draft = first.locator("#draft-id").input_value()

    second = visitor.new_tab()
    second.goto(f"{visitor.portal.url}/a/1/10dlc/brands/new/?draft={draft}")
    expect(second.locator("#id_company_name")).to_have_value("Typed first Inc")
    second.locator("#id_company_name").fill("Typed in the other tab Inc")
    save(second, scripts=visitor.scripts)
    second.close()

    first.locator("#id_company_name").fill("Typed here again Inc")
    save(first, scripts=visitor.scripts)
    expect(first.get_by_text("There is a newer version of this draft")).to_be_visible()
    expect(first.locator("main").get_by_role("cell", name="Typed in the other tab Inc")).to_be_visible()
    expect(first.locator("main").get_by_role("cell", name="Typed here again Inc")).to_be_visible()
    visitor.look()
    kept = visitor.portal.rows('SELECT "values" FROM drafts_draft WHERE id=?', int(draft))
    assert "Typed in the other tab Inc" in str(kept)
    first.get_by_role("button", name=re.compile("^Keep my version")).click()
    if visitor.scripts:
        expect(first.get_by_text("There is a newer version of this draft")).to_be_hidden()
        expect(first.locator("#draft-state")).to_contain_text("Saved")
    first.goto(f"{visitor.portal.url}/a/1/10dlc/brands/new/?draft={draft}")
    expect(first.locator("#id_company_name")).to_have_value("Typed here again Inc")


def test_a_step_back_in_the_wizard_keeps_what_was_typed(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.go(f"/a/1/10dlc/brands/{brand_of(visitor.portal)}/campaigns/new/")
    page = visitor.page
    step = page.locator("[name=step]").first
    text = "News of orders and deliveries for customers who asked for it in the shop, typed before stepping back."

    def press(button: str, leads_to: str) -> None:
        page.get_by_role("button", name=button, exact=True).click()
        expect(step).to_have_value(leads_to)

    expect(step).to_have_value("use_case")
    page.get_by_label("What the messages are for").select_option("ACCOUNT_NOTIFICATION")
    page.get_by_role("button", name="Next").click()
    page.wait_for_load_state()
    if step.get_attribute("value") == "use_case":  # the qualification is being asked for
        page.get_by_role("button", name="Next").click()
    expect(step).to_have_value("about")
    page.locator("#id_description").fill(text)
    page.locator("#id_vertical").select_option("RETAIL")
    press("Next", "flags")
    page.locator("input[name=subscriber_opt_in][value=true]").check()
    press("Back", "about")
    expect(page.locator("#id_description")).to_have_value(text)
    press("Back", "use_case")
    expect(page.get_by_label("What the messages are for")).to_have_value("ACCOUNT_NOTIFICATION")
    page.get_by_role("button", name="Next").click()
    expect(step).to_have_value("about")
    expect(page.locator("#id_description")).to_have_value(text)
    press("Next", "flags")
    expect(page.locator("input[name=subscriber_opt_in][value=true]")).to_be_checked()


@with_scripts
def test_the_whole_menu_of_an_account_fits_a_laptop_s_screen(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.page.set_viewport_size({"width": 1280, "height": 900})
    visitor.go("/a/1/")
    menu = visitor.page.get_by_role("navigation", name="Main")
    for name in ("Home", "API keys", "Access tokens", "Notifications"):
        expect(menu.get_by_role("link", name=name, exact=True)).to_be_in_viewport(ratio=1)
    assert menu.evaluate("menu => menu.scrollHeight - menu.clientHeight") == 0


@with_scripts
def test_the_menu_of_a_low_screen_begins_where_one_is(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.page.set_viewport_size({"width": 1280, "height": 560})
    visitor.go("/a/1/keys/")
    menu = visitor.page.get_by_role("navigation", name="Main")
    expect(menu.get_by_role("link", name="API keys", exact=True)).to_be_in_viewport(ratio=1)
