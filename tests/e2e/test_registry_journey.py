"""A registration with operators, from the first step to a call in Production; with and without scripts.

Operators are simulated and answer by the words in a profile's name (docs/simulated-operators.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import WIDE, Visitor
from tests.e2e.test_journey import want_mails
from tests.e2e.test_people import add_member
from tests.e2e.wizard import APPLICATION, COMPANY, KEY, Answers, answer, merged, walk
from tests.portal_process import PortalProcess, eventually
from tests.registry.network_builders import make_public_key

pytestmark = [pytest.mark.e2e, pytest.mark.processes]

SUBPROCESSORS = {
    f"sub_{number}_{part}": value
    for number, name in ((1, "Cloud Keeper"), (2, "Ticket Desk"))
    for part, value in (("name", name), ("country", "IE"), ("role", "keeps it"), ("data", "numbers"))
}
RESELLS = {"resale": {"resells": "true", "processing": "Only to answer our customers.", **SUBPROCESSORS}}
CERTIFIED = merged(
    COMPANY, {"privacy": {"iso_27001": "false", "equivalent_certificate": "SOC 2 Type II"}}, RESELLS
)
OFFICER = merged(
    COMPANY, {"privacy": {"iso_27001": "false", "dpo_required": "true", "dpo_email": "dpo@lantern.example"}}
)
CONSENT = {
    "vetting": {
        "consent": "true",
        "contact_name": "Ada Lovelace",
        "contact_phone": "+34 911 234 567",
        "contact_email": "ada@lantern.example",
    }
}
STANDING = """
    SELECT o.code, d.round, d.state FROM registry_decision d JOIN registry_operator o ON o.id = d.operator_id
    WHERE d.business_profile_id = ? AND d.application_profile_id IS NULL AND d.is_latest
"""


@pytest.fixture
def apply_change(chromium: Browser, portal: PortalProcess) -> Iterator[Callable[[str], None]]:
    """Vonage's staff apply the change request at an address of the portal, in a browser of their own."""
    context = chromium.new_context(viewport=WIDE, locale="en-US")
    staff = Visitor(context.new_page(), portal, scripts=False)

    def apply(address: str) -> None:
        if "/admin/" not in staff.page.url:
            staff.sign_in("sam@example.com")
        change = re.findall(r"/changes/(\d+)/", address)[0]
        staff.go(f"/admin/registry/changerequest/{change}/decide/")
        staff.page.get_by_role("button", name="Apply").click()
        expect(staff.page.get_by_text("Done. The applicant is told.")).to_be_visible()

    yield apply
    context.close()


def standing(visitor: Visitor, profile: str) -> dict[str, tuple[int, str]]:
    """Round and state at every operator of a business profile."""
    return {code: (number, state) for code, number, state in visitor.portal.rows(STANDING, int(profile))}


def submit(visitor: Visitor, button: str, leads_to: str, *, mails: str) -> str:
    """Answer the question about e-mails, which is asked again as long as nobody wants any; the new page's id."""
    page = visitor.page
    choice = page.locator(f"input[name=notify][value={mails}]")
    expect(choice).to_be_visible()
    choice.check()
    page.get_by_role("button", name=button).click()
    page.wait_for_url(re.compile(leads_to))
    return str(re.findall(leads_to, page.url)[0])


def test_registration_declined_vetting_refusal_and_changes(
    visitor: Visitor, apply_change: Callable[[str], None]
) -> None:
    """Two countries; the operator left out is started by consent, the one that refused by a change."""
    name, person = ("Lantern", "rita") if visitor.scripts else ("Beacon", "rob")
    add_member(visitor.portal, f"{person}@example.com", "approver")
    visitor.sign_in(f"{person}@example.com")
    visitor.go("/a/1/network-registry/")
    page = visitor.page
    page.get_by_role("link", name="business profile").first.click()
    if page.get_by_role("link", name="Add business profile").count():
        page.get_by_role("link", name="Add business profile").first.click()
    named: Answers = {
        "countries": {"countries": ["ES", "CA"]},
        "business": {"name": f"{name} refused by Orange"},
    }
    walk(visitor, merged(CERTIFIED if visitor.scripts else OFFICER, named))
    expect(page.get_by_text("Movistar, Spain")).to_be_visible()
    profile = submit(visitor, "Submit and share", r"/business-profiles/(\d+)/$", mails="none")
    visitor.wait_for("PARTIALLY-ACCEPTED", reload=True)
    expect(page.get_by_text("It requires vetting, and you did not consent to that.")).to_be_visible()
    visitor.look()
    before = standing(visitor, profile)
    assert before["es-movistar"] == (1, "excluded")
    assert before["es-orange"] == (1, "rejected")

    page.get_by_role("button", name="Request a change").click()
    walk(visitor, CONSENT, look=False)
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    visitor.look()
    submit(visitor, "Request the change", r"/changes/(\d+)/$", mails="at_once")
    visitor.look()
    apply_change(page.url)
    visitor.go(f"/a/1/network-registry/business-profiles/{profile}/", look=False)
    assert eventually(lambda: standing(visitor, profile)["es-movistar"] == (2, "accepted"), seconds=30)
    after = standing(visitor, profile)
    assert {code for code in after if after[code] != before[code]} == {"es-movistar"}

    page.get_by_role("button", name="Request a change").click()
    walk(visitor, {"business": {"name": f"{name} Retail"}}, look=False)
    page.get_by_label("This change answers a refusal").check()
    page.get_by_role("button", name="Request the change").click()
    page.wait_for_url(re.compile(r"/changes/\d+/$"))
    apply_change(page.url)
    assert eventually(lambda: standing(visitor, profile)["es-orange"] == (2, "accepted"), seconds=30)
    visitor.go(f"/a/1/network-registry/business-profiles/{profile}/")
    again = standing(visitor, profile)
    assert {code for code in again if again[code] != after[code]} == {"es-orange"}


