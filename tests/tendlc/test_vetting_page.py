"""What the page of one vetting says, who may see it, and what leads to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.history.actions import note_refusal
from portal.notices.models import Notice
from portal.outbox.kinds import kind_of
from portal.outbox.models import Operation
from tendlc import wire
from tendlc.models import Brand, Vetting
from tendlc.sync import Seen, absorb_vetting
from tests.builders import make_api_key
from tests.people import People, answers, browser_of
from tests.tendlc.brand_pages import HTMX
from tests.tendlc.builders import make_brand, make_catalogue, make_vetting

pytestmark = pytest.mark.django_db
# session, user, membership, operations, question, vetting, providers, classes, vettings of the brand, refusals,
# changes, what people did, following, account switcher, what was told, e-mails
PAGE_QUERIES = 16


@pytest.fixture
def brand(people: People) -> Brand:
    make_api_key(people.account)
    make_catalogue(people.account)
    return make_brand(people.account, name="Night Owl", remote_id="B1")


@pytest.fixture
def member(people: People) -> Browser:
    return browser_of(people.member)


def path(vetting: Vetting) -> str:
    return reverse("tendlc:vetting", args=[vetting.account_id, vetting.pk])


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def failed(brand: Brand, *reasons: str) -> Vetting:
    """A vetting that failed while the portal looked on."""
    pending = make_vetting(brand, state="pending", score=None, remote_id="v-1", remote_status="PENDING")
    record = {"vetting_id": "v-1", "evp_id": "AEGIS", "vetting_class": "STANDARD", "vetting_status": "FAILED"}
    told = wire.Vetting.from_json({**record, "reasons": list(reasons), "vetting_token": "cv|secret"})
    return absorb_vetting(told, brand=brand, seen=Seen.now(), vetting=pending)


def requested(member: Browser, brand: Brand) -> Vetting:
    sent = {"choice": "AEGIS:STANDARD", "authorised": "on", "form_token": "t"}
    member.post(reverse("tendlc:vetting_new", args=[brand.account_id, brand.pk]), sent)
    return Vetting.objects.get()


def test_page_is_for_those_who_work_for_its_brand(people: People, brand: Brand) -> None:
    seen = {"member": 200, "small": 200, "limited": 404, "stranger": 404, "nobody": 302}
    assert answers(people, path(make_vetting(brand))) == seen


def test_reasons_of_a_failed_vetting_can_be_read(member: Browser, brand: Brand) -> None:
    page = text(member.get(path(failed(brand, "Tax id mismatch", "No such address"))))
    assert "Read the reasons." in page
    for said in ("<li>Tax id mismatch</li>", "<li>No such address</li>", "Refused by Provider"):
        assert said in page


def test_reasons_that_were_there_from_the_first_look_can_be_read(member: Browser, brand: Brand) -> None:
    """Nothing changed before our eyes, so there is no refusal: what Vonage holds says why."""
    vetting = make_vetting(brand, state="failed", score=None, raw={"reasons": ["Tax id mismatch"]})
    assert "<li>Tax id mismatch</li>" in text(member.get(path(vetting)))


def test_page_tells_facts_by_name_with_the_band_of_the_score(member: Browser, brand: Brand) -> None:
    vetting = make_vetting(brand, score=0, vetted_at=timezone.now())
    page = text(member.get(path(vetting)))
    for said in (
        "Aegis Mobile · Standard",
        "<strong>0</strong> of 100",
        "(0–24:",
        "Valid until",
        "Night Owl",
    ):
        assert said in page
    assert reverse("tendlc:brand", args=[brand.account_id, brand.pk]) in page


def test_page_names_who_authorised_access_and_what_was_sent(
    people: People, member: Browser, brand: Brand
) -> None:
    page = text(member.get(path(requested(member, brand))))
    assert f"Requested by {people.member}, who authorised access" in page
    assert f"data authorised</dt> <dd> {people.member}, <time" in page
    assert f"Request a vetting <code>{Operation.objects.get().code}</code>" in page


def test_refusal_names_fields_and_what_to_quote_to_support(member: Browser, brand: Brand) -> None:
    vetting = make_vetting(brand, state="refused", score=None, remote_id="")
    fields = [{"field": "evp_id", "description": "is not unique"}]
    note_refusal(vetting, said_by="vonage", text="No", fields=fields, instance="inst-7")
    page = text(member.get(path(vetting)))
    for said in ("is not unique", "inst-7", "Refused by Vonage"):
        assert said in page


def test_payload_is_for_support_and_holds_no_token(people: People, member: Browser, brand: Brand) -> None:
    vetting = failed(brand, "marker-of-vonage")
    assert "What Vonage sent last" not in text(member.get(path(vetting)))
    people.member.is_staff = True
    people.member.save()
    page = text(member.get(path(vetting)))
    assert "What Vonage sent last" in page
    assert "cv|secret" not in page


def test_page_says_what_may_be_done_now_and_why_not(people: People, member: Browser, brand: Brand) -> None:
    vetting = make_vetting(brand)
    order = reverse("tendlc:vetting_new", args=[brand.account_id, brand.pk])
    assert f'href="{order}"' in text(member.get(path(vetting)))
    small = text(browser_of(people.small).get(path(vetting)))
    assert f'href="{order}"' not in small
    assert "Your role may not do this" in small
    make_vetting(brand, state="submitting", remote_id="")
    assert "being requested right now" in text(member.get(path(vetting)))


def test_page_asks_for_news_only_while_something_moves(member: Browser, brand: Brand) -> None:
    assert "every 3s" not in text(member.get(path(make_vetting(brand))))
    vetting = make_vetting(brand, state="pending", score=None)
    first = member.get(path(vetting))
    assert "every 3s" in text(first)

    was = {"was": first.context["fingerprint"]}
    assert member.get(path(vetting), was, headers=HTMX).status_code == 204
    Vetting.objects.filter(pk=vetting.pk).update(state="scored", score=80)
    assert member.get(path(vetting), was, headers=HTMX).headers["HX-Refresh"] == "true"


def test_overdue_vetting_says_whom_to_ask(member: Browser, brand: Brand) -> None:
    late = timezone.now() - timedelta(hours=1)
    page = text(member.get(path(make_vetting(brand, state="pending", score=None, expected_by=late))))
    assert "Ask Vonage's support" in page


def test_everything_that_names_a_vetting_leads_to_its_page(
    people: People, member: Browser, brand: Brand
) -> None:
    vetting = failed(brand, "Tax id mismatch")
    account = [people.account.pk]
    for page in (
        reverse("tendlc:brand", args=[*account, brand.pk]),
        reverse("tendlc:vettings", args=account),
        reverse("desk:home", args=account),
        reverse("desk:search", args=account) + "?q=v-1",
    ):
        assert f'href="{path(vetting)}"' in text(member.get(page)), page
    assert Notice.objects.get().path == path(vetting)


def test_operation_of_a_vetting_leads_to_its_page(member: Browser, brand: Brand) -> None:
    vetting = requested(member, brand)
    operation = Operation.objects.get()
    assert kind_of(operation).page(operation) == path(vetting)
    on_brand = text(member.get(reverse("tendlc:brand", args=[brand.account_id, brand.pk])))
    assert reverse("outbox:operation", args=[brand.account_id, operation.pk]) in on_brand


@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same_queries_for_any_number_of_rows(
    member: Browser, brand: Brand, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    vetting = make_vetting(brand)
    for _row in range(rows):
        make_vetting(brand)
        note_refusal(vetting, said_by="provider")
    member.get(path(vetting))
    with django_assert_num_queries(PAGE_QUERIES):
        member.get(path(vetting))
