"""From a browser form to a 10DLC brand, campaign and number, and back by e-mail; with and without scripts."""

from __future__ import annotations

import email
import email.policy
import re
import signal
import time
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitor
from tests.portal_process import PortalProcess, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.processes]

FLAGS_YES = ("subscriber_opt_in", "subscriber_opt_out", "subscriber_help")


def fill_brand(visitor: Visitor, name: str, ein: str) -> None:
    page = visitor.page
    page.get_by_label("Private company").check()
    for field, value in (
        ("company_name", f"{name} Inc"),
        ("display_name", name),
        ("website", "https://lantern.example"),
        ("ein", ein),
        ("street", "23 Main Street"),
        ("city", "Holmdel"),
        ("state", "NJ"),
        ("postal_code", "07733"),
        ("email", "hello@lantern.example"),
        ("phone", "+1 202 555 0143"),
    ):
        page.locator(f"#id_{field}").fill(value)
    page.get_by_label("Line of business").select_option("RETAIL")


def register_brand(visitor: Visitor, name: str, ein: str) -> None:
    page = visitor.page
    visitor.go("/a/1/")
    page.get_by_role("link", name="Register a brand").first.click()
    visitor.look()
    fill_brand(visitor, name, "12")
    page.get_by_role("button", name="Check and see the summary").click()
    expect(page.get_by_role("alert").first).to_contain_text("EIN")
    visitor.look()
    expect(page.locator("#id_company_name")).to_have_value(f"{name} Inc")
    page.locator("#id_ein").fill(ein)
    page.get_by_role("button", name="Check and see the summary").click()
    expect(page.get_by_text("What it costs and what happens next")).to_be_visible()
    visitor.look()
    want_mails(page)
    page.get_by_role("button", name=re.compile("^Submit for about")).click()
    page.wait_for_url(re.compile(r"/10dlc/brands/\d+/$"))
    visitor.wait_for("Verified", reload=not visitor.scripts)
    visitor.look()


def want_mails(page: Page) -> None:
    """Answer the question of the summary; whoever answered before finds it folded away."""
    radio = page.locator("input[name=notify][value=at_once]")
    if radio.is_visible():
        radio.check()


def check_use_case(visitor: Visitor) -> None:
    page = visitor.page
    brand_url = page.url
    page.get_by_role("link", name=re.compile("use case", re.I)).first.click()
    visitor.look()
    page.get_by_role("button", name="Check Account notification").click()
    page.wait_for_load_state()
    visitor.wait_for("Qualified", reload=not visitor.scripts)
    page.get_by_role("link", name="Account notification", exact=True).click()
    expect(page.get_by_text("AT&T").first).to_be_visible()
    visitor.look()
    page.goto(brand_url)


def next_step(visitor: Visitor) -> None:
    visitor.look()
    visitor.page.get_by_role("button", name="Next").click()
    visitor.page.wait_for_load_state()


def submit_campaign(visitor: Visitor, brand: str, *, more: str = "") -> None:
    page = visitor.page
    page.get_by_role("link", name="New campaign").first.click()
    page.get_by_label("What the messages are for").select_option("ACCOUNT_NOTIFICATION")
    next_step(visitor)
    if page.locator("[name=step]").first.get_attribute("value") == "use_case":
        next_step(visitor)
    page.locator("#id_description").fill(
        f"Order and delivery news from {brand} to customers who asked for it in the shop or on the website."
        f"{more}"
    )
    next_step(visitor)
    for radio in page.locator("input[type=radio][value=true]").all():
        name = radio.get_attribute("name") or ""
        value = "true" if name in FLAGS_YES else "false"
        page.locator(f"input[name={name}][value={value}]").check()
    next_step(visitor)
    fill_consent(visitor, brand)
    next_step(visitor)
    page.get_by_label("Sample message 1").fill(
        f"{brand}: your order [number] is on its way. Reply STOP to opt out."
    )
    page.get_by_label("Sample message 2").fill(
        f"{brand}: your order [number] has arrived. Reply STOP to opt out."
    )
    page.locator("#id_label").fill(f"{brand} orders")
    page.locator("input[name=auto_renewal][value=true]").check()
    next_step(visitor)
    visitor.look()
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    want_mails(page)
    page.get_by_role("button", name=re.compile("^Submit")).click()
    page.wait_for_url(re.compile(r"/10dlc/campaigns/\d+/$"))
    visitor.wait_for("Active", reload=not visitor.scripts, seconds=60)
    visitor.look()


def fill_consent(visitor: Visitor, brand: str) -> None:
    page = visitor.page
    page.locator("input[name=flow_methods]").first.check()
    page.locator("textarea[name$=_details]:visible").first.fill(
        "A box at the end of the order form, not ticked."
    )
    page.locator("input[name$=_link]:visible").first.fill("https://lantern.example/order")
    page.get_by_label("What they get").fill("order confirmations and delivery news")
    page.get_by_label("How often").fill("up to 4 messages an order")
    for name in ("flow_says_rates", "flow_says_help", "flow_says_stop"):
        page.locator(f"input[name={name}]").check()
    page.get_by_label("Privacy policy").fill("https://lantern.example/privacy")
    page.get_by_label("Terms and conditions").fill("https://lantern.example/terms")
    page.get_by_label("Answer to HELP").fill(f"{brand}: call 202 555 0143 or write to hello@lantern.example.")


