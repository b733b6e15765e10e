from __future__ import annotations

import pytest

from tests.simulator.conftest import Api, Stage, invalid_fields, kind

ORDER = {"evp_id": "AEGIS", "vetting_class": "STANDARD"}


def requests_path(brand_id: str) -> str:
    return f"/brands/{brand_id}/vetting/requests"


def test_order_vetting_answers_the_record_without_a_score(stage: Stage) -> None:
    brand_id = stage.verified()

    answer = stage.api("POST", requests_path(brand_id), ORDER)

    body = answer.json()
    assert answer.status_code == 200
    assert body.keys() == {
        *("account_id", "evp_id", "vetting_id", "vetting_token", "vetting_class", "vetting_status"),
        *("create_date", "_links"),
    }
    assert body["_links"]["brand"] == {"href": f"https://api.nexmo.com/v1/10dlc/brands/{brand_id}"}


@pytest.mark.parametrize(
    ("company_name", "status", "score", "brand_status"),
    [
        ("Harbour", "ACTIVE", 78, "VETTED_VERIFIED"),
        ("Lowscore Ltd", "ACTIVE", 25, "VETTED_VERIFIED"),
        ("Midscore Ltd", "ACTIVE", 60, "VETTED_VERIFIED"),
        ("Topscore Ltd", "ACTIVE", 92, "VETTED_VERIFIED"),
        ("Unverified Ltd", "ACTIVE", 78, "VETTED_VERIFIED"),
        ("Fail Ltd", "FAILED", None, "VERIFIED"),
        ("Unscored Ltd", "UNSCORE", None, "VERIFIED"),
        ("Vetstuck Ltd", "PENDING", None, "VERIFIED"),
    ],
)
def test_vetting_ends_as_the_company_name_says(
    stage: Stage, company_name: str, status: str, score: int | None, brand_status: str
) -> None:
    brand_id = stage.verified(company_name=company_name)
    stage.api("POST", requests_path(brand_id), ORDER)
    stage.advance(30)

    (record,) = stage.api("GET", requests_path(brand_id)).json()

    assert (record["vetting_status"], record.get("vetting_score")) == (status, score)
    assert stage.api("GET", f"/brands/{brand_id}").json()["status"] == brand_status


def test_expired_vetting_no_longer_lifts_its_brand(stage: Stage) -> None:
    brand_id = stage.verified(company_name="Expired Ltd")
    stage.api("POST", requests_path(brand_id), ORDER)
    stage.advance(90)

    (record,) = stage.api("GET", requests_path(brand_id)).json()

    assert (record["vetting_status"], record["vetting_score"]) == ("EXPIRED", 78)
    assert stage.api("GET", f"/brands/{brand_id}").json()["status"] == "VERIFIED"


@pytest.mark.parametrize(("company_name", "made"), [("Vetconflict Ltd", 0), ("Vetconflicted Ltd", 1)])
def test_vetting_conflict_comes_with_and_without_the_effect(
    stage: Stage, company_name: str, made: int
) -> None:
    brand_id = stage.verified(company_name=company_name)

    answer = stage.api("POST", requests_path(brand_id), ORDER)

    assert (answer.status_code, kind(answer)) == (409, "error-vetting-conflict")
    assert len(stage.api("GET", requests_path(brand_id)).json()) == made


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"evp_id": "NOBODY", "vetting_class": "STANDARD"}, "evp_id"),
        ({"evp_id": "CV", "vetting_class": "POLITICAL"}, "evp_id"),
        ({"evp_id": "WMC", "vetting_class": "ENHANCED"}, "vetting_class"),
        ({"evp_id": "AEGIS", "vetting_class": "LEGACY"}, "vetting_class"),
        ({"evp_id": "AEGIS"}, "vetting_class"),
        (ORDER | {"vetting_token": "x"}, "vetting_token"),
    ],
)
def test_impossible_order_is_refused_at_its_field(stage: Stage, sent: dict[str, str], field: str) -> None:
    brand_id = stage.verified()

    answer = stage.api("POST", requests_path(brand_id), sent)

    assert (answer.status_code, kind(answer), invalid_fields(answer)) == (
        422,
        "invalid-vetting-data",
        [field],
    )


def test_second_order_is_refused_only_while_the_first_is_pending(stage: Stage) -> None:
    brand_id = stage.verified()

    first = stage.api("POST", requests_path(brand_id), ORDER)
    again = stage.api("POST", requests_path(brand_id), ORDER)
    stage.advance(30)
    later = stage.api("POST", requests_path(brand_id), ORDER)

    assert [first.status_code, again.status_code, later.status_code] == [200, 422, 200]
    assert again.json()["invalid_parameters"][0]["description"] == "Field 'evp_id' is not unique"


def test_import_takes_the_id_from_the_address_and_needs_time(stage: Stage) -> None:
    brand_id = stage.verified()
    sent = {"evp_id": "CV", "vetting_class": "POLITICAL", "vetting_token": "T-1"}

    answer = stage.api("PUT", f"{requests_path(brand_id)}/outside-7", sent)
    stage.advance(15)
    (record,) = stage.api("GET", requests_path(brand_id)).json()

    assert (answer.status_code, answer.json()["vetting_id"]) == (200, "outside-7")
    assert [answer.json()["vetting_status"], record["vetting_status"]] == ["PENDING", "ACTIVE"]
    assert record["vetting_token"] == "T-1"


def test_import_needs_a_token_where_the_provider_demands_one(stage: Stage) -> None:
    path = requests_path(stage.verified())

    without = stage.api("PUT", f"{path}/a", {"evp_id": "CV", "vetting_class": "POLITICAL"})

    assert invalid_fields(without) == ["vetting_token"]
    assert stage.api("PUT", f"{path}/b", ORDER).status_code == 200


def test_import_can_fail_and_cannot_be_repeated(stage: Stage) -> None:
    brand_id = stage.verified()
    path = f"{requests_path(brand_id)}/bad-1"
    stage.api("PUT", path, ORDER)
    stage.advance(15)

    assert stage.api("GET", requests_path(brand_id)).json()[0]["vetting_status"] == "FAILED"
    assert invalid_fields(stage.api("PUT", path, ORDER)) == ["evp_id"]


def test_enums_are_bare_arrays_with_the_documented_fields(api: Api) -> None:
    classes, providers = (api("GET", f"/enum/vetting/{name}").json() for name in ("classes", "providers"))

    assert {frozenset(one) for one in classes} == {
        frozenset({"id", "enabled", "display_name", "description", "validity_months"})
    }
    assert {frozenset(one) for one in providers} == {
        frozenset({"evp_id", "display_name", "tcr_billable", "vetting_classes", "vetting_instruction"})
    }
    assert {one["id"] for one in classes if one["enabled"]} == {"STANDARD", "ENHANCED", "POLITICAL"}
