"""Make the pictures in docs/screens from the running portal: `python -m tests.e2e.screens`."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.conftest import Visitor, launch
from tests.e2e.test_journey import (
    check_use_case,
    fill_brand,
    link_number,
    register_brand,
    submit_campaign,
)
from tests.portal_process import ROOT, PortalProcess

SCREENS = ROOT / "docs" / "screens"
SIZES = {1280: 900, 390: 844}
PAGES = {
    "home": "/a/1/",
    "brands": "/a/1/10dlc/brands/",
    "brand-form": "/a/1/10dlc/brands/new/",
    "brand": "/a/1/10dlc/brands/{brand}/",
    "use-case": "/a/1/10dlc/brands/{brand}/use-cases/ACCOUNT_NOTIFICATION/",
    "campaign-use-case": "/a/1/10dlc/brands/{brand}/campaigns/new/?draft={draft}&step=use_case",
    "campaign-consent": "/a/1/10dlc/brands/{brand}/campaigns/new/?draft={draft}&step=consent",
    "campaign": "/a/1/10dlc/campaigns/{campaign}/",
    "link-numbers": "/a/1/10dlc/campaigns/{campaign}/numbers/",
    "numbers": "/a/1/10dlc/numbers/",
    "notices": "/a/1/notices/",
    "api-keys": "/a/1/keys/",
}


def walk(browser: Browser, portal: PortalProcess) -> dict[str, str]:
    """Make something to look at; returns the ids of the new brand, its campaign and a begun one."""
    visitor = Visitor(browser.new_page(), portal, scripts=True)
    visitor.sign_in()
    register_brand(visitor, "Lantern", "41-1234567")
    brand = re.findall(r"/brands/(\d+)/", visitor.page.url)[0]
    check_use_case(visitor)
    submit_campaign(visitor, "Lantern")
    campaign = re.findall(r"/campaigns/(\d+)/", visitor.page.url)[0]
    link_number(visitor, "+1 415 555 0110")
    visitor.go(f"/a/1/10dlc/brands/{brand}/campaigns/new/")
    visitor.page.get_by_label("What the messages are for").select_option("ACCOUNT_NOTIFICATION")
    visitor.page.get_by_role("button", name="Next").click()
    visitor.page.wait_for_url(re.compile(r"draft=\d+"))
    draft = re.findall(r"draft=(\d+)", visitor.page.url)[0]
    return {"brand": brand, "campaign": campaign, "draft": draft}


def summary(page: Page, portal: PortalProcess) -> None:
    """The page before the paid step, which has no address of its own."""
    page.goto(f"{portal.url}/a/1/10dlc/brands/new/")
    fill_brand(Visitor(page, portal, scripts=False), "Blue Door", "20-7654321")
    page.get_by_role("button", name="Check and see the summary").click()
    page.get_by_text("What it costs and what happens next").wait_for()


def main() -> None:
    SCREENS.mkdir(exist_ok=True)
    folder = tempfile.mkdtemp(prefix="portal-screens-")
    with PortalProcess(Path(folder), speed=10) as portal, sync_playwright() as playwright:
        browser = launch(playwright)
        ids = walk(browser, portal)
        for width, height in SIZES.items():
            for theme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=theme, locale="en-US"
                )
                page = context.new_page()
                page.goto(f"{portal.url}/me/login/")
                page.screenshot(path=SCREENS / f"sign-in-{theme}-{width}.png", full_page=True)
                Visitor(page, portal, scripts=False).sign_in()
                for name, path in PAGES.items():
                    page.goto(portal.url + path.format(**ids))
                    page.screenshot(path=SCREENS / f"{name}-{theme}-{width}.png", full_page=True)
                summary(page, portal)
                page.screenshot(path=SCREENS / f"brand-summary-{theme}-{width}.png", full_page=True)
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
