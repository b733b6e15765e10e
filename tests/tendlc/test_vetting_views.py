"""Vettings: what is offered, what is authorised, and how each is shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from portal.accounts.context import scope_for
from portal.history.enums import Source
from portal.history.models import AuditEntry
from portal.notices.enums import Mail, Topic
from portal.notices.models import Notice
from portal.notices.queries import choice_of
from portal.outbox.models import Inquiry, Operation
from tendlc import wire
from tendlc.models import Brand, Vetting
from tendlc.sync import Seen, absorb_vetting
from tests.builders import make_api_key, make_user
from tests.people import People, answers, browser_of
from tests.tendlc.builders import BRAND_VALUES, make_brand, make_catalogue, make_qualification, make_vetting

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand(people: People) -> Brand:
    make_api_key(people.account)
    make_catalogue(people.account)
    raw = {**BRAND_VALUES, "brand_id": "B1", "status": "VERIFIED"}
    return make_brand(people.account, remote_id="B1", raw=raw)


@pytest.fixture
def member(people: People) -> Browser:
    return browser_of(people.member)


def path(brand: Brand, name: str = "vetting_new") -> str:
    return reverse(f"tendlc:{name}", args=[brand.account_id, brand.pk])


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("name", ["vetting_new", "vetting_import"])
def test_pages_are_for_those_who_may_submit(people: People, brand: Brand, name: str) -> None:
    expected = {"member": 200, "small": 403, "limited": 404, "stranger": 404, "nobody": 302}
    assert answers(people, path(brand, name)) == expected


def test_only_enabled_classes_are_offered_with_instructions_and_dated_price(
    member: Browser, brand: Brand
) -> None:
    answer = member.get(path(brand))
    assert [offer.value for offer in answer.context["offers"]] == ["AEGIS:STANDARD", "CV:POLITICAL"]
    page = text(answer)
    assert "Legacy" not in page
    assert "Ask Aegis Mobile first." in page
    assert "about 40 USD (list price, as of 2026-10)" in page


def test_provider_that_is_not_billable_is_only_for_import(member: Browser, brand: Brand) -> None:
    assert "order the vetting there, then import it here" in text(member.get(path(brand)))
    member.post(path(brand), {"choice": "CV:POLITICAL", "authorised": "on"})
    assert not Operation.objects.exists()


def test_choice_shows_data_price_and_what_a_score_would_unlock(member: Browser, brand: Brand) -> None:
    make_qualification(brand, "MARKETING", qualified=False)
    page = text(member.get(path(brand), {"choice": "AEGIS:STANDARD"}))
    assert "I authorise Vonage to give Aegis Mobile access to the brand" in page
    assert BRAND_VALUES["street"] in page
    assert "possibly open afterwards: Marketing" in page
    assert "a few minutes to 48 hours" in page
    assert "200,000" in page


def test_nothing_is_requested_without_the_tick(member: Browser, brand: Brand) -> None:
    answer = member.post(path(brand), {"choice": "AEGIS:STANDARD", "form_token": "t"})
    assert "Without this tick no vetting can be requested." in text(answer)
    assert not Operation.objects.exists()


def test_the_person_sees_all_that_the_provider_gets_to_see(people: People, brand: Brand) -> None:
    """A DUNS number registered with the brand, and the registry's own form of the tax number, are shared too."""
    Brand.objects.filter(pk=brand.pk).update(
        raw={
            **brand.raw,
            "alt_business_id_type": "DUNS",
            "alt_business_id": "804735132",
            "universal_ein": "US_20",
        }
    )
    shown = text(browser_of(people.member).get(f"{path(brand)}?choice=AEGIS:STANDARD"))
    for value in ("804735132", "US_20", "Tax number as the registry knows it"):
        assert value in shown


def test_request_keeps_who_authorised_what_and_when_and_is_one(
    people: People, member: Browser, brand: Brand
) -> None:
    sent = {"choice": "AEGIS:STANDARD", "authorised": "on", "form_token": "t"}
    for _click in range(2):
        assert member.post(path(brand), sent).status_code == 302
    operation, vetting = Operation.objects.get(), Vetting.objects.get()
    assert operation.payload == {"evp_id": "AEGIS", "vetting_class": "STANDARD"}
    assert (vetting.authorised_by, vetting.authorised_at is None) == (people.member, False)
    entry = AuditEntry.objects.get(action="vetting.authorised")
    assert (entry.after["provider"], "ein" in entry.after["data"]) == ("AEGIS", True)
    assert "authorised by" in text(member.get(path(brand, "brand")))
    member.post(path(brand), {**sent, "form_token": "another"})
    assert Operation.objects.count() == 1


def test_request_asks_about_e_mails_and_keeps_the_answer(
    people: People, member: Browser, brand: Brand
) -> None:
    assert "Do you want an e-mail when something changes?" in text(
        member.get(path(brand), {"choice": "AEGIS:STANDARD"})
    )
    member.post(
        path(brand), {"choice": "AEGIS:STANDARD", "authorised": "on", "form_token": "t", "notify": Mail.DAILY}
    )
    scope = scope_for(people.member, people.account.pk)
    assert choice_of(scope, Topic.TENDLC, brand.client_id).mail == Mail.DAILY


def test_list_can_be_read_when_it_is_empty(people: People) -> None:
    make_api_key(people.account)
    brand, browser = make_brand(people.account), browser_of(people.member)
    assert "No provider is known yet" in text(browser.get(path(brand)))
    browser.post(path(brand, "vetting_catalogue"))
    assert Inquiry.objects.get().kind == "tendlc.catalogue"
    assert "Reading Vonage" in text(browser.get(path(brand)))