def link_number(visitor: Visitor, number: str) -> None:
    page = visitor.page
    campaign_url = page.url
    page.get_by_role("link", name="Link numbers").first.click()
    visitor.look()
    page.locator("textarea").first.fill(number)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    visitor.look()
    button = page.get_by_role("button", name=re.compile("^Link"))
    if button.count():
        want_mails(page)
        button.first.click()
        page.wait_for_load_state()
    visitor.look()
    page.goto(campaign_url)
    visitor.wait_for("Linked", reload=True, seconds=60)


def mails(portal: PortalProcess) -> list[str]:
    """Subject and text of every mail that landed."""
    found = []
    for path in sorted((portal.var / "mail").glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = message.get_body(("plain",))
        found.append(f"{message['Subject']}\n{body.get_content() if body else ''}")
    return found


def has_mail(portal: PortalProcess, text: str) -> bool:
    return any(text in mail for mail in mails(portal))


def test_the_journey_from_form_to_brand_campaign_number_and_mail(visitor: Visitor) -> None:
    mode = "Lantern" if visitor.scripts else "Beacon"
    ein, number = ("41-1234567", "+1 415 555 0110") if visitor.scripts else ("42-1234567", "+1 415 555 0111")
    visitor.sign_in()
    register_brand(visitor, mode, ein)
    check_use_case(visitor)
    submit_campaign(visitor, mode)
    link_number(visitor, number)
    for wanted in (f"Brand verified: {mode}", f"Campaign active: {mode} orders", "Number linked"):
        assert eventually(partial(has_mail, visitor.portal, wanted), seconds=30), wanted
    assert any("/10dlc/brands/" in mail for mail in mails(visitor.portal))
    digits = "".join(filter(str.isdigit, number))
    for operation, field, value in (
        ("create_brand", "display_name", mode),
        ("create_campaign", "label", f"{mode} orders #"),
        ("link_number", "number", digits),
    ):
        sent = [row["body"][field] for row in visitor.portal.effects(operation)]
        assert len([text for text in sent if text.startswith(value)]) == 1, (operation, sent)
    for path in (
        "",
        "notices/",
        "audit/",
        "operations/",
        "members/",
        "clients/",
        "keys/",
        "notices/settings/",
    ):
        visitor.go(f"/a/1/{path}")
    for path in (
        "10dlc/brands/",
        "10dlc/campaigns/",
        "10dlc/numbers/",
        "10dlc/campaigns/start/",
        "keys/new/",
    ):
        visitor.go(f"/a/1/{path}")


def test_staff_read_the_mails_and_look_at_the_admin(visitor: Visitor) -> None:
    visitor.sign_in("sam@example.com")
    visitor.go("/staff/mail/")
    answer = visitor.page.goto(f"{visitor.portal.url}/admin/tendlc/brand/")
    assert answer is not None
    assert answer.status == 200
    expect(visitor.page.get_by_role("link", name="Harbour", exact=True).first).to_be_visible()


def test_a_double_click_submits_once(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.go("/a/1/10dlc/brands/new/")
    name, ein = ("Twice", "43-1234567") if visitor.scripts else ("Thrice", "44-1234567")
    fill_brand(visitor, name, ein)
    page = visitor.page
    page.get_by_role("button", name="Check and see the summary").click()
    want_mails(page)
    page.get_by_role("button", name=re.compile("^Submit for about")).dblclick()
    page.wait_for_url(re.compile(r"/10dlc/brands/\d+/$"))
    rows = visitor.portal.rows("SELECT COUNT(*) FROM tendlc_brand WHERE display_name=?", name)
    assert rows == [(1,)]


def test_a_hanging_broker_delays_no_click_and_loses_nothing(visitor: Visitor) -> None:
    """The doorbell does not answer while somebody submits: the page comes all the same, the work is done later."""
    visitor.sign_in()
    visitor.go("/a/1/10dlc/brands/new/")
    name, ein = ("Patience", "45-1234567") if visitor.scripts else ("Calm", "46-1234567")
    fill_brand(visitor, name, ein)
    page = visitor.page
    page.get_by_role("button", name="Check and see the summary").click()
    stopped = visitor.portal.signal("valkey", signal.SIGSTOP)
    try:
        before = time.monotonic()
        want_mails(page)
        page.get_by_role("button", name=re.compile("^Submit for about")).click()
        page.wait_for_url(re.compile(r"/10dlc/brands/\d+/$"))
        assert time.monotonic() - before < 5
        visitor.go("/a/1/10dlc/brands/")
    finally:
        assert stopped
        visitor.portal.signal("valkey", signal.SIGCONT)
    sent = "SELECT state FROM outbox_operation WHERE object_name=?"
    assert eventually(lambda: visitor.portal.rows(sent, name) == [("applied",)], seconds=60)
