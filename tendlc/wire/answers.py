"""What Vonage answers, as frozen records. Reading one never raises; `raw` keeps the payload as it came.

Texts are "" and everything else is None where the provider said nothing usable. What identifies a person
stays out of every repr, and so do tokens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Self, TypeVar

from portal.vonage.values import (
    boolean,
    decimal,
    digits,
    first,
    integer,
    moment,
    named_texts,
    record,
    records,
    text,
    texts,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Brand:
    brand_id: str = ""
    account_id: str = ""
    primary_account_id: str = ""
    entity_type: str = ""
    display_name: str = ""
    company_name: str = ""
    ein: str = field(default="", repr=False)
    ein_issuing_country: str = ""
    universal_ein: str = field(default="", repr=False)
    alt_business_id_type: str = ""
    alt_business_id: str = ""
    phone: str = field(default="", repr=False)
    street: str = field(default="", repr=False)
    city: str = ""
    state: str = ""  # of the USA, not of the registration: that is `status`
    postal_code: str = ""
    country: str = ""
    email: str = field(default="", repr=False)
    stock_symbol: str = ""
    stock_exchange: str = ""
    website: str = ""
    vertical: str = ""
    campaign_count: int | None = None
    brand_relationship: str = ""
    partner: bool | None = None
    shared: bool | None = None
    owner: bool | None = None
    status: str = ""
    reference_id: str = ""
    created_date: datetime | None = None
    last_updated: datetime | None = None
    raw: Any = field(default=None, compare=False, repr=False)

    @classmethod
    def from_json(cls, value: object) -> Self:
        source = record(value)
        plain: dict[str, Any] = {name: text(source.get(name)) for name in _BRAND_TEXTS}
        return cls(
            **plain,
            campaign_count=integer(source.get("campaign_count")),
            partner=boolean(source.get("partner")),
            shared=boolean(source.get("shared")),
            owner=boolean(source.get("owner")),
            created_date=moment(source.get("created_date")),
            last_updated=moment(source.get("last_updated")),
            raw=value,
        )


_BRAND_TEXTS = (
    *("brand_id", "account_id", "primary_account_id", "entity_type", "display_name", "company_name", "ein"),
    *("ein_issuing_country", "universal_ein", "alt_business_id_type", "alt_business_id", "phone", "street"),
    *("city", "state", "postal_code", "country", "email", "stock_symbol", "stock_exchange", "website"),
    *("vertical", "brand_relationship", "status", "reference_id"),
)


@dataclass(frozen=True, slots=True)
class MnoMetadata:
    """One carrier's terms. The check and the campaign spell class, throughput and tier differently."""

    network_id: str = ""
    mno: str = ""
    mno_support: bool | None = None
    mno_review: bool | None = None
    qualify: bool | None = None
    min_msg_samples: int | None = None
    req_subscriber_opt_in: bool | None = None
    req_subscriber_opt_out: bool | None = None
    req_subscriber_help: bool | None = None
    no_embedded_link: bool | None = None
    no_embedded_phone: bool | None = None
    msg_class: str = ""
    tpm: int | None = None
    brand_tier: str = ""
    status: str = ""
    raw: Any = field(default=None, compare=False, repr=False)

    @classmethod
    def from_json(cls, value: object) -> Self:
        source = record(value)
        flags: dict[str, Any] = {name: boolean(source.get(name)) for name in _MNO_FLAGS}
        return cls(
            **flags,
            network_id=text(source.get("network_id")),
            mno=text(source.get("mno")),
            min_msg_samples=integer(source.get("min_msg_samples")),
            msg_class=text(first(source, "msg_class", "att_msg_class")),
            tpm=integer(first(source, "tpm", "att_tpm")),
            brand_tier=text(first(source, "brand_tier", "tmo_brand_tier")),
            status=text(source.get("status")),
            raw=value,
        )


