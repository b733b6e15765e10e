"""Make the pictures in docs/screens from the running portal: `python -m tests.e2e.screens`."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from portal.run.demo_people import COMPLIANCE, OPERATOR
from tests.e2e.conftest import Visitor, launch
from tests.e2e.test_journey import (
    check_use_case,
    fill_brand,
    link_number,
    register_brand,
    submit_campaign,
    want_mails,
)
from tests.e2e.wizard import APPLICATION, COMPANY, Answers, merged, walk
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
    "use-cases": "/a/1/10dlc/brands/{brand}/use-cases/",
    "vetting": "/a/1/10dlc/vettings/1/",
    "vetting-request": "/a/1/10dlc/brands/{brand}/vettings/new/",
    "numbers-batch": "/a/1/operations/batches/new/tendlc.link_numbers/",
    "operations": "/a/1/operations/",
    "network-registry": "/a/1/network-registry/",
    "business-profile": "/a/1/network-registry/business-profiles/{business}/",
    "application-profile": "/a/1/network-registry/application-profiles/{application}/",
    "applications": "/a/1/applications/",
    "why": "/a/1/network-registry/why/",
    "notices": "/a/1/notices/",
    "api-keys": "/a/1/keys/",
}
# What an operator's own people see: their queue, and one case.
DESK = {
    "operators-queue": "/operators/registry/case/",
    "operators-case": "/operators/registry/case/{case}/change/",
}


def register_for_10dlc(browser: Browser, portal: PortalProcess) -> dict[str, str]:
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


def register_with_operators(browser: Browser, portal: PortalProcess) -> dict[str, str]:
    """A business and an application on which operators answer differently; the ids of both and of an open case."""
    page = browser.new_page()
    visitor = Visitor(page, portal, scripts=False)
    visitor.sign_in()
    visitor.go("/a/1/network-registry/business-profiles/new/")
    named: Answers = {"countries": {"countries": ["DE", "ES", "CA"]}, "business": {"name": "Lantern Retail"}}
    walk(visitor, merged(COMPANY, named))
    want_mails(page)
    page.get_by_role("button", name="Submit and share").click()
    page.wait_for_url(re.compile(r"/business-profiles/\d+/$"))
    business = re.findall(r"/business-profiles/(\d+)/", page.url)[0]
    page.get_by_role("link", name="Add application profile").click()
    walk(visitor, merged(APPLICATION, {"about": {"name": "Sign-in refused by Orange"}}))
    want_mails(page)
    page.get_by_role("button", name="Submit the application profile").click()
    page.wait_for_url(re.compile(r"/application-profiles/\d+/$"))
    visitor.wait_for("REJECTED", reload=True)
    application = re.findall(r"/application-profiles/(\d+)/", page.url)[0]
    case = portal.rows(
        "SELECT c.id FROM registry_case c JOIN registry_operator o ON o.id = c.operator_id "
        "WHERE o.code = 'de-telekom' AND c.application_profile_id IS NULL"
    )
    return {"business": business, "application": application, "case": str(case[0][0])}


def summary(page: Page, portal: PortalProcess) -> None:
    """The page before the paid step, which has no address of its own."""
    page.goto(f"{portal.url}/a/1/10dlc/brands/new/")
    fill_brand(Visitor(page, portal, scripts=False), "Blue Door", "20-7654321")
    page.get_by_role("button", name="Check and see the summary").click()
    page.get_by_text("What it costs and what happens next").wait_for()


def take(page: Page, portal: PortalProcess, paths: dict[str, str], ids: dict[str, str], suffix: str) -> None:
    for name, path in paths.items():
        page.goto(portal.url + path.format(**ids))
        page.screenshot(path=SCREENS / f"{name}-{suffix}.png", full_page=True)


def main() -> None:
    SCREENS.mkdir(exist_ok=True)
    folder = tempfile.mkdtemp(prefix="portal-screens-")
    with PortalProcess(Path(folder), speed=10) as portal, sync_playwright() as playwright:
        browser = launch(playwright)
        ids = register_for_10dlc(browser, portal) | register_with_operators(browser, portal)
        for width, height in SIZES.items():
            for theme in ("light", "dark"):
                suffix = f"{theme}-{width}"
                for person, paths in ((COMPLIANCE, PAGES), (OPERATOR, DESK)):
                    context = browser.new_context(
                        viewport={"width": width, "height": height}, color_scheme=theme, locale="en-US"
                    )
                    page = context.new_page()
                    take(page, portal, {"sign-in": "/me/login/"}, ids, suffix)
                    Visitor(page, portal, scripts=False).sign_in(person.email)
                    take(page, portal, paths, ids, suffix)
                    if person is COMPLIANCE:
                        summary(page, portal)
                        page.screenshot(path=SCREENS / f"brand-summary-{suffix}.png", full_page=True)
                    context.close()
        browser.close()


if __name__ == "__main__":
    main()
