"""Which fields a request may carry. What is not in these tables is refused at the field."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from simulator import vocabulary
from simulator.problems import Invalid

PHONE = re.compile(r"\+?[1-9][0-9]{6,14}")
EMAIL = re.compile(r"[^@\s]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
WEBSITE = re.compile(r"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?([/?#]\S*)?", re.IGNORECASE)
COUNTRY = re.compile(r"[A-Z]{2}")
ALPHANUMERIC = re.compile(r"[A-Za-z0-9]+")
US_EIN = re.compile(r"[0-9]{2}-?[0-9]{7}")
US_STATE = re.compile(r"[A-Z]{2}")
US_ZIP = re.compile(r"[0-9]{5}")
NUMBER = re.compile(r"[0-9]{7,15}")


@dataclass(frozen=True)
class Field:
    required: bool = False
    kind: Literal["text", "flag", "texts"] = "text"
    limit: int = 255
    choices: Collection[str] | None = None
    pattern: re.Pattern[str] | None = None
    blank: bool = False


Table = Mapping[str, Field]

BRAND_PATCH: Table = {
    "company_name": Field(),
    "display_name": Field(),
    "ein": Field(limit=21),
    "ein_issuing_country": Field(pattern=COUNTRY),
    "entity_type": Field(choices=vocabulary.ENTITY_TYPES),
    "website": Field(pattern=WEBSITE),
    "phone": Field(pattern=PHONE),
    "street": Field(limit=100),
    "city": Field(limit=100),
    "state": Field(limit=20),
    "postal_code": Field(limit=10),
    "country": Field(pattern=COUNTRY),
    "email": Field(limit=100, pattern=EMAIL),
    "stock_symbol": Field(limit=10),
    "stock_exchange": Field(choices=vocabulary.STOCK_EXCHANGES),
    "vertical": Field(choices=vocabulary.VERTICALS),
}
BRAND_REQUIRED = (
    *("entity_type", "display_name", "company_name", "phone", "street", "city", "state", "postal_code"),
    *("country", "email", "website"),
)
BRAND: Table = (
    {"account_id": Field(required=True, pattern=ALPHANUMERIC)}
    | {name: replace(one, required=name in BRAND_REQUIRED) for name, one in BRAND_PATCH.items()}
    | {
        "primary_account_id": Field(pattern=ALPHANUMERIC),
        "alt_business_id_type": Field(choices=vocabulary.ALT_BUSINESS_ID_TYPES),
        "alt_business_id": Field(limit=50),
    }
)

FLAGS = (
    *("embedded_link", "embedded_phone", "number_pool", "age_gated", "direct_lending"),
    *("subscriber_opt_in", "subscriber_opt_out", "subscriber_help", "affiliate_marketing"),
)
SAMPLES = ("sample_one", "sample_two", "sample_three", "sample_four", "sample_five")
CAMPAIGN_PATCH: Table = {
    "label": Field(blank=True),
    "reseller_id": Field(limit=20, pattern=ALPHANUMERIC),
    **{name: Field(limit=1024, blank=True) for name in SAMPLES},
    "message_flow": Field(limit=2048, blank=True),
    "help_message": Field(limit=255, blank=True),
    "auto_renewal": Field(kind="flag"),
}
CAMPAIGN: Table = {
    "account_id": Field(required=True, pattern=ALPHANUMERIC),
    "vertical": Field(choices=vocabulary.VERTICALS),
    "usecase": Field(required=True, choices=vocabulary.USE_CASES),
    "sub_usecases": Field(kind="texts", limit=5, choices=vocabulary.USE_CASES),
    "description": Field(required=True, limit=4096),
    **{name: Field(kind="flag") for name in FLAGS},
    **{name: replace(one, blank=False) for name, one in CAMPAIGN_PATCH.items()},
}

# The document's longer examples send universal_ein; its description says read-only, and description wins.
READ_ONLY = frozenset(
    {
        *("universal_ein", "campaign_count", "brand_relationship", "partner", "shared", "owner", "status"),
        *("reference_id", "brand_id", "created_date", "last_updated", "_links", "mno_metadata"),
        *("campaign_id", "vetting_id", "vetting_score", "vetting_status", "vetted_date", "create_date"),
        *("compliance", "traffic_enabled", "tcr_campaign_id"),
    }
)

VETTING: Table = {"evp_id": Field(required=True), "vetting_class": Field(required=True)}
VETTING_IMPORT: Table = {**VETTING, "vetting_token": Field()}
LINK: Table = {
    "country": Field(required=True, choices=("US", "CA")),
    "number": Field(required=True, pattern=NUMBER),
}


def check(table: Table, sent: Mapping[str, Any]) -> list[Invalid]:
    """Everything wrong with a body, at most one finding a field."""
    unknown = [
        Invalid(name, f"Field '{name}' {'is read-only' if name in READ_ONLY else 'is not a known field'}")
        for name in sent
        if name not in table
    ]
    missing = [
        Invalid(name, f"Field '{name}' is required")
        for name, one in table.items()
        if one.required and name not in sent
    ]
    wrong = [
        Invalid(name, f"Field '{name}' {said}")
        for name, one in table.items()
        if name in sent and (said := CHECKS[one.kind](one, sent[name]))
    ]
    return unknown + missing + wrong


def _check_flag(_: Field, value: Any) -> str | None:
    return None if isinstance(value, bool) else "is not a valid value"


def _check_texts(one: Field, value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return "is not a valid value"
    if len(value) > one.limit:
        return f"has more than {one.limit} entries"
    if one.choices is not None and not set(value) <= set(one.choices):
        return "is not a valid value"
    return None


def _check_text(one: Field, value: Any) -> str | None:
    if value is None:
        return "must not be null"
    if not isinstance(value, str):
        return "is not a valid value"
    if not value.strip():
        return None if one.blank else "must not be empty"
    if len(value) > one.limit:
        return f"is longer than {one.limit} characters"
    if one.choices is not None and value not in one.choices:
        return "is not a valid value"
    if one.pattern is not None and not one.pattern.fullmatch(value):
        return "is not a valid value"
    return None


CHECKS: dict[str, Callable[[Field, Any], str | None]] = {
    "text": _check_text,
    "flag": _check_flag,
    "texts": _check_texts,
}


def brand_rules(brand: Mapping[str, Any]) -> list[Invalid]:
    """What belongs together in a brand; run once its fields are right one by one."""
    required = {"NON_PROFIT": ("ein",), "PUBLIC_PROFIT": ("stock_symbol", "stock_exchange")}
    found = [
        Invalid(name, f"Field '{name}' is required for {brand['entity_type']}")
        for name in required.get(brand["entity_type"], ())
        if name not in brand
    ]
    pair = {"alt_business_id", "alt_business_id_type"}
    if len(pair & brand.keys()) == 1:
        (absent,) = pair - brand.keys()
        found.append(Invalid(absent, f"Field '{absent}' is required with the other half of the pair"))
    return found + _us_rules(brand)


def _us_rules(brand: Mapping[str, Any]) -> list[Invalid]:
    found = []
    if brand["country"] == "US":
        found += [
            Invalid.not_valid(name)
            for name, pattern in (("state", US_STATE), ("postal_code", US_ZIP))
            if not pattern.fullmatch(brand[name])
        ]
    issued_in = brand.get("ein_issuing_country", brand["country"])
    if "ein" in brand and issued_in == "US" and not US_EIN.fullmatch(brand["ein"]):
        found.append(Invalid.not_valid("ein"))
    return found


def tax_number(ein: str) -> str:
    """One tax number whatever its spelling."""
    return re.sub(r"[^0-9a-z]", "", ein.casefold())