_MNO_FLAGS = (
    *("mno_support", "mno_review", "qualify", "req_subscriber_opt_in", "req_subscriber_opt_out"),
    *("req_subscriber_help", "no_embedded_link", "no_embedded_phone"),
)


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign; the last three facts come only in newer answers."""

    campaign_id: str = ""
    brand_id: str = ""
    account_id: str = ""
    vertical: str = ""
    usecase: str = ""
    sub_usecases: tuple[str, ...] = ()
    reseller_id: str = ""
    description: str = ""
    embedded_link: bool | None = None
    embedded_phone: bool | None = None
    number_pool: bool | None = None
    age_gated: bool | None = None
    direct_lending: bool | None = None
    subscriber_opt_in: bool | None = None
    subscriber_opt_out: bool | None = None
    subscriber_help: bool | None = None
    affiliate_marketing: bool | None = None
    sample_one: str = ""
    sample_two: str = ""
    sample_three: str = ""
    sample_four: str = ""
    sample_five: str = ""
    message_flow: str = ""
    help_message: str = ""
    label: str = ""
    auto_renewal: bool | None = None
    mno_metadata: tuple[MnoMetadata, ...] = ()
    status: str = ""
    created_date: datetime | None = None
    last_updated: datetime | None = None
    traffic_enabled: bool | None = None
    tcr_campaign_id: str = ""
    message_flow_details: Any = None
    raw: Any = field(default=None, compare=False, repr=False)

    @property
    def samples(self) -> tuple[str, ...]:
        """The sample messages that are there, in order."""
        named = (self.sample_one, self.sample_two, self.sample_three, self.sample_four, self.sample_five)
        return tuple(sample for sample in named if sample)

    @classmethod
    def from_json(cls, value: object) -> Self:
        source = record(value)
        plain: dict[str, Any] = {name: text(source.get(name)) for name in _CAMPAIGN_TEXTS}
        flags: dict[str, Any] = {name: boolean(source.get(name)) for name in _CAMPAIGN_FLAGS}
        details = source.get("message_flow_details")
        return cls(
            **plain,
            **flags,
            sub_usecases=texts(source.get("sub_usecases")),
            mno_metadata=tuple(map(MnoMetadata.from_json, records(source.get("mno_metadata")))),
            created_date=moment(source.get("created_date")),
            last_updated=moment(source.get("last_updated")),
            message_flow_details=details if isinstance(details, dict) else None,
            raw=value,
        )


_CAMPAIGN_TEXTS = (
    *("campaign_id", "brand_id", "account_id", "vertical", "usecase", "reseller_id", "description"),
    *("sample_one", "sample_two", "sample_three", "sample_four", "sample_five"),
    *("message_flow", "help_message", "label", "status", "tcr_campaign_id"),
)
_CAMPAIGN_FLAGS = (
    *("embedded_link", "embedded_phone", "number_pool", "age_gated", "direct_lending", "subscriber_opt_in"),
    *("subscriber_opt_out", "subscriber_help", "affiliate_marketing", "auto_renewal", "traffic_enabled"),
)


@dataclass(frozen=True, slots=True)
class NumberLink:
    number: str = ""
    country: str = ""
    status: str = ""
    compliance: tuple[str, ...] = ()
    raw: Any = field(default=None, compare=False, repr=False)

    @property
    def digits(self) -> str:
        """The number without `+` and punctuation: what two spellings of it are compared by."""
        return digits(self.number)

    @classmethod
    def from_json(cls, value: object) -> Self:
        source = record(value)
        return cls(
            number=text(source.get("number")),
            country=text(source.get("country")),
            status=text(source.get("status")),
            compliance=texts(source.get("compliance")),
            raw=value,
        )


@dataclass(frozen=True, slots=True)
class Vetting:
    vetting_id: str = ""
    account_id: str = ""
    evp_id: str = ""
    vetting_token: str = field(default="", repr=False)
    vetting_score: int | None = None
    vetting_class: str = ""
    vetting_status: str = ""
    vetted_date: datetime | None = None
    create_date: datetime | None = None
    reasons: tuple[str, ...] = ()  # newer answers say why a vetting failed
    raw: Any = field(default=None, compare=False, repr=False)

    @classmethod
    def from_json(cls, value: object) -> Self:
        source = record(value)
        return cls(
            vetting_id=text(source.get("vetting_id")),
            account_id=text(source.get("account_id")),
            evp_id=text(source.get("evp_id")),
            vetting_token=text(source.get("vetting_token")),
            vetting_score=integer(source.get("vetting_score")),
            vetting_class=text(source.get("vetting_class")),
            vetting_status=text(source.get("vetting_status")),
            vetted_date=moment(source.get("vetted_date")),
            create_date=moment(source.get("create_date")),
            reasons=texts(source.get("reasons")),
            raw=value,
        )


@dataclass(frozen=True, slots=True)
class Qualification:
    """Whether a brand may run a use case and on what terms; fees are in whole US dollars as the API says."""

    usecase: str = ""
    quarterly_fee: Decimal | None = None
    annual_fee: Decimal | None = None
    mno_metadata: tuple[MnoMetadata, ...] = ()
    raw: Any = field(default=None, compare=False, repr=False)

    @classmethod
    def from_json(cls, value: object) -> Self:
        source = record(value)
        return cls(
            usecase=text(source.get("usecase")),
            quarterly_fee=decimal(source.get("quarterly_fee")),
            annual_fee=decimal(source.get("annual_fee")),
            mno_metadata=tuple(map(MnoMetadata.from_json, records(source.get("mno_metadata")))),
            raw=value,
        )


@dataclass(frozen=True, slots=True)
class FeedbackCategory:
    """`fields` are names; the document shows objects there without saying what is in them."""

    name: str = ""
    description: str = ""
    fields: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, value: object) -> Self:
        source = record(value)
        return cls(
            name=text(source.get("name")),
            description=text(source.get("description")),
            fields=named_texts(source.get("fields")),
        )


@dataclass(frozen=True, slots=True)
class Feedback:
    """Why a brand was not verified."""

    categories: tuple[FeedbackCategory, ...] = ()
    raw: Any = field(default=None, compare=False, repr=False)

    @classmethod
    def from_json(cls, value: object) -> Self:
        source = record(value)
        return cls(tuple(map(FeedbackCategory.from_json, records(source.get("categories")))), raw=value)


@dataclass(frozen=True, slots=True)
class VettingClass:
    id: str = ""
    enabled: bool | None = None
    display_name: str = ""
    description: str = ""
    validity_months: int | None = None
    raw: Any = field(default=None, compare=False, repr=False)

    @classmethod
    def from_json(cls, value: object) -> Self:
        source = record(value)
        return cls(
            id=text(source.get("id")),
            enabled=boolean(source.get("enabled")),
            display_name=text(source.get("display_name")),
            description=text(source.get("description")),
            validity_months=integer(source.get("validity_months")),
            raw=value,
        )


@dataclass(frozen=True, slots=True)
class VettingProvider:
    """One that is not billable through the registry cannot be ordered here, only imported from."""

    evp_id: str = ""
    display_name: str = ""
    tcr_billable: bool | None = None
    vetting_classes: tuple[str, ...] = ()
    vetting_instruction: str = ""
    raw: Any = field(default=None, compare=False, repr=False)

    @classmethod
    def from_json(cls, value: object) -> Self:
        source = record(value)
        return cls(
            evp_id=text(source.get("evp_id")),
            display_name=text(source.get("display_name")),
            tcr_billable=boolean(source.get("tcr_billable")),
            vetting_classes=texts(source.get("vetting_classes")),
            vetting_instruction=text(source.get("vetting_instruction")),
            raw=value,
        )
