from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.conftest import CAMPAIGN, Stage, invalid_fields, kind

USE_CASES = (
    *("CUSTOMER_CARE", "POLLING_VOTING", "HIGHER_EDUCATION", "PUBLIC_SERVICE_ANNOUNCEMENT", "MARKETING"),
    *("SECURITY_ALERT", "DELIVERY_NOTIFICATION", "ACCOUNT_NOTIFICATION", "2FA", "FRAUD_ALERT", "TRIAL"),
    *("CHARITY", "POLITICAL", "EMERGENCY", "SWEEPSTAKE", "CONVERSATIONAL", "MIXED", "CARRIER_EXEMPT"),
    *("SOCIAL", "LOW_VOLUME"),
)
FOR_NON_PROFIT = {"POLITICAL", "CHARITY", "EMERGENCY"}
FOR_VERIFIED = {
    *("LOW_VOLUME", "2FA", "CUSTOMER_CARE", "ACCOUNT_NOTIFICATION", "DELIVERY_NOTIFICATION", "MIXED"),
}


def allowed(stage: Stage, brand_id: str) -> set[str]:
    return {
        usecase
        for usecase in USE_CASES
        if stage.api("GET", f"/brands/{brand_id}/usecases/{usecase}").status_code == 200
    }


@pytest.mark.parametrize(
    ("status", "fields", "expected"),
    [
        ("PENDING", {}, set()),
        ("UNVERIFIED", {}, set()),
        ("VERIFIED", {}, FOR_VERIFIED),
        ("VETTED_VERIFIED", {}, set(USE_CASES) - FOR_NON_PROFIT),
        ("VETTED_VERIFIED", {"entity_type": "NON_PROFIT"}, set(USE_CASES)),
        ("SOMETHING_NEW", {}, set(USE_CASES) - FOR_NON_PROFIT),
    ],
)
def test_use_cases_depend_on_the_brands_status(
    stage: Stage, status: str, fields: dict[str, str], expected: set[str]
) -> None:
    brand_id = stage.brand(**fields)
    stage.control("status", {"brand_id": brand_id, "status": status})

    assert allowed(stage, brand_id) == expected


def test_use_case_check_has_the_documented_shape_with_its_nulls(stage: Stage) -> None:
    brand_id = stage.verified()

    body = stage.api("GET", f"/brands/{brand_id}/usecases/LOW_VOLUME").json()

    att, tmo = body["mno_metadata"]
    shared = {
        *("network_id", "min_msg_samples", "req_subscriber_opt_in", "req_subscriber_help", "mno", "qualify"),
        *("req_subscriber_opt_out", "mno_support", "mno_review", "no_embedded_link", "tmo_brand_tier"),
        *("att_msg_class", "att_tpm"),
    }
    assert (body["usecase"], body["quarterly_fee"], body["annual_fee"]) == ("LOW_VOLUME", 6, 24)
    assert (att.keys(), tmo.keys()) == (shared, shared | {"no_embedded_phone"})
    assert (att["network_id"], att["mno"], att["tmo_brand_tier"]) == ("10017", "AT&T", None)
    assert (tmo["network_id"], tmo["mno"], tmo["att_tpm"], tmo["att_msg_class"]) == (
        "10035",
        "TMO",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("score", "att_class", "att_tpm", "tier"),
    [(92, "A", 4500, "TOP"), (60, "C", 2400, "HIGH_MID"), (25, "E", 240, "LOW_MID"), (7, "E", 240, "LOW")],
)
def test_throughput_follows_the_score(
    stage: Stage, score: int, att_class: str, att_tpm: int, tier: str
) -> None:
    (brand,) = stage.control("brands", {"key": "abcd1234", "vettings": [{"score": score}]})["brands"]

    att, tmo = stage.api("GET", f"/brands/{brand['brand_id']}/usecases/2FA").json()["mno_metadata"]

    assert (att["att_msg_class"], att["att_tpm"], tmo["tmo_brand_tier"]) == (att_class, att_tpm, tier)


def test_campaign_needs_its_use_case_checked_first(stage: Stage) -> None:
    brand_id = stage.qualified("LOW_VOLUME")

    answer = stage.api("POST", f"/brands/{brand_id}/campaigns", CAMPAIGN)

    assert (answer.status_code, kind(answer)) == (409, "error-brand-not-qualified")
    assert stage.store.campaigns == {}


def test_denied_check_does_not_qualify(stage: Stage) -> None:
    brand_id = stage.brand()
    stage.api("GET", f"/brands/{brand_id}/usecases/ACCOUNT_NOTIFICATION")
    stage.advance(20)

    assert stage.api("POST", f"/brands/{brand_id}/campaigns", CAMPAIGN).status_code == 409


def test_create_campaign_answers_201_with_the_documented_odd_shapes(stage: Stage) -> None:
    brand_id = stage.qualified()

    answer = stage.api("POST", f"/brands/{brand_id}/campaigns", CAMPAIGN | {"label": "Notes #7K"})

    body = answer.json()
    att, tmo = body["mno_metadata"]
    assert answer.status_code == 201
    assert (CAMPAIGN | {"label": "Notes #7K", "status": "PENDING_REVIEW"}).items() <= body.items()
    assert (att["mno_review"], att["no_embedded_phone"], att["msg_class"], att["tpm"]) == (
        "false,",
        "false,",
        "E",
        240,
    )
    assert (tmo["mno_review"], tmo["no_embedded_phone"], tmo["brand_tier"]) == (False, "false,", "LOW")
    assert not {"msg_class", "tpm"} & tmo.keys()
    assert "brand_tier" not in att
    assert [att["status"], tmo["status"]] == ["REVIEW", "REVIEW"]


