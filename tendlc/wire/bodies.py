"""What we send: exactly the documented fields, in the documented form, and nothing empty.

Builders take our values under our names (`use_case`) or the wire's (`usecase`) and raise ValueError for a
field the document does not let us send, so a slip is found before anything is frozen or paid for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from portal.vonage.values import boolean, digits, text

_BRAND_COMMON: Final = frozenset(
    {
        *(
            "entity_type",
            "display_name",
            "company_name",
            "ein",
            "ein_issuing_country",
            "phone",
            "street",
            "city",
        ),
        *(
            "state",
            "postal_code",
            "country",
            "email",
            "website",
            "stock_symbol",
            "stock_exchange",
            "vertical",
        ),
    }
)
BRAND_PATCH_FIELDS: Final = _BRAND_COMMON
# universal_ein is listed by the document too, and marked as read-only there.
BRAND_FIELDS: Final = _BRAND_COMMON | {
    *("account_id", "primary_account_id", "alt_business_id_type", "alt_business_id"),
}
CAMPAIGN_FLAGS: Final = (
    *("embedded_link", "embedded_phone", "number_pool", "age_gated", "direct_lending"),
    *("subscriber_opt_in", "subscriber_opt_out", "subscriber_help", "affiliate_marketing"),
)
# The document says only "fields that are editable"; its example names them.
CAMPAIGN_PATCH_FIELDS: Final = frozenset(
    {
        *("label", "reseller_id", "sample_one", "sample_two", "sample_three", "sample_four", "sample_five"),
        *("message_flow", "help_message", "auto_renewal"),
    }
)
CAMPAIGN_FIELDS: Final = (
    CAMPAIGN_PATCH_FIELDS
    | frozenset(CAMPAIGN_FLAGS)
    | {*("account_id", "vertical", "usecase", "sub_usecases", "description")}
)
VETTING_FIELDS: Final = frozenset({"evp_id", "vetting_class"})
VETTING_IMPORT_FIELDS: Final = VETTING_FIELDS | {"vetting_token"}
NUMBER_FIELDS: Final = frozenset({"country", "number"})

_WIRE_NAMES: Final = {
    "use_case": "usecase",
    "sub_use_cases": "sub_usecases",
    "provider": "evp_id",
}
_OUR_NAMES: Final = {wire: ours for ours, wire in _WIRE_NAMES.items()}
Body = dict[str, object]


def our_field(wire_name: str) -> str:
    """Our name of a field the provider complains about."""
    return _OUR_NAMES.get(wire_name, wire_name)


def require_documented(body: Mapping[str, object], allowed: frozenset[str]) -> None:
    """Raise ValueError if the body holds a field that this operation does not document."""
    surplus = sorted(set(body) - allowed)
    if surplus:
        raise ValueError(f"not a field of this request: {', '.join(surplus)}")


def brand_body(values: Mapping[str, object]) -> Body:
    """The body that creates a brand."""
    return _with_brand_forms(_named(values, BRAND_FIELDS), country="")


def brand_patch(values: Mapping[str, object], *, country: str = "") -> Body:
    """The body that changes a brand; `country` is the brand's own, which decides how an EIN is written."""
    return _with_brand_forms(_named(values, BRAND_PATCH_FIELDS), country=country)


def campaign_body(values: Mapping[str, object]) -> Body:
    """The body that creates a campaign: the vertical must be there, the nine yes/no fields always are."""
    named = _named(values, CAMPAIGN_FIELDS)
    if "vertical" not in named:
        raise ValueError("a campaign is sent with its vertical")
    flags: Body = {name: _flag(named.get(name, False), name) for name in CAMPAIGN_FLAGS}
    return _with_campaign_forms(named) | flags


def campaign_patch(values: Mapping[str, object]) -> Body:
    """The body that changes a campaign: its ten editable fields at most."""
    return _with_campaign_forms(_named(values, CAMPAIGN_PATCH_FIELDS))


def vetting_body(values: Mapping[str, object]) -> Body:
    """The body that orders a vetting."""
    return _complete(_named(values, VETTING_FIELDS), VETTING_FIELDS)


def vetting_import_body(values: Mapping[str, object]) -> Body:
    """The body that imports a vetting done elsewhere; not every provider gives a token."""
    return _complete(_named(values, VETTING_IMPORT_FIELDS), VETTING_FIELDS)


def number_body(values: Mapping[str, object]) -> Body:
    """The body that links a number: digits without `+`, and the country in capitals."""
    named = _complete(_named(values, NUMBER_FIELDS), NUMBER_FIELDS)
    country = str(named["country"]).upper()
    if len(country) != 2 or not (country.isascii() and country.isalpha()):
        raise ValueError("a country is two letters")
    return {"country": country, "number": _phone(named["number"])}


def _named(values: Mapping[str, object], allowed: frozenset[str]) -> Body:
    """The values under the wire's names, without the empty ones."""
    named = {_WIRE_NAMES.get(name, name): _trimmed(value) for name, value in values.items()}
    require_documented(named, allowed)
    return {name: value for name, value in named.items() if value not in (None, "", [])}


def _trimmed(value: object) -> object:
    if isinstance(value, str):
        return str(value).strip()  # str() also turns a choice into its plain value
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [str(item).strip() for item in items if str(item).strip()]
    return value


def _with_brand_forms(body: Body, *, country: str) -> Body:
    if "phone" in body:
        body["phone"] = _phone(body["phone"])
    issuer = text(body.get("ein_issuing_country")) or text(body.get("country")) or country
    if "ein" in body:
        body["ein"] = _ein(text(body["ein"]), issuer)
    for name in ("country", "ein_issuing_country"):
        if name in body:
            body[name] = text(body[name]).upper()
    _require_texts(body)
    return body


def _with_campaign_forms(body: Body) -> Body:
    formed = dict(body)
    if "auto_renewal" in formed:
        formed["auto_renewal"] = _flag(formed["auto_renewal"], "auto_renewal")
    if not isinstance(formed.get("sub_usecases", []), list):
        raise ValueError("sub_usecases is a list")
    _require_texts({name: value for name, value in formed.items() if name not in _NOT_TEXTS})
    return formed


_NOT_TEXTS: Final = frozenset({*CAMPAIGN_FLAGS, "auto_renewal", "sub_usecases"})


def _require_texts(body: Body) -> None:
    wrong = sorted(name for name, value in body.items() if not isinstance(value, str))
    if wrong:
        raise ValueError(f"not a text: {', '.join(wrong)}")


def _complete(body: Body, required: frozenset[str]) -> Body:
    missing = sorted(required - set(body))
    if missing:
        raise ValueError(f"missing: {', '.join(missing)}")
    _require_texts(body)
    return body


def _flag(value: object, name: str) -> bool:
    read = boolean(value)
    if read is None:
        raise ValueError(f"{name} is yes or no")
    return read


def _phone(value: object) -> str:
    """E.164 without its `+`, which is what the document's description asks for (its examples carry one)."""
    number = digits(value)
    if not 7 <= len(number) <= 15:
        raise ValueError("a telephone number has 7 to 15 digits with its country code")
    return number


def _ein(value: str, issuer: str) -> str:
    """A US tax number as NN-NNNNNNN; other countries' as they are."""
    number = digits(value)
    is_american = issuer.upper() in ("", "US")
    plain = value.replace("-", "").replace(" ", "") == number
    return f"{number[:2]}-{number[2:]}" if is_american and plain and len(number) == 9 else value
