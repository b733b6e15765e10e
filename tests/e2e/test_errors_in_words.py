"""Each kind of error of the document, as somebody reads it in a browser; without scripts: tests/tendlc."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Route
from pytest_django.fixtures import Settings

from tests.e2e.conftest import WIDE, Visitor
from tests.outbox.conftest import Desk, desk
from tests.people import People, browser_of
from tests.portal_process import PortalProcess
from tests.tendlc.error_cases import CASES, met, wanting

pytestmark = [pytest.mark.e2e, pytest.mark.processes, pytest.mark.django_db]
__all__ = ["desk"]
READ = """() => {
  const main = document.querySelector("main").cloneNode(true);
  main.querySelectorAll("code, script").forEach((each) => each.remove());
  return main.textContent.replace(/\\s+/g, " ");
}"""


@dataclass
class Server:
    """Pages as the portal inside this process made them: each shows what this test staged, and nobody else sees it."""

    pages: dict[str, bytes] = field(default_factory=dict)
    url: str = "http://portal.test"

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(self.url)
        if path.startswith("/static/"):
            route.fulfill(path=str(finders.find(path.partition("?")[0].removeprefix("/static/"))))
        elif path in self.pages:
            route.fulfill(content_type="text/html; charset=utf-8", body=self.pages[path])
        else:  # a page that asks for itself again: nothing new
            route.fulfill(status=204)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def member(server: Server, chromium: Browser) -> Iterator[Visitor]:
    context = chromium.new_context(viewport=WIDE, locale="en-US")
    context.route(f"{server.url}/**", server.answer)
    visitor = Visitor(context.new_page(), cast(PortalProcess, server), scripts=True)
    visitor.page.on("pageerror", visitor.listen_for_exceptions)
    yield visitor
    context.close()
    assert not visitor.complaints, "\n".join(visitor.complaints)


@pytest.mark.parametrize("fragment", CASES)
def test_error_is_seen_in_words_with_its_next_step(
    fragment: str, people: People, server: Server, member: Visitor, desk: Desk, settings: Settings
) -> None:
    settings.OUTBOX_SETTLE_SECONDS = 180  # what is in doubt stays so for as long as this is looked at
    found, read = met(desk, fragment), {}
    for page in found.pages:
        server.pages[page] = browser_of(people.member).get(page).content
        member.go(page)
        read[page] = str(member.page.evaluate(READ))
    assert wanting(fragment, found, read) == []
