"""No code of the history reaches people where a word is known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import translation

from portal.desk.words import ACTIONS, action_label, name_label, type_label
from portal.history.actions import record
from tests.people import People, browser_of

ROOT = Path(__file__).resolve().parents[2]
RECORDED = re.compile(r'\brecord\(\s*"([a-z_]+\.[a-z_]+)"(?: if \w+ else "([a-z_.]+)")?')


def test_every_action_that_is_recorded_has_words() -> None:
    sources = [path for app in ("portal", "registry", "tendlc") for path in (ROOT / app).rglob("*.py")]
    found = {code for path in sources for pair in RECORDED.findall(path.read_text()) for code in pair if code}

    assert {"draft.started", "operation.adopted", "client.activated", "client.deactivated"} <= found
    assert found <= set(ACTIONS)
    # These come from the model's name.
    assert {f"{name}.submitted" for name in ("brand", "campaign", "numberlink")} <= set(ACTIONS)


def test_what_staff_changed_is_said_for_every_model() -> None:
    assert action_label("numberlink.changed_by_staff") == "Changed as staff"


def test_what_nobody_knows_any_more_is_shown_by_its_code() -> None:
    assert action_label("planet.moved") == "planet.moved"
    assert type_label("sky.planet") == "sky.planet"
    assert type_label("nonsense") == "nonsense"


def test_operations_are_named_by_what_they_do() -> None:
    assert name_label("tendlc.link_number HMT3JGD04H", "outbox.operation") == "Link a number HMT3JGD04H"
    assert name_label("some.kind X", "outbox.operation") == "some.kind X"
    assert name_label("Acme Shoes", "tendlc.brand") == "Acme Shoes"


@pytest.mark.parametrize("model", [model for model in apps.get_models() if hasattr(model, "account")])
def test_objects_are_called_what_people_call_them(model: type) -> None:
    with translation.override("en"):
        label = type_label(model._meta.label_lower)  # type: ignore[attr-defined]
    assert "." not in label
    assert label[:1].isupper()


@pytest.mark.django_db
def test_audit_page_and_its_filters_show_words(people: People) -> None:
    record("client.renamed", people.client, actor=people.member)

    page = browser_of(people.member).get(reverse("desk:audit", args=[people.account.pk])).content.decode()

    assert "Renamed a client" in page.partition('id="audit-list"')[2]
    assert "client.renamed" not in page.partition('id="audit-list"')[2]
    assert '<option value="client.renamed">Renamed a client</option>' in page
    assert '<option value="accounts.client">Client</option>' in page
