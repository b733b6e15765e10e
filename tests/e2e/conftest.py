"""A real browser on the whole portal, started as the README says."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.portal_process import PortalProcess

QUIET = (
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"),
    *("--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-sandbox"),
)
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PASSWORD = "try-the-portal"
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
# No page may take that long, but a machine that does other things besides may.
expect.set_options(timeout=20_000)
# Colours glide from one theme to the other; halfway they are no contrast anybody sees for long.
SETTLED = """async () => {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  await Promise.allSettled(document.getAnimations().map((each) => each.finished));
}"""


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalProcess]:
    with PortalProcess(tmp_path_factory.mktemp("e2e"), speed=10) as process:
        yield process


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def launch(playwright: Playwright) -> Browser:
    """The system's Chromium: no browser of its own is downloaded."""
    path = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
    return playwright.chromium.launch(executable_path=path, args=list(QUIET))


@dataclass
class Visitor:
    """A person at a browser, who notices console errors and barriers on every page."""

    page: Page
    portal: PortalProcess
    scripts: bool
    complaints: list[str] = field(default_factory=list)
    looked_at: set[str] = field(default_factory=set)

    def sign_in(self, email: str = "casey@example.com") -> None:
        self.page.goto(f"{self.portal.url}/me/login/")
        self.look()
        self.page.locator("input[name=login]").fill(email)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("input[name=password]").press("Enter")
        self.page.wait_for_url(lambda url: "/me/login" not in url)

    def go(self, path: str, *, look: bool = True) -> None:
        answer = self.page.goto(f"{self.portal.url}{path}")
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        if look:
            self.look()

    def look(self) -> None:
        """Check the page as it stands for barriers (WCAG 2.2 AA); needs scripts."""
        if not self.scripts:
            return
        self.looked_at.add(self.page.url)
        results = Axe().run(self.page, options=WCAG)
        for violation in results.response["violations"]:
            nodes = [node["html"][:160] for node in violation["nodes"][:3]]
            self.complaints.append(f"{self.page.url}: {violation['id']}: {nodes}")

    def look_in_other_lights(self) -> None:
        """The page as it stands once more: in the dark, and on a phone, where nothing sticks out sideways."""
        self.page.emulate_media(color_scheme="dark")
        self.page.evaluate(SETTLED)
        self.look()
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(NARROW)
        self.page.evaluate(SETTLED)
        self.look()
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW["width"]:
            self.complaints.append(f"{self.page.url}: {width} px wide on a screen of {NARROW['width']} px")
        self.page.set_viewport_size(WIDE)

    def wait_for(self, text: str, *, reload: bool, seconds: float = 40) -> None:
        """Until the page says so: by itself where scripts run, by reloading where they do not."""
        self.until_shown(self.page.get_by_text(text, exact=True), reload=reload, seconds=seconds)

    def see(self, what: Locator | str, *, seconds: float = 40) -> None:
        """Wait for a part of the page, or for a text, as this person does: with scripts the page comes to them."""
        part = self.page.get_by_text(what, exact=True) if isinstance(what, str) else what
        self.until_shown(part, reload=not self.scripts, seconds=seconds)

    def until_shown(self, part: Locator, *, reload: bool, seconds: float) -> None:
        if not reload:
            expect(part.first).to_be_visible(timeout=seconds * 1000)
            return
        until = time.monotonic() + seconds
        while not part.first.is_visible():
            said = self.page.inner_text("main")
            assert time.monotonic() < until, f"{self.page.url} never showed {part}: {said[:600]}"
            self.page.wait_for_timeout(1000)
            self.page.reload()

    def either(self, with_scripts: str, without: str) -> str:
        """Each way of a journey has objects of its own: both share one portal."""
        return with_scripts if self.scripts else without

    def listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{self.page.url}: console: {message.text}")

    def listen_for_exceptions(self, error: Error) -> None:
        self.complaints.append(f"{self.page.url}: uncaught: {error}")

    def new_tab(self) -> Page:
        """Another tab of the same person, which is listened to as well."""
        tab = self.page.context.new_page()
        tab.on("console", self.listen)
        tab.on("pageerror", self.listen_for_exceptions)
        return tab


@pytest.fixture(params=[True, False], ids=["scripts", "no_scripts"])
def visitor(request: pytest.FixtureRequest, chromium: Browser, portal: PortalProcess) -> Iterator[Visitor]:
    context = chromium.new_context(java_script_enabled=request.param, viewport=WIDE, locale="en-US")
    page = context.new_page()
    person = Visitor(page, portal, request.param)
    page.on("console", person.listen)
    page.on("pageerror", person.listen_for_exceptions)
    yield person
    context.close()
    assert not person.complaints, "\n".join(person.complaints)
