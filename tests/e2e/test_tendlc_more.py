"""A file of numbers whose worker is killed, vettings ordered and imported, and one carrier that says no; both ways."""

from __future__ import annotations

import csv
import re
from collections import Counter
from itertools import count, islice
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor
from tests.e2e.elsewhere import brand_from_elsewhere, remote_id, sent_for
from tests.e2e.test_journey import check_use_case, submit_campaign
from tests.portal_process import PortalProcess, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.processes]
# Endings that mean another outcome at the simulator.
SPECIAL = ("13", "99", "404")
ROWS, WRONG = 200, 7
CAMPAIGN = {"fields": {"usecase": "LOW_VOLUME", "label": "Depot rounds"}, "status": "ACTIVE"}


def some_numbers(first: int) -> tuple[str, ...]:
    usual = (str(one) for one in count(first) if not str(one).endswith(SPECIAL))
    return tuple(islice(usual, ROWS - WRONG))


# --- A file of numbers ---------------------------------------------------------------------------


def wrong_rows(brand: str, campaign: str, twice: str) -> list[tuple[tuple[str, str, str], str]]:
    """Seven rows and what the portal says of each."""
    return [
        (("no number", brand, campaign), "The number cannot be read"),
        (("", brand, campaign), "The number cannot be read"),
        (("12", brand, campaign), "The number cannot be read"),
        (("14155559001", "BNOWHERE", campaign), "There is no brand BNOWHERE here"),
        (("14155559002", "", campaign), "There is no brand — here"),
        (("14155559003", brand, "CNOWHERE"), "The brand has no campaign CNOWHERE here"),
        ((twice, brand, campaign), "same"),
    ]


def write_file(path: Path, numbers: tuple[str, ...], brand: str, campaign: str) -> None:
    rows = [(number, brand, campaign) for number in numbers]
    rows[30:30] = [row for row, _why in wrong_rows(brand, campaign, numbers[0])]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("number", "brand_id", "campaign_id"), *rows])


def kill_worker_between(portal: PortalProcess, campaign: str, done: int, all_of_them: int) -> set[int]:
    assert eventually(lambda: len(posted(portal, campaign)) >= done, seconds=240)
    killed = portal.kill("celery -A portal.celery worker")
    assert len(posted(portal, campaign)) < all_of_them, "the worker was killed too late"
    return killed


def posted(portal: PortalProcess, campaign: str) -> list[str]:
    """Numbers of every POST to a campaign that the simulator received, whatever it answered."""
    rows = portal.control("ledger?operation=link_number")["rows"]
    return [str(row["body"]["number"]) for row in rows if f"/{campaign}/" in row["path"]]


def test_file_of_200_numbers_survives_a_killed_worker(visitor: Visitor, tmp_path: Path) -> None:
    visitor.sign_in()
    numbers = some_numbers(14155552000 if visitor.scripts else 14155556000)
    name, ein = visitor.either("Depot", "Siding"), visitor.either("51-1234567", "56-1234567")
    pk = brand_from_elsewhere(visitor, name, ein, campaigns=[CAMPAIGN])
    ids = "SELECT b.remote_id, c.remote_id FROM tendlc_campaign c JOIN tendlc_brand b ON b.id=c.brand_id"
    assert eventually(lambda: visitor.portal.rows(f"{ids} WHERE b.id=?", pk), seconds=60)
    brand, campaign = visitor.portal.rows(f"{ids} WHERE b.id=?", pk)[0]
    file = tmp_path / "depot.csv"
    write_file(file, numbers, brand, campaign)
    page = visitor.page
    visitor.go("/a/1/10dlc/numbers/")
    page.get_by_role("link", name="From a file").click()
    visitor.look()
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("link", name=f"Wrong, left out ({WRONG})").click()
    visitor.look()
    lines = page.locator("main tbody tr")
    expect(lines).to_have_count(WRONG)
    for line, (_row, why) in zip(lines.all(), wrong_rows(brand, campaign, numbers[0]), strict=True):
        expect(line).to_contain_text(why)

    page.get_by_label("I have checked this").check()
    page.get_by_role("button", name="Start", exact=True).click()
    assert kill_worker_between(visitor.portal, campaign, 40, len(numbers))
    visitor.see(page.get_by_text(f"{ROWS} of {ROWS} rows settled"), seconds=300)
    expect(page.get_by_role("link", name=f"Done ({len(numbers)})")).to_be_visible()
    visitor.look()
    assert Counter(posted(visitor.portal, campaign)) == Counter(numbers)
    states = "SELECT n.state, COUNT(*) FROM tendlc_numberlink n JOIN tendlc_campaign c ON c.id=n.campaign_id"
    states += " WHERE c.remote_id=? GROUP BY n.state"
    everything = [("linked", len(numbers))]
    assert eventually(lambda: visitor.portal.rows(states, campaign) == everything, seconds=300)

    with page.expect_download() as download:
        page.get_by_role("link", name="Result as CSV").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as result:
        told = list(csv.DictReader(result))
    assert len(told) == ROWS
    assert [row["number"] for row in told if not row["reason"]] == list(numbers)


# --- Vettings ------------------------------------------------------------------------------------


