"""The shipped catalogue: complete, loaded once, and never stronger than what staff or customers did."""

from __future__ import annotations

import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse
from django.utils.module_loading import import_string

from registry.actions.loading import SHIPPED, TABLES, load_catalogue
from registry.models import (
    Category,
    Country,
    Feature,
    IssuingAuthority,
    Offer,
    Operator,
    OrganisationType,
    Purpose,
    Requirement,
)
from registry.queries.offered import networks

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped files that a test may change."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "catalogue"))


def edit(folder: Path, table: str, change: Any) -> None:
    path = folder / f"{table}.json"
    path.write_text(json.dumps(change(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")


def test_loading_again_changes_nothing() -> None:
    first = load_catalogue()
    assert (first.updated, first.edited, first.deactivated) == ([], [], [])
    moments = {name: list(model._default_manager.values_list("updated_at")) for name, model in TABLES.items()}
    second = load_catalogue()
    assert sorted(second.unchanged) == sorted(first.created)
    assert (second.created, second.updated, second.edited, second.deactivated) == ([], [], [], [])
    assert moments == {
        name: list(model._default_manager.values_list("updated_at")) for name, model in TABLES.items()
    }


def test_the_shipped_lists_are_the_standards_lists() -> None:
    load_catalogue()
    assert Category.objects.count() == 44
    assert OrganisationType.objects.count() == 8
    assert set(Purpose.objects.values_list("vocabulary", flat=True)) == {"dpv-2.0"}
    assert Purpose.objects.count() == 95
    assert Purpose.objects.get(code="FraudPreventionAndDetection").name == "Fraud prevention and detection"
    assert not Purpose.objects.filter(gloss="").exists()
    assert Operator.objects.filter(requires_vetting=True).count() >= 3
    asked = set(Requirement.objects.filter(country__code="DE").values_list("name", flat=True))
    assert {
        "Commercial name",
        "Contact for privacy rights",
        "Legal representative",
        "Storage countries",
    } <= asked
    assert Requirement.objects.filter(answer_type="terms").exclude(terms_version="").exists()


def test_what_nobody_confirmed_is_marked() -> None:
    load_catalogue()
    assert not Operator.objects.filter(requires_vetting=True, is_illustrative=False).exists()
    assert not Requirement.objects.filter(is_illustrative=False).exists()
    assert Offer.objects.get(code="it-windtre:sim-swap").is_illustrative is False


def test_every_scheme_of_an_authority_is_one_that_can_be_checked() -> None:
    load_catalogue()
    schemes = {each for row in IssuingAuthority.objects.all() for each in row.schemes}
    assert len(schemes) > 30
    for scheme in schemes:
        assert callable(import_string(f"stdnum.{scheme}.is_valid")), scheme


def test_a_sunset_feature_is_offered_by_nobody() -> None:
    load_catalogue()
    ended = Feature.objects.get(code="sim-swap-api")
    operator = Operator.objects.get(code="it-windtre")
    Offer.objects.create(code="late", name="late", operator=operator, feature=ended)
    assert ended.sunset_on is not None
    [found] = networks([operator], ended.sunset_on)
    assert "sim-swap-api" not in found.features
    assert "sim-swap" in found.features


def test_a_row_that_staff_edited_is_named_and_left_alone(folder: Path) -> None:
    load_catalogue(folder)
    Country.objects.filter(code="ES").update(name="Kingdom of Spain")
    edit(folder, "countries", lambda rows: [{**row, "name": row["name"].upper()} for row in rows])
    report = load_catalogue(folder)
    assert report.edited == ["countries ES"]
    assert Country.objects.get(code="ES").name == "Kingdom of Spain"
    assert Country.objects.get(code="DE").name == "GERMANY"


def test_a_purpose_whose_features_staff_edited_is_left_alone(folder: Path) -> None:
    load_catalogue(folder)
    Purpose.objects.get(code="AgeVerification").features.clear()
    assert load_catalogue(folder).edited == ["purposes AgeVerification"]


def test_a_row_that_is_no_longer_shipped_is_deactivated_and_comes_back(folder: Path) -> None:
    load_catalogue(folder)
    kept = json.loads((folder / "roles.json").read_text(encoding="utf-8"))
    edit(folder, "roles", lambda rows: rows[1:])
    assert load_catalogue(folder).deactivated == [f"roles {kept[0]['code']}"]
    assert load_catalogue(folder).deactivated == []
    edit(folder, "roles", lambda rows: kept)
    assert load_catalogue(folder).updated == [f"roles {kept[0]['code']}"]


def test_rows_that_staff_added_are_none_of_its_business(folder: Path) -> None:
    load_catalogue(folder)
    Country.objects.create(code="XX", name="Utopia")
    report = load_catalogue(folder)
    assert (report.edited, report.deactivated) == ([], [])
    assert Country.objects.get(code="XX").is_active


@pytest.mark.parametrize(
    "row",
    [{"code": "xx-one", "name": "One", "country": "XX"}, {"code": "de-one", "name": "One", "land": "DE"}],
)
def test_files_that_do_not_fit_change_nothing(folder: Path, row: dict[str, str]) -> None:
    edit(folder, "operators", lambda rows: [*rows, row])
    with pytest.raises(CommandError, match=row["code"]):
        call_command("registry_catalogue", folder=folder)
    assert not Country.objects.exists()


def test_the_command_says_what_it_did() -> None:
    said = StringIO()
    call_command("registry_catalogue", stdout=said)
    Country.objects.filter(code="ES").update(name="Kingdom of Spain")
    call_command("registry_catalogue", stdout=said)
    assert "1 edited by staff" in said.getvalue()
    assert "  edited: countries ES" in said.getvalue()


def test_everybody_may_see_where_network_features_can_be_had() -> None:
    load_catalogue()
    Operator.objects.filter(code="de-vodafone").update(name="Vodafone Deutschland", is_active=False)
    answer = Browser().get(reverse("network_countries"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Germany" in page
    assert "Identity Insights: Number Recycling" in page
    assert "Vodafone Deutschland" not in page


def test_the_page_of_countries_says_when_there_are_none() -> None:
    assert "No country is available yet" in Browser().get(reverse("network_countries")).content.decode()
