"""What a brand request may carry: exactly the documented fields, none of them null."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.conftest import BRAND, Api, Stage, invalid_fields, kind

REQUIRED = (
    *("account_id", "entity_type", "display_name", "company_name", "phone", "street", "city", "state"),
    *("postal_code", "country", "email", "website"),
)
PUBLIC = {"entity_type": "PUBLIC_PROFIT", "stock_symbol": "HRB", "stock_exchange": "NASDAQ"}
LONGER = {
    "primary_account_id": "abcd1234",
    "ein_issuing_country": "US",
    "alt_business_id_type": "DUNS",
    "alt_business_id": "150483782",
    "vertical": "RETAIL",
}


def without(name: str) -> dict[str, Any]:
    return {field: value for field, value in BRAND.items() if field != name}


@pytest.mark.parametrize("field", REQUIRED)
def test_required_field_is_demanded(api: Api, field: str) -> None:
    answer = api("POST", "/brands", without(field))

    assert (answer.status_code, kind(answer), invalid_fields(answer)) == (422, "invalid-brand-data", [field])


@pytest.mark.parametrize("field", [*REQUIRED, "ein", "vertical"])
def test_null_is_refused(api: Api, field: str) -> None:
    assert invalid_fields(api("POST", "/brands", BRAND | {field: None})) == [field]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        LONGER,
        PUBLIC,
        {"entity_type": "NON_PROFIT"},
        {"phone": "+15556660001"},
        {"ein": "201234567"},
        {"country": "DE", "state": "Bayern", "postal_code": "80331", "ein": "DE811569869"},
    ],
)
def test_documented_fields_are_accepted(api: Api, changes: dict[str, Any]) -> None:
    assert api("POST", "/brands", BRAND | changes).status_code == 201


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"phone": "555-666"}, ["phone"]),
        ({"phone": "1555666000112345"}, ["phone"]),
        ({"ein": "2012345678"}, ["ein"]),
        ({"ein": "2-01234567"}, ["ein"]),
        ({"state": "New York"}, ["state"]),
        ({"postal_code": "1004"}, ["postal_code"]),
        ({"country": "us"}, ["country"]),
        ({"email": "nobody"}, ["email"]),
        ({"website": "harbour.example"}, ["website"]),
        ({"website": "https://harbour"}, ["website"]),
        ({"entity_type": "SOLE_PROPRIETOR"}, ["entity_type"]),
        ({"vertical": "BANKING"}, ["vertical"]),
        ({"display_name": 7}, ["display_name"]),
        ({"display_name": " "}, ["display_name"]),
        ({"company_name": "x" * 256}, ["company_name"]),
        ({"entity_type": "PUBLIC_PROFIT"}, ["stock_exchange", "stock_symbol"]),
        ({"stock_exchange": "JPX"}, ["stock_exchange"]),
        ({"alt_business_id": "1"}, ["alt_business_id_type"]),
        ({"alt_business_id_type": "LEI"}, ["alt_business_id"]),
        ({"universal_ein": "20-1234567"}, ["universal_ein"]),
        (
            {"brand_id": "B1", "status": "VERIFIED", "mobile_phone": "1"},
            ["brand_id", "mobile_phone", "status"],
        ),
    ],
)
def test_wrong_field_is_refused_with_code_503(api: Api, changes: dict[str, Any], fields: list[str]) -> None:
    answer = api("POST", "/brands", BRAND | changes)

    assert (answer.status_code, invalid_fields(answer)) == (422, fields)
    assert {entry["code"] for entry in answer.json()["invalid_parameters"]} == {503}


def test_non_profit_needs_an_ein_and_others_do_not(api: Api) -> None:
    plain = without("ein")

    assert invalid_fields(api("POST", "/brands", plain | {"entity_type": "NON_PROFIT"})) == ["ein"]
    assert api("POST", "/brands", plain).status_code == 201


def test_patch_refuses_what_only_creation_takes(stage: Stage) -> None:
    brand_id = stage.brand()

    answer = stage.api("PATCH", f"/brands/{brand_id}", {"account_id": "abcd1234", "alt_business_id": "1"})

    assert (kind(answer), invalid_fields(answer)) == (
        "invalid-vetting-data",
        ["account_id", "alt_business_id"],
    )


def test_revet_takes_an_empty_object_only(stage: Stage) -> None:
    path = f"/brands/{stage.verified()}/revet"
    json_type = {"Content-Type": "application/json"}

    filled = stage.api("POST", path, {"evp_id": "AEGIS"})
    empty = stage.api("POST", path, data=b"", headers=json_type)

    assert (filled.status_code, invalid_fields(filled)) == (422, ["evp_id"])
    assert (empty.status_code, kind(empty)) == (400, "invalid-json")


@pytest.mark.parametrize("data", [b"{", b"[]", b'"x"', b"\xff"])
def test_unreadable_body_is_invalid_json(stage: Stage, data: bytes) -> None:
    answer = stage.api("POST", "/brands", data=data, headers={"Content-Type": "application/json"})

    assert (answer.status_code, kind(answer)) == (400, "invalid-json")


def test_body_of_another_type_is_refused(api: Api) -> None:
    answer = api("POST", "/brands", data={"account_id": "abcd1234"})

    assert (answer.status_code, kind(answer)) == (415, "content-type-header")


def test_delete_with_a_body_is_refused(stage: Stage) -> None:
    brand_id = stage.brand()

    answer = stage.api("DELETE", f"/brands/{brand_id}", {})

    assert answer.status_code == 400
    assert stage.api("GET", f"/brands/{brand_id}").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "expected"),
    [
        ("PUT", "/brands", 405, "wrong-verb"),
        ("GET", "/brands/", 404, "not-found"),
        ("GET", "//brands", 404, "not-found"),
        ("GET", "/enum/verticals", 404, "not-found"),
    ],
)
def test_undocumented_address_is_refused(
    api: Api, method: str, path: str, status: int, expected: str
) -> None:
    answer = api(method, path)

    assert (answer.status_code, kind(answer)) == (status, expected)