# --- Importing -----------------------------------------------------------------------------------

IMPORT = {"evp_id": "CV", "vetting_class": "POLITICAL", "vetting_id": "v-1", "vetting_token": "cv|secret"}


def test_import_hides_its_token_and_is_being_validated(member: Browser, brand: Brand) -> None:
    assert member.post(path(brand, "vetting_import"), {**IMPORT, "form_token": "t"}).status_code == 302
    vetting = Vetting.objects.get()
    assert (vetting.is_import, vetting.remote_id, vetting.token) == (True, "v-1", "cv|secret")
    assert Operation.objects.get().payload == {"evp_id": "CV", "vetting_class": "POLITICAL"}
    assert "cv|secret" not in str(AuditEntry.objects.values_list("after", flat=True))
    record = wire.Vetting.from_json({"vetting_id": "v-1", "evp_id": "CV", "vetting_status": "ACTIVE"})
    absorb_vetting(record, brand=brand, seen=Seen.now(Source.ANSWER), vetting=vetting)
    Operation.objects.update(state="applied", finished_at=timezone.now())
    page = text(member.get(path(brand, "brand")))
    assert "Vonage is validating it." in page
    assert "Scored" not in page


def test_support_sees_no_token(member: Browser, brand: Brand) -> None:
    vetting = make_vetting(brand, is_import=True, token="cv|secret")
    staff = browser_of(make_user(is_staff=True, is_superuser=True))
    answer = staff.get(reverse("admin:tendlc_vetting_change", args=[vetting.pk]), follow=True)
    assert answer.status_code == 200
    assert "cv|secret" not in text(answer)


def test_mistake_never_gives_the_token_back(member: Browser, brand: Brand) -> None:
    answer = member.post(path(brand, "vetting_import"), {**IMPORT, "vetting_id": "a b"})
    assert "An id has no spaces" in text(answer)
    assert "cv|secret" not in text(answer)


def test_import_of_a_class_the_provider_lacks_is_said_at_the_field(member: Browser, brand: Brand) -> None:
    answer = member.post(path(brand, "vetting_import"), {**IMPORT, "vetting_class": "STANDARD"})
    assert "This provider does not do vettings of this class." in text(answer)


def test_import_of_what_is_here_is_refused(member: Browser, brand: Brand) -> None:
    make_vetting(brand, remote_id="v-1")
    assert "is here already" in text(member.post(path(brand, "vetting_import"), IMPORT))


def test_refused_import_is_filled_in_again_without_its_token(member: Browser, brand: Brand) -> None:
    member.post(path(brand, "vetting_import"), {**IMPORT, "form_token": "t"})
    fields = [{"field": "vetting_token", "description": "Field 'vetting_token' is not valid"}]
    Operation.objects.update(state="refused", last_error={"fields": fields}, finished_at=timezone.now())
    answer = member.get(path(brand, "vetting_import"))
    assert answer.context["form"]["vetting_id"].value() == "v-1"
    assert "is not valid" in str(answer.context["form"].errors["vetting_token"])
    assert "cv|secret" not in text(answer)


def test_import_counts_once_the_list_carries_it(brand: Brand) -> None:
    vetting = make_vetting(brand, state="pending", is_import=True, remote_id="v-1", score=None)
    record = wire.Vetting.from_json(
        {"vetting_id": "v-1", "evp_id": "CV", "vetting_class": "POLITICAL", "vetting_status": "ACTIVE"}
    )
    assert vetting.is_being_validated
    row = absorb_vetting(record, brand=brand, seen=Seen.now())
    assert (row.state, row.is_being_validated) == ("scored", False)
    assert Notice.objects.get().kind == "tendlc.vetting_imported"


# --- How it is shown -----------------------------------------------------------------------------


def test_score_of_zero_is_a_score(member: Browser, brand: Brand) -> None:
    make_vetting(brand, score=0, vetted_at=timezone.now())
    page = text(member.get(path(brand, "brand")))
    assert "Score: <strong>0</strong> of 100" in page
    assert "Valid until:" in page


def test_vetting_that_takes_too_long_is_overdue(member: Browser, brand: Brand) -> None:
    vetting = make_vetting(
        brand, state="pending", score=None, expected_by=timezone.now() + timedelta(hours=1)
    )
    assert "overdue" not in text(member.get(path(brand, "brand")))
    Vetting.objects.filter(pk=vetting.pk).update(expected_by=timezone.now() - timedelta(hours=1))
    assert "overdue" in text(member.get(path(brand, "brand")))


def test_refused_request_is_explained_in_words_with_a_way_on(member: Browser, brand: Brand) -> None:
    member.post(path(brand), {"choice": "AEGIS:STANDARD", "authorised": "on", "form_token": "t"})
    problem = {
        "text_id": "Vonage did not accept some of the fields. Correct them and submit again.",
        "fields": [{"field": "evp_id", "description": "Field 'evp_id' is not unique"}],
    }
    Vetting.objects.update(state="refused")
    Operation.objects.update(state="refused", last_error=problem, finished_at=timezone.now())
    page = text(member.get(path(brand, "brand")))
    assert "Vonage did not accept some of the fields." in page
    assert "is not unique" in page
    assert "Request again" in page


def test_conflict_is_explained_as_uncertain(member: Browser, brand: Brand) -> None:
    member.post(path(brand), {"choice": "AEGIS:STANDARD", "authorised": "on", "form_token": "t"})
    Operation.objects.update(state="unknown", last_error={"code": "vetting_conflict"})
    assert "it is not certain whether it was done" in text(member.get(path(brand, "brand")))