def test_vetting_opens_a_use_case_that_was_denied(visitor: Visitor) -> None:
    visitor.sign_in()
    name, ein = visitor.either("Quayside", "Wharfside"), visitor.either("52-1234567", "57-1234567")
    pk = brand_from_elsewhere(visitor, name, ein)
    page, brand = visitor.page, remote_id(visitor.portal, pk)
    marketing = page.locator("tr:has(#choose-MARKETING)")
    visitor.go(f"/a/1/10dlc/brands/{pk}/use-cases/")
    marketing.get_by_role("button", name="Check Marketing").click()
    visitor.go(f"/a/1/10dlc/brands/{pk}/use-cases/", look=False)
    visitor.see(marketing.get_by_text("Denied", exact=True))
    visitor.look()

    visitor.go(f"/a/1/10dlc/brands/{pk}/", look=False)
    page.get_by_role("link", name="Request vetting").first.click()
    visitor.look()
    page.get_by_role("link", name="Choose Aegis").first.click()
    expect(page.get_by_text("possibly open afterwards")).to_contain_text("Marketing")
    expect(page.get_by_role("heading", name=re.compile("^What Aegis.* gets to see"))).to_be_visible()
    expect(page.locator("main form dl")).to_contain_text(f"{name} Inc")
    visitor.look()
    page.get_by_role("button", name=re.compile("^Authorise and request")).click()
    expect(page.locator("#authorised-error")).to_contain_text("Without this tick no vetting can be requested")
    visitor.look()
    page.get_by_label(re.compile("I authorise Vonage to give Aegis.* access to the brand's data")).check()
    page.get_by_role("button", name=re.compile("^Authorise and request")).click()
    page.wait_for_url(re.compile(rf"/10dlc/brands/{pk}/$"))
    visitor.see(page.get_by_text("Score: 78 of 100"))
    visitor.look()
    assert len(sent_for(visitor.portal, "order_vetting", brand)) == 1

    visitor.go(f"/a/1/10dlc/brands/{pk}/use-cases/", look=False)
    marketing.get_by_role("button", name="Check again Marketing").click()
    visitor.go(f"/a/1/10dlc/brands/{pk}/use-cases/", look=False)
    visitor.see(marketing.get_by_text("Qualified", exact=True))
    visitor.look()


def test_imported_vetting_is_being_validated_until_it_is_listed(visitor: Visitor) -> None:
    visitor.sign_in()
    name, ein = visitor.either("Signal Box", "Junction Box"), visitor.either("53-1234567", "58-1234567")
    pk = brand_from_elsewhere(visitor, name, ein)
    page, brand = visitor.page, remote_id(visitor.portal, pk)
    visitor.go(f"/a/1/10dlc/brands/{pk}/vettings/import/")
    page.get_by_label("Provider").select_option("WMC")
    page.get_by_label("Class").select_option("ENHANCED")
    page.get_by_label("Id of the vetting").fill(f"{pk}-0001")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("This provider does not do vettings of this class.").first).to_be_visible()
    expect(page.get_by_label("Id of the vetting")).to_have_value(f"{pk}-0001")
    visitor.look()
    page.get_by_label("Provider").select_option("AEGIS")
    unlisted = {"operation": "list_vettings", "path_regex": brand, "count": 9999, "params": {"text": "[]"}}
    visitor.portal.control("faults", {"kind": "body", "when": "after", **unlisted})
    try:
        page.get_by_role("button", name="Import", exact=True).click()
        page.wait_for_url(re.compile(rf"/10dlc/brands/{pk}/$"))
        assert eventually(lambda: sent_for(visitor.portal, "import_vetting", brand), seconds=30)
        visitor.see(page.get_by_text("Vonage is validating it."))
        visitor.look()
    finally:
        visitor.portal.control("faults", method="DELETE")
    visitor.see(page.get_by_text("Score: 78 of 100"), seconds=60)
    visitor.look()
    (sent,) = sent_for(visitor.portal, "import_vetting", brand)
    assert sent == {"evp_id": "AEGIS", "vetting_class": "ENHANCED"}


# --- One carrier says no -------------------------------------------------------------------------


def test_campaign_is_edited_after_one_carrier_rejected_it(visitor: Visitor) -> None:
    visitor.sign_in()
    name, ein = visitor.either("Towpath", "Bridleway"), visitor.either("54-1234567", "59-1234567")
    pk = brand_from_elsewhere(visitor, name, ein)
    page = visitor.page
    visitor.go(f"/a/1/10dlc/brands/{pk}/")
    check_use_case(visitor)
    submit_campaign(visitor, name, more=" For the rehearsal: reject tmo.")
    address = page.url
    carrier = page.locator(
        "#campaign-status tr", has_text="T-Mobile"
    ).first  # its history is a row of its own
    visitor.see(carrier.filter(has_text="Rejected"))
    expect(carrier).to_contain_text("Other carriers may still deliver.")
    visitor.look()
    page.reload()
    page.get_by_label("The reviewers' comment").fill("803 The website does not show the call to action.")
    page.get_by_role("button", name="Keep the comment").click()
    refusals = page.get_by_role("region", name="Refusals")
    expect(refusals).to_contain_text("The website does not show the opt-in")
    expect(refusals).to_contain_text("It is about:")
    visitor.look()

    refusals.get_by_role("link", name="Edit the campaign").first.click()
    expect(page.get_by_role("heading", name="What the reviewers wrote")).to_be_visible()
    visitor.look()
    flow = page.locator("#id_message_flow")
    flow.fill(f"{flow.input_value()} The box stands at https://lantern.example/order above the button.")
    page.get_by_role("button", name="See what differs").click()
    expect(page.get_by_role("heading", name="A change may start a new review")).to_be_visible()
    expect(page.get_by_text("This campaign is live.")).to_be_visible()
    expect(page.get_by_role("region", name="Only this is sent")).to_contain_text("above the button")
    visitor.look()
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="Send the change").click()
    page.wait_for_url(address)
    visitor.see(page.get_by_text("Answered by submission"))
    visitor.look()
    (sent,) = sent_for(visitor.portal, "change_campaign", remote_id(visitor.portal, pk))
    assert list(sent) == ["message_flow"]