def register(visitor: Visitor, name: str) -> str:
    """A business profile in Spain and Canada that every operator but the one left out accepts; its id."""
    page = visitor.page
    visitor.go("/a/1/network-registry/business-profiles/new/", look=False)
    named: Answers = {"countries": {"countries": ["ES", "CA"]}, "business": {"name": name}}
    walk(visitor, merged(COMPANY, named), look=False)
    want_mails(page)
    page.get_by_role("button", name="Submit and share").click()
    page.wait_for_url(re.compile(r"/business-profiles/\d+/$"))
    visitor.wait_for("ACCEPTED", reload=True)
    return str(re.findall(r"/business-profiles/(\d+)/", page.url)[0])


def test_application_profile_playground_production_and_changed_copy(visitor: Visitor) -> None:
    """One operator refuses and one is slow, which keeps nobody from Production with those that accept."""
    word = "lantern" if visitor.scripts else "beacon"
    visitor.sign_in()
    register(visitor, f"Shop {word}")
    page = visitor.page
    business = page.url
    page.get_by_role("link", name="Add application profile").click()
    name = f"Sign-in {word} refused by Vodafone slow by Bell"
    walk(visitor, merged(APPLICATION, {"about": {"name": name}}))
    want_mails(page)
    page.get_by_role("button", name="Submit the application profile").click()
    page.wait_for_url(re.compile(r"/application-profiles/\d+/$"))
    profile = page.url
    expect(page.get_by_text("PROCESSING").first).to_be_visible()

    page.goto(business)
    page.locator("summary", has_text=name).click()
    page.get_by_role("link", name="Use the Playground").click()
    if page.get_by_role("link", name="Create a new application").count():
        page.get_by_role("link", name="Create a new application").first.click()
    create_application(visitor, f"Login {word}", "playground")
    application = page.url
    visitor.look()

    page.goto(profile)
    visitor.wait_for("ACCEPTED", reload=True)
    expect(page.get_by_text("You can link it to a Vonage application")).to_be_visible()
    visitor.look()
    link(visitor, application, name)
    page.goto(profile)
    visitor.wait_for("PARTIALLY-ACCEPTED", reload=True)

    page.get_by_role("link", name="Submit a changed copy").click()
    copy = f"Sign-in {word}"
    walk(visitor, {"about": {"name": copy}}, look=False)
    expect(page.get_by_text(f"Beside {name}")).to_be_visible()
    visitor.look()
    want_mails(page)
    page.get_by_role("button", name="Submit the application profile").click()
    page.wait_for_url(re.compile(r"/application-profiles/\d+/$"))
    visitor.wait_for("ACCEPTED", reload=True)
    page.goto(profile)
    page.get_by_role("link", name="Delete", exact=True).click()
    expect(page.get_by_text("It cannot be deleted while applications are linked to it")).to_be_visible()
    visitor.look()
    link(visitor, application, copy)
    page.goto(profile)
    expect(page.get_by_text("This profile is being replaced")).to_be_visible()
    visitor.look()
    page.get_by_role("link", name="Delete", exact=True).click()
    visitor.look()
    page.get_by_role("button", name="Delete it").click()
    page.wait_for_url(re.compile(r"/network-registry/(application|business)-profiles/"))
    answer = page.request.get(profile)
    assert answer.status == 404


def create_application(visitor: Visitor, name: str, access: str) -> None:
    page = visitor.page
    answer(visitor, "api_key", KEY)
    page.locator("#id_name").fill(name)
    page.locator("#id_public_key").fill(make_public_key())
    page.locator("#id_network_registry").check()
    page.locator(f"input[name=access][value={access}]").check()
    visitor.look()
    page.get_by_role("button", name="Create application").click()
    page.wait_for_url(re.compile(r"/applications/\d+/$"))
    visitor.wait_for("Vonage has done it.", reload=True)


def link(visitor: Visitor, application: str, profile: str) -> None:
    """Give an existing application Production access under a profile."""
    page = visitor.page
    page.goto(f"{application}change/")
    answer(visitor, "access", "production")
    page.locator("#id_application_profile").select_option(label=profile)
    visitor.look()
    page.get_by_role("button", name="Save changes").click()
    page.wait_for_url(application)
    visitor.wait_for("at Vonage", reload=True)  # until then what was linked before holds
    expect(page.locator("main").get_by_role("link", name=profile).first).to_be_visible()