def timeline(stage: Stage, path: str, waits: tuple[float, ...]) -> list[tuple[str, str, str, bool]]:
    seen = []
    for wait in waits:
        stage.advance(wait)
        body = stage.api("GET", path).json()
        att, tmo = body["mno_metadata"]
        seen.append((body["status"], att["status"], tmo["status"], body["traffic_enabled"]))
    return seen


def test_campaign_becomes_active_through_both_carriers(stage: Stage) -> None:
    path = stage.campaign()

    assert timeline(stage, path, (0, 10, 10, 10)) == [
        ("PENDING_REVIEW", "REVIEW", "REVIEW", False),
        ("CARRIERS_REVIEW", "REVIEW", "REVIEW", False),
        ("CARRIERS_REVIEW", "APPROVED", "REVIEW", False),
        ("ACTIVE", "APPROVED", "APPROVED", True),
    ]


@pytest.mark.parametrize(
    ("description", "end"),
    [
        ("Please reject this", ("REJECTED", "REJECTED", "REJECTED", False)),
        ("Please reject tmo only", ("ACTIVE", "APPROVED", "REJECTED", True)),
        ("Please reject att only", ("ACTIVE", "REJECTED", "APPROVED", True)),
        ("Then suspend it", ("SUSPENDED", "SUSPENDED", "SUSPENDED", False)),
        ("Let it expire", ("EXPIRED", "APPROVED", "APPROVED", False)),
        ("Stuck for ever", ("PENDING_REVIEW", "REVIEW", "REVIEW", False)),
        ("To revise first", ("UPDATES_REQUIRED", "REVIEW", "REVIEW", False)),
        ("Rejected and unstuck are other words", ("ACTIVE", "APPROVED", "APPROVED", True)),
    ],
)
def test_campaign_ends_as_its_description_says(
    stage: Stage, description: str, end: tuple[str, str, str, bool]
) -> None:
    path = stage.campaign(description=description)

    assert timeline(stage, path, (1_000,)) == [end]


def test_campaign_sent_back_is_reviewed_again_after_a_change(stage: Stage) -> None:
    path = stage.active_campaign(description="To revise first")

    answer = stage.api("PATCH", path, {"sample_one": "Your order is ready."})

    assert answer.json()["status"] == "PENDING_REVIEW"
    assert timeline(stage, path, (30,)) == [("ACTIVE", "APPROVED", "APPROVED", True)]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"usecase": "MARKETING"}, ["sample_one", "sample_two"]),
        ({"sample_one": "Look at bit.ly/x"}, ["sample_one"]),
        ({"usecase": "NOTHING"}, ["usecase"]),
        ({"vertical": "BANKING"}, ["vertical"]),
        ({"age_gated": "true"}, ["age_gated"]),
        ({"sub_usecases": ["2FA", "NOTHING"]}, ["sub_usecases"]),
        ({"sub_usecases": None}, ["sub_usecases"]),
        ({"label": None}, ["label"]),
        ({"sample_two": ""}, ["sample_two"]),
        ({"campaign_id": "C1", "opt_in_keywords": "START"}, ["campaign_id", "opt_in_keywords"]),
        ({"sample_one": "x" * 1025}, ["sample_one"]),
    ],
)
def test_wrong_campaign_field_is_refused(stage: Stage, changes: dict[str, Any], fields: list[str]) -> None:
    brand_id = stage.qualified()

    answer = stage.api("POST", f"/brands/{brand_id}/campaigns", CAMPAIGN | changes)

    assert (answer.status_code, kind(answer), invalid_fields(answer)) == (
        422,
        "invalid-campaign-data",
        fields,
    )
    assert {entry["code"] for entry in answer.json()["invalid_parameters"]} == {503}


def test_two_live_campaigns_may_share_a_label(stage: Stage) -> None:
    brand_id = stage.qualified()
    path = f"/brands/{brand_id}/campaigns"

    ids = {stage.api("POST", path, CAMPAIGN | {"label": "Twin"}).json()["campaign_id"] for _ in range(2)}

    listing = stage.api("GET", path).json()
    assert {one["campaign_id"] for one in listing["_embedded"]["campaigns"]} == ids
    assert listing["total_items"] == 2
    assert listing["_links"]["brand"] == {"href": f"https://api.nexmo.com/v1/10dlc/brands/{brand_id}"}
    assert stage.api("GET", f"/brands/{brand_id}").json()["campaign_count"] == 2


def test_patch_changes_only_what_is_editable(stage: Stage) -> None:
    path = stage.campaign()

    done = stage.api("PATCH", path, {"label": "New", "auto_renewal": False, "sample_two": ""})
    refused = stage.api("PATCH", path, {"description": "New"})

    assert (done.json()["label"], done.json()["auto_renewal"]) == ("New", False)
    assert (refused.status_code, invalid_fields(refused)) == (422, ["description"])


def test_reseller_cannot_be_changed_once_set(stage: Stage) -> None:
    path = stage.campaign(reseller_id="R123456")

    assert stage.api("PATCH", path, {"reseller_id": "R123456"}).status_code == 200
    assert invalid_fields(stage.api("PATCH", path, {"reseller_id": "R9"})) == ["reseller_id"]


def test_stopped_campaign_winds_down_and_stays_readable(stage: Stage) -> None:
    path = stage.active_campaign()
    stage.api("POST", f"{path}/numbers", {"country": "US", "number": "14155550110"})

    answer = stage.api("DELETE", path)
    again = stage.api("DELETE", path)

    assert (answer.status_code, answer.content, again.status_code) == (204, b"", 404)
    assert stage.api("GET", f"{path}/numbers").json()["total_items"] == 0
    assert [seen[0] for seen in timeline(stage, path, (0, 20))] == ["PENDING_CANCELLATION", "CANCELED"]
