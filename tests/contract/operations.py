"""The 22 operations of the document as data: what is asked, what is answered, what may go wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PREFIX = "/v1/10dlc"
DOCUMENT_HOST = "https://api-eu.vonage.com"
EXAMPLES = Path(__file__).parent / "examples"

_B = "/brands/{brand_id}"
_C = _B + "/campaigns/{campaign_id}"
_PAGED = ("page", "page_size")
_KNOWN = ("unauthorized", "not-found")


@dataclass(frozen=True)
class Operation:
    """One operation. `success` is what a 2xx of it usually is; any other 2xx with the expected is as good."""

    name: str
    method: str
    path: str
    success: int
    errors: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    required: tuple[str, ...] = ()  # request fields without a condition
    optional: tuple[str, ...] = ()
    read_only: tuple[str, ...] = ()  # listed with the request, never to be sent
    proof: str = ""  # the field of the answer that proves it was done
    lists: str = ""  # the key under `_embedded`, or "[]" for a bare array
    path_params: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        params = tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))
        object.__setattr__(self, "path_params", params)

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(self.required + self.optional)

    @property
    def has_body(self) -> bool:
        return bool(self.fields)


BRAND_REQUIRED = (
    *("account_id", "entity_type", "display_name", "company_name", "phone", "street", "city", "state"),
    *("postal_code", "country", "email"),
)
BRAND_OPTIONAL = (
    *("ein", "website", "primary_account_id", "ein_issuing_country", "alt_business_id_type"),
    *("alt_business_id", "stock_symbol", "stock_exchange", "vertical"),
)
BRAND_PATCH = (
    *("company_name", "display_name", "ein", "ein_issuing_country", "entity_type", "website", "phone"),
    *("street", "city", "state", "postal_code", "country", "email", "stock_symbol", "stock_exchange"),
    "vertical",
)
CAMPAIGN_OPTIONAL = (
    *("vertical", "sub_usecases", "reseller_id", "embedded_link", "embedded_phone", "number_pool"),
    *("age_gated", "direct_lending", "subscriber_opt_in", "subscriber_opt_out", "subscriber_help"),
    *("sample_one", "sample_two", "sample_three", "sample_four", "sample_five", "message_flow"),
    *("help_message", "affiliate_marketing", "label", "auto_renewal"),
)
CAMPAIGN_PATCH = (
    *("label", "reseller_id", "sample_one", "sample_two", "sample_three", "sample_four", "sample_five"),
    *("message_flow", "help_message", "auto_renewal"),
)

OPERATIONS = (
    Operation("list_brands", "GET", "/brands", 200, _KNOWN, _PAGED, lists="brands"),
    Operation(
        "create_brand",
        "POST",
        "/brands",
        201,
        ("error-type", *_KNOWN, "error-brand-conflict", "invalid-brand-data"),
        required=BRAND_REQUIRED,
        optional=BRAND_OPTIONAL,
        read_only=("universal_ein",),
        proof="brand_id",
    ),
    Operation("get_brand", "GET", _B, 200, _KNOWN, proof="brand_id"),
    Operation(
        "update_brand",
        "PATCH",
        _B,
        200,
        (*_KNOWN, "invalid-vetting-data"),
        optional=BRAND_PATCH,
        proof="brand_id",
    ),
    Operation("delete_brand", "DELETE", _B, 204, _KNOWN),
    Operation("get_feedback", "GET", f"{_B}/feedback", 200, ("error-type", *_KNOWN, "throttled")),
    Operation(
        "check_use_case",
        "GET",
        f"{_B}/usecases/{{usecase}}",
        200,
        ("invalid-usecase-data", *_KNOWN, "use-case-denied", "throttled"),
        proof="usecase",
    ),
    Operation("list_vettings", "GET", f"{_B}/vetting/requests", 200, lists="[]"),
    Operation(
        "request_vetting",
        "POST",
        f"{_B}/vetting/requests",
        200,
        ("error-vetting-conflict", "invalid-vetting-data", "throttled"),
        required=("evp_id", "vetting_class"),
        proof="vetting_id",
    ),
    Operation(
        "import_vetting",
        "PUT",
        f"{_B}/vetting/requests/{{vetting_request_id}}",
        200,
        ("invalid-vetting-data", "throttled"),
        required=("evp_id", "vetting_class"),
        optional=("vetting_token",),
        proof="vetting_id",
    ),
    Operation(
        "revet_brand", "POST", f"{_B}/revet", 200, (*_KNOWN, "invalid-json", "throttled"), proof="brand_id"
    ),
    Operation("list_vetting_classes", "GET", "/enum/vetting/classes", 200, lists="[]"),
    Operation("list_vetting_providers", "GET", "/enum/vetting/providers", 200, lists="[]"),
    Operation("list_campaigns", "GET", f"{_B}/campaigns", 200, _KNOWN, _PAGED, lists="campaigns"),
    Operation(
        "create_campaign",
        "POST",
        f"{_B}/campaigns",
        201,
        (*_KNOWN, "error-brand-not-qualified", "invalid-campaign-data"),
        required=("account_id", "usecase", "description"),
        optional=CAMPAIGN_OPTIONAL,
        proof="campaign_id",
    ),
    Operation("get_campaign", "GET", _C, 200, _KNOWN, proof="campaign_id"),
    Operation(
        "update_campaign",
        "PATCH",
        _C,
        200,
        (*_KNOWN, "invalid-campaign-data"),
        optional=CAMPAIGN_PATCH,
        proof="campaign_id",
    ),
    Operation("stop_campaign", "DELETE", _C, 204, _KNOWN),
    Operation("list_numbers", "GET", f"{_C}/numbers", 200, _KNOWN, _PAGED, lists="numbers"),
    Operation(
        "link_number",
        "POST",
        f"{_C}/numbers",
        201,
        (*_KNOWN, "number-already-linked", "invalid-number-data"),
        required=("country", "number"),
        proof="number",
    ),
    Operation("get_number", "GET", f"{_C}/numbers/{{number}}", 200, _KNOWN, proof="number"),
    Operation("unlink_number", "DELETE", f"{_C}/numbers/{{number}}", 204, _KNOWN),
)
BY_NAME = {operation.name: operation for operation in OPERATIONS}


def examples(name: str) -> dict[str, list[Any]]:
    """Every example body of an operation: `requests` (title and body), `responses`, `errors`."""
    loaded: dict[str, list[Any]] = json.loads((EXAMPLES / f"{name}.json").read_text())
    return loaded
