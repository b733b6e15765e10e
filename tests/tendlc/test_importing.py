"""Importing what a key holds: progress, silence about what was so, and whose brand is whose."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from portal.accounts.models import ApiKey, Client
from portal.history.models import AuditEntry
from portal.notices.models import Delivery, Notice
from portal.outbox.calls import open_api
from portal.outbox.models import Inquiry
from tendlc import actions
from tendlc.models import Brand, VettingClass, VettingProvider
from tendlc.sync import read_catalogue
from tests.builders import make_api_key, make_client
from tests.outbox.conftest import answer_inquiries
from tests.people import People, answers, browser_of
from tests.simulator_process import SimulatorProcess
from tests.tendlc.builders import make_brand, make_campaign, make_number_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def api_key(people: People) -> ApiKey:
    return make_api_key(people.account)


def path(api_key: ApiKey, name: str = "import_key") -> str:
    return reverse(f"tendlc:{name}", args=[api_key.account_id, api_key.pk])


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def found(people: People, name: str, **fields: Any) -> Brand:
    """A brand that the mirror found: nobody here wished for it."""
    return make_brand(people.account, name=name, wished={}, **fields)


@pytest.mark.parametrize("name", ["import_key", "import_clients"])
def test_pages_are_for_whoever_manages_keys(people: People, api_key: ApiKey, name: str) -> None:
    expected = {"member": 200, "small": 403, "limited": 403, "stranger": 404, "nobody": 302}
    assert answers(people, path(api_key, name)) == expected


@pytest.mark.processes
def test_import_shows_progress_and_mails_nobody_about_what_is_so(
    people: People, simulator: SimulatorProcess
) -> None:
    api_key = make_api_key(people.account)
    simulator.control("brands", {"key": api_key.key, "status": "UNVERIFIED"})
    simulator.control("brands", {"key": api_key.key})
    browser = browser_of(people.member)
    assert "Begin the import" in text(browser.get(path(api_key)))
    browser.post(path(api_key))
    browser.post(path(api_key))
    assert Inquiry.objects.count() == 1
    waiting = text(browser.get(path(api_key)))
    assert "Reading brands, vettings, campaigns and numbers." in waiting
    assert 'hx-trigger="every 3s"' in waiting
    answer_inquiries()
    done = browser.get(path(api_key))
    assert (done.context["progress"].brands, done.context["progress"].done) == (2, 2)
    assert "Read completely:" in text(done)
    assert 'hx-trigger="every 3s"' not in text(done)
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()


def test_clients_are_proposed_by_tax_number_legal_name_or_as_new(people: People, api_key: ApiKey) -> None:
    shoes = make_client(people.account, "Striped Shoes")
    known = make_brand(people.account, client=people.other_client, name="Known")
    by_number = found(people, "Other name", ein=known.ein)
    by_name = found(people, "x", company_name="STRIPED SHOES, Inc.")
    new = found(people, "Novel Bakery")
    own = found(people, "y", company_name=f"{people.account.name} LLC")
    proposals = {
        one.brand: (one.client, one.why)
        for one in actions.propose_clients(people.scope(people.member), [by_number, by_name, new, own])
    }
    assert proposals == {
        by_number: (people.other_client, "ein"),
        by_name: (shoes, "name"),
        new: (None, "new"),
        own: (None, ""),
    }


def test_nothing_moves_before_a_person_confirms_and_then_all_of_a_brand(
    people: People, api_key: ApiKey
) -> None:
    brand, kept = found(people, "Novel Bakery"), found(people, "Kept")
    number = make_number_link(make_campaign(brand))
    browser = browser_of(people.member)
    page = browser.get(path(api_key, "import_clients"))
    assert "no client of this name yet" in text(page)
    assert not Client.objects.filter(name="Novel Bakery LLC").exists()
    browser.post(
        path(api_key, "import_clients"),
        {f"brand-{brand.pk}": "new", f"brand-{kept.pk}": str(kept.client_id), "brand-x": "1"},
    )
    for row in (brand, number, number.campaign):
        row.refresh_from_db()
    client = Client.objects.get(name="Novel Bakery LLC")
    assert {brand.client_id, number.client_id, number.campaign.client_id} == {client.pk}
    kept.refresh_from_db()
    assert kept.client_id == people.client.pk
    assert AuditEntry.objects.filter(action="brand.client_set").count() == 2
    assert "Every brand has its client" in text(browser.get(path(api_key, "import_clients")))


def test_client_of_another_account_is_refused(people: People, api_key: ApiKey) -> None:
    brand, theirs = found(people, "Novel Bakery"), make_client(people.stranger_account)
    browser_of(people.member).post(path(api_key, "import_clients"), {f"brand-{brand.pk}": str(theirs.pk)})
    brand.refresh_from_db()
    assert brand.client_id == people.client.pk


def test_brands_registered_here_are_not_asked_about(people: People, api_key: ApiKey) -> None:
    make_brand(people.account)
    assert "Every brand has its client" in text(
        browser_of(people.member).get(path(api_key, "import_clients"))
    )


@pytest.mark.processes
def test_catalogue_is_mirrored_and_what_is_not_listed_any_more_is_marked(
    people: People, simulator: SimulatorProcess
) -> None:
    api_key = make_api_key(people.account)
    api = open_api(api_key)
    read_catalogue(api_key, api)
    read_catalogue(api_key, api)
    cv = VettingProvider.objects.get(evp_id="CV")
    assert (VettingProvider.objects.count(), cv.tcr_billable, cv.vetting_classes) == (3, False, ["POLITICAL"])
    assert VettingClass.objects.get(class_id="LEGACY").enabled is False
    fault = {"operation": "list_providers", "kind": "body", "when": "after"}
    simulator.control("faults", {**fault, "params": {"text": '[{"evp_id": "AEGIS"}]'}})
    read_catalogue(api_key, api)
    cv.refresh_from_db()
    assert cv.gone_at is not None
    simulator.control("faults", {**fault, "params": {"text": "[]"}})
    read_catalogue(api_key, api)
    assert VettingProvider.objects.get(evp_id="AEGIS").gone_at is None
