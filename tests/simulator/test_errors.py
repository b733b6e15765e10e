"""Every error that the document lists for an operation can be had from it, in the documented shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.simulator.conftest import BRAND, CAMPAIGN, Stage, kind

GENERAL = "https://developer.nexmo.com/api-errors#"
PRODUCT = "https://developer.nexmo.com/api-errors/10dlc#"
STATUS = {
    "unauthorized": 401,
    "not-found": 404,
    "throttled": 429,
    "error-type": 400,
    "invalid-json": 400,
    "invalid-usecase-data": 400,
    "use-case-denied": 403,
    "error-brand-conflict": 409,
    "error-vetting-conflict": 409,
    "error-brand-not-qualified": 409,
    "number-already-linked": 409,
    "invalid-brand-data": 422,
    "invalid-vetting-data": 422,
    "invalid-campaign-data": 422,
    "invalid-number-data": 422,
}
NO_BRAND = "/brands/BNONE"
NO_CAMPAIGN = f"{NO_BRAND}/campaigns/CNONE"
ADDRESSES = {
    "list_brands": ("GET", "/brands"),
    "create_brand": ("POST", "/brands"),
    "read_brand": ("GET", NO_BRAND),
    "change_brand": ("PATCH", NO_BRAND),
    "delete_brand": ("DELETE", NO_BRAND),
    "read_feedback": ("GET", f"{NO_BRAND}/feedback"),
    "check_use_case": ("GET", f"{NO_BRAND}/usecases/2FA"),
    "list_vettings": ("GET", f"{NO_BRAND}/vetting/requests"),
    "order_vetting": ("POST", f"{NO_BRAND}/vetting/requests"),
    "import_vetting": ("PUT", f"{NO_BRAND}/vetting/requests/v1"),
    "revet_brand": ("POST", f"{NO_BRAND}/revet"),
    "list_classes": ("GET", "/enum/vetting/classes"),
    "list_providers": ("GET", "/enum/vetting/providers"),
    "list_campaigns": ("GET", f"{NO_BRAND}/campaigns"),
    "create_campaign": ("POST", f"{NO_BRAND}/campaigns"),
    "read_campaign": ("GET", NO_CAMPAIGN),
    "change_campaign": ("PATCH", NO_CAMPAIGN),
    "stop_campaign": ("DELETE", NO_CAMPAIGN),
    "list_numbers": ("GET", f"{NO_CAMPAIGN}/numbers"),
    "link_number": ("POST", f"{NO_CAMPAIGN}/numbers"),
    "read_number": ("GET", f"{NO_CAMPAIGN}/numbers/14155550110"),
    "unlink_number": ("DELETE", f"{NO_CAMPAIGN}/numbers/14155550110"),
}
WITHOUT_LISTED_ERRORS = {"list_vettings", "list_classes", "list_providers"}
WITHOUT_COMMON_ERRORS = WITHOUT_LISTED_ERRORS | {"order_vetting", "import_vetting"}
COMMON = [name for name in ADDRESSES if name not in WITHOUT_COMMON_ERRORS]
THROTTLED = ["read_feedback", "check_use_case", "order_vetting", "import_vetting", "revet_brand"]

ORDER = {"evp_id": "AEGIS", "vetting_class": "STANDARD"}
NUMBER = {"country": "US", "number": "14155550110"}
UNREADABLE: dict[str, Any] = {"data": b"{", "headers": {"Content-Type": "application/json"}}


def link_twice(stage: Stage) -> requests.Response:
    path = f"{stage.active_campaign()}/numbers"
    stage.api("POST", path, NUMBER)
    return stage.api("POST", path, NUMBER)


OWN: dict[tuple[str, str], Callable[[Stage], requests.Response]] = {
    ("create_brand", "error-type"): lambda s: s.api("POST", "/brands", BRAND | {"company_name": "Refuse"}),
    ("create_brand", "error-brand-conflict"): lambda s: s.api(
        "POST", "/brands", BRAND | {"company_name": "Conflict"}
    ),
    ("create_brand", "invalid-brand-data"): lambda s: s.api(
        "POST", "/brands", BRAND | {"company_name": "Duplicate"}
    ),
    ("change_brand", "invalid-vetting-data"): lambda s: s.api(
        "PATCH", f"/brands/{s.brand()}", {"state": "X"}
    ),
    ("read_feedback", "error-type"): lambda s: s.api(
        "GET", f"/brands/{s.brand(company_name='Feedbackless')}/feedback"
    ),
    ("check_use_case", "invalid-usecase-data"): lambda s: s.api("GET", f"/brands/{s.brand()}/usecases/NONE"),
    ("check_use_case", "use-case-denied"): lambda s: s.api("GET", f"/brands/{s.brand()}/usecases/SOCIAL"),
    ("order_vetting", "error-vetting-conflict"): lambda s: s.api(
        "POST", f"/brands/{s.brand(company_name='Vetconflict')}/vetting/requests", ORDER
    ),
    ("order_vetting", "invalid-vetting-data"): lambda s: s.api(
        "POST", f"/brands/{s.brand()}/vetting/requests", ORDER | {"evp_id": "X"}
    ),
    ("import_vetting", "invalid-vetting-data"): lambda s: s.api(
        "PUT", f"/brands/{s.brand()}/vetting/requests/v1", ORDER | {"evp_id": "X"}
    ),
    ("revet_brand", "invalid-json"): lambda s: s.api("POST", f"/brands/{s.brand()}/revet", **UNREADABLE),
    ("create_campaign", "error-brand-not-qualified"): lambda s: s.api(
        "POST", f"/brands/{s.verified()}/campaigns", CAMPAIGN
    ),
    ("create_campaign", "invalid-campaign-data"): lambda s: s.api(
        "POST", f"/brands/{s.qualified()}/campaigns", CAMPAIGN | {"usecase": "NONE"}
    ),
    ("change_campaign", "invalid-campaign-data"): lambda s: s.api("PATCH", s.campaign(), {"usecase": "2FA"}),
    ("link_number", "number-already-linked"): link_twice,
    ("link_number", "invalid-number-data"): lambda s: s.api(
        "POST", f"{s.active_campaign()}/numbers", NUMBER | {"country": "XX"}
    ),
}


def assert_documented(answer: requests.Response, expected: str) -> None:
    body = answer.json()
    root = GENERAL if expected in ("unauthorized", "not-found", "throttled") else PRODUCT
    assert (answer.status_code, body["type"]) == (STATUS[expected], root + expected)
    assert body.keys() >= {"type", "title", "detail", "instance"}
    assert len(bytes.fromhex(body["instance"])) == 16


@pytest.mark.parametrize(("operation", "expected"), OWN)
def test_operation_answers_its_own_errors(stage: Stage, operation: str, expected: str) -> None:
    answer = OWN[operation, expected](stage)

    assert_documented(answer, expected)


@pytest.mark.parametrize("operation", ADDRESSES)
def test_wrong_credentials_are_unauthorized(stage: Stage, operation: str) -> None:
    method, path = ADDRESSES[operation]

    for auth in (("abcd1234", "wrong"), None):
        assert_documented(stage.api(method, path, auth=auth), "unauthorized")


@pytest.mark.parametrize("operation", [name for name in COMMON if name != "list_brands"])
def test_unknown_ids_are_not_found(stage: Stage, operation: str) -> None:
    method, path = ADDRESSES[operation]
    body = BRAND | {"account_id": "other999"} if operation == "create_brand" else {}

    answer = stage.api(method, path, body if method in ("POST", "PATCH") else None)

    assert_documented(answer, "not-found")


def test_brand_list_is_not_found_when_told_so(stage: Stage) -> None:
    stage.control("faults", {"kind": "status", "operation": "list_brands", "params": {"code": 404}})

    assert_documented(stage.api("GET", "/brands"), "not-found")


@pytest.mark.parametrize("operation", THROTTLED)
def test_too_many_requests_are_throttled(stage: Stage, operation: str) -> None:
    stage.control("settings", {"reads_per_second": 0.001, "writes_per_second": 0.001})
    method, path = ADDRESSES[operation]
    stage.api(method, path)

    answer = stage.api(method, path)

    assert_documented(answer, "throttled")
    assert answer.json()["retry_after"] == 1


def test_invalid_use_case_lists_its_field_under_errors(stage: Stage) -> None:
    body = stage.api("GET", f"/brands/{stage.brand()}/usecases/NONE").json()

    assert body["errors"] == [{"code": 501, "field": "usecase", "description": "Unrecognized Usecase"}]
    assert "invalid_parameters" not in body


def test_each_problem_has_an_instance_of_its_own(stage: Stage) -> None:
    answers = [stage.api("GET", NO_BRAND) for _ in range(2)]

    assert len({answer.json()["instance"] for answer in answers}) == 2


def test_fixed_credentials_refuse_every_other_pair(stage: Stage) -> None:
    stage.application.credentials = ("abcd1234", "right")

    statuses = [
        stage.api("GET", "/brands", auth=auth).status_code
        for auth in (("abcd1234", "right"), ("abcd1234", "rightx"), ("other999", "right"))
    ]

    assert statuses == [200, 401, 401]


def test_forbidden_secret_is_a_403_that_is_no_use_case_denial(stage: Stage) -> None:
    answer = stage.api("GET", "/brands", auth=("abcd1234", "forbidden"))

    assert (answer.status_code, kind(answer)) == (403, "unauthorized")
