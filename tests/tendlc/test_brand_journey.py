"""The whole of a brand's life over HTTP, pages on one side and the simulator on the other, without a browser."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from portal.history.models import AuditEntry
from portal.notices.models import Notice
from tendlc.models import Brand, Vetting
from tendlc.tasks import catalogue_one, poll_one
from tests.outbox.conftest import Desk, answer_inquiries, desk, run
from tests.people import People, browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
__all__ = ["desk"]


class Journey:
    """One person with one brand; every step is a page that is read or a form that is sent."""

    def __init__(self, desk: Desk, people: People) -> None:
        self.desk, self.people = desk, people
        self.browser: Browser = browser_of(people.member)
        self.brand = desk.brand(company_name="Acme Unverified Inc")
        run()
        self.sync()

    def path(self, name: str, *more: Any) -> str:
        return reverse(f"tendlc:{name}", args=[self.people.account.pk, self.brand.pk, *more])

    def sync(self) -> None:
        """The clock moves on, and the worker looks at what moves."""
        self.desk.simulator.control("clock", {"advance": 100_000})
        poll_one(self.desk.api_key.pk)
        self.brand.refresh_from_db()

    def page(self, name: str = "brand", *more: Any) -> str:
        return " ".join(self.browser.get(self.path(name, *more)).content.decode().split())

    def submit(self, name: str, **typed: str) -> str:
        """Fill the hidden fields in as a browser does, and send."""
        shown = self.browser.get(self.path(name), {"choice": typed.get("choice", "")}).content.decode()
        token = re.search(r'name="form_token" value="(\w+)"', shown)
        answer = self.browser.post(
            self.path(name), {**typed, **({"form_token": token[1]} if token else {})}, follow=True
        )
        run()
        return " ".join(answer.content.decode().split())

    def change(self, **changes: str) -> None:
        form = self.browser.get(self.path("brand_edit")).context["form"]
        typed = {name: str(form[name].value() or "") for name in form.fields} | changes
        shown = self.browser.post(self.path("brand_edit"), {**typed, "action": "review"})
        hidden = re.findall(r'<input type="hidden" name="(\w+)"[^>]*?value="([^"]*)"', shown.content.decode())
        self.browser.post(self.path("brand_edit"), {**dict(hidden), "action": "send"})
        run()
        self.brand.refresh_from_db()


@pytest.fixture
def journey(desk: Desk, people: People) -> Journey:
    return Journey(desk, people)


def test_unverified_brand_is_corrected_by_its_feedback_and_revetted(journey: Journey) -> None:
    assert journey.brand.state == "unverified"
    page = journey.page()
    assert "The tax number and the legal company name do not belong together." in page
    assert "then revet the brand" in page
    assert "dashboard" not in page

    journey.change(company_name="Acme Shoes Inc")
    assert journey.desk.effects("change_brand") == 1
    assert (journey.brand.company_name, journey.brand.state) == ("Acme Shoes Inc", "unverified")

    assert "Vonage allows this once" in journey.page("brand_revet")
    journey.submit("brand_revet")
    journey.brand.refresh_from_db()
    assert (journey.brand.state, journey.desk.effects("revet_brand")) == ("pending", 1)
    journey.sync()
    assert journey.brand.state == "verified"
    assert "Vonage allows it once." in journey.page()
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert {"tendlc.brand_unverified", "tendlc.brand_verified"} <= kinds


def use_case(journey: Journey) -> str:
    journey.browser.post(journey.path("use_case", "MARKETING"))
    answer_inquiries()
    return journey.page("use_case", "MARKETING")


def test_vetting_is_scored_and_opens_a_denied_use_case(journey: Journey) -> None:
    journey.change(company_name="Acme Shoes Inc")
    journey.submit("brand_revet")
    journey.sync()
    assert "What to do: request third-party vetting on the brand's page" in html.unescape(use_case(journey))
    catalogue_one(journey.desk.api_key.pk)
    assert "possibly open afterwards: Marketing" in " ".join(
        journey.browser.get(journey.path("vetting_new"), {"choice": "AEGIS:STANDARD"})
        .content.decode()
        .split()
    )

    journey.submit("vetting_new", choice="AEGIS:STANDARD", authorised="on")
    vetting = Vetting.objects.get()
    assert (vetting.state, journey.desk.effects("order_vetting")) == ("pending", 1)
    assert AuditEntry.objects.get(action="vetting.authorised").actor == journey.people.member
    journey.sync()
    vetting.refresh_from_db()
    assert (vetting.state, vetting.score) == ("scored", 78)
    assert "Score: <strong>78</strong> of 100" in journey.page()
    assert "Fee a quarter" in use_case(journey)
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert {"tendlc.vetting_requested", "tendlc.vetting_scored"} <= kinds


def sync_key(journey: Journey) -> None:
    key = journey.desk.api_key
    journey.browser.post(reverse("tendlc:import_key", args=[key.account_id, key.pk]))
    answer_inquiries()


def test_vetting_done_elsewhere_is_imported(journey: Journey) -> None:
    catalogue_one(journey.desk.api_key.pk)
    journey.submit(
        "vetting_import",
        evp_id="CV",
        vetting_class="POLITICAL",
        vetting_id="v-elsewhere",
        vetting_token="cv-secret-token",
    )
    assert journey.desk.effects("import_vetting") == 1
    assert "Vonage is validating it." in journey.page()
    journey.desk.simulator.control("clock", {"advance": 100_000})
    sync_key(journey)
    vetting = Vetting.objects.get()
    assert (vetting.state, vetting.is_being_validated, vetting.token) == ("scored", False, "")
    assert "cv-secret-token" not in journey.page()
    assert Notice.objects.filter(kind="tendlc.vetting_imported").count() == 1


def test_brand_is_deleted_with_its_name_typed(journey: Journey) -> None:
    assert "This is not its name." in journey.submit("brand_delete", typed_name="no")
    journey.submit("brand_delete", typed_name=str(journey.brand))
    journey.brand.refresh_from_db()
    assert journey.desk.effects("delete_brand") == 1
    assert journey.brand.gone_at is not None
    assert "It is not at Vonage any more" in journey.page()
    assert Brand.objects.filter(pk=journey.brand.pk).exists()
