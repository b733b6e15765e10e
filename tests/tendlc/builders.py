"""Rows of 10DLC objects for tests; every argument has a sensible default, nothing is random."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.accounts.models import Account, ApiKey, Client
from portal.drafts.models import Draft
from tendlc.enums import BrandState, CampaignState, CarrierState, DeadlineKind, NumberState, VettingState
from tendlc.models import (
    Brand,
    Campaign,
    CampaignCarrier,
    Deadline,
    NumberLink,
    Qualification,
    Vetting,
    VettingClass,
    VettingProvider,
)
from tests.builders import make_account, make_api_key, self_client

_numbers = itertools.count(1)

# What a person types for a private company; the EIN is in its stored form.
BRAND_VALUES: dict[str, Any] = {
    "entity_type": "PRIVATE_PROFIT",
    "display_name": "Vonage Bakery",
    "company_name": "Vonage Bakery LLC",
    "ein": "201234567",
    "ein_issuing_country": "US",
    "phone": "12015550123",
    "street": "23 Main Street",
    "city": "Holmdel",
    "state": "NJ",
    "postal_code": "07733",
    "country": "US",
    "email": "hello@bakery.example",
    "website": "https://bakery.example",
    "vertical": "RETAIL",
}


def key_of(account: Account) -> ApiKey:
    """The account's first key, made when it has none."""
    return ApiKey.objects.filter(account=account).order_by("pk").first() or make_api_key(account)


def _owned(account: Account | None, client: Client | None, api_key: ApiKey | None) -> dict[str, Any]:
    account = account or (client.account if client else None) or make_account()
    return {
        "account": account,
        "client": client or self_client(account),
        "api_key": api_key or key_of(account),
    }


def make_brand(
    account: Account | None = None,
    *,
    client: Client | None = None,
    api_key: ApiKey | None = None,
    name: str = "Vonage Bakery",
    state: str = BrandState.VERIFIED,
    **fields: Any,
) -> Brand:
    """A brand as Vonage holds it; `remote_id=""` for one that Vonage does not know yet."""
    number = next(_numbers)
    wished = {**BRAND_VALUES, "display_name": name, "company_name": f"{name} LLC"}
    facts = {
        "wished": wished,
        "company_name": f"{name} LLC",
        "entity_type": "PRIVATE_PROFIT",
        "ein": f"20{number:07d}",
        "ein_country": "US",
        "country": "US",
        "vertical": "RETAIL",
        "website": "https://bakery.example",
        "remote_id": f"B{number:06d}",
        "remote_status": state.upper(),
        "seen_at": timezone.now(),
    }
    return Brand.objects.create(
        **_owned(account, client, api_key), display_name=name, state=state, **{**facts, **fields}
    )


def make_vetting(brand: Brand, *, state: str = VettingState.SCORED, **fields: Any) -> Vetting:
    """A vetting of a brand, scored 78 unless said otherwise."""
    facts = {
        "evp_id": "AEGIS",
        "vetting_class": "STANDARD",
        "remote_id": f"V{next(_numbers):06d}",
        "score": 78,
    }
    return Vetting.objects.create(
        account=brand.account,
        client=brand.client,
        api_key=brand.api_key,
        brand=brand,
        state=state,
        **{**facts, **fields},
    )


def make_catalogue(account: Account) -> None:
    """Two providers and two classes, one of them disabled; Campaign Verify takes imports only."""
    now = timezone.now()
    classes = (("STANDARD", "Standard", True), ("POLITICAL", "Political", True), ("LEGACY", "Legacy", False))
    for class_id, name, enabled in classes:
        VettingClass.objects.create(
            account=account,
            class_id=class_id,
            display_name=name,
            enabled=enabled,
            validity_months=12,
            seen_at=now,
        )
    providers = (
        ("AEGIS", "Aegis Mobile", True, ["STANDARD", "LEGACY"]),
        ("CV", "Campaign Verify", False, ["POLITICAL"]),
    )
    for evp_id, name, billable, offered in providers:
        VettingProvider.objects.create(
            account=account,
            evp_id=evp_id,
            display_name=name,
            tcr_billable=billable,
            vetting_classes=offered,
            vetting_instruction=f"Ask {name} first.",
            seen_at=now,
        )


def make_deadline(
    brand: Brand, kind: str = DeadlineKind.EMAIL_CONFIRMATION, *, days: int = 5, **fields: Any
) -> Deadline:
    """An open deadline of a brand, some days from now."""
    about = {"object_type": "tendlc.brand", "object_id": brand.pk, "object_name": str(brand)}
    return Deadline.objects.create(
        account=brand.account,
        client=brand.client,
        brand=brand,
        kind=kind,
        due_at=timezone.now() + timedelta(days=days),
        **{**about, **fields},
    )


def make_campaign(
    brand: Brand | None = None,
    *,
    label: str = "Opening hours",
    state: str = CampaignState.ACTIVE,
    use_case: str = "CUSTOMER_CARE",
    **fields: Any,
) -> Campaign:
    """A campaign as Vonage holds it, of a new brand when none is given."""
    brand = brand or make_brand()
    facts = {
        "vertical": "RETAIL",
        "description": "Answers to questions of customers about opening hours and orders.",
        "remote_id": f"C{next(_numbers):06d}",
        "remote_status": state.upper(),
        "seen_at": timezone.now(),
    }
    return Campaign.objects.create(
        account=brand.account,
        client=brand.client,
        api_key=brand.api_key,
        brand=brand,
        label=label,
        state=state,
        use_case=use_case,
        **{**facts, **fields},
    )


def make_carrier(
    campaign: Campaign, *, name: str = "AT&T", state: str = CarrierState.APPROVED, **fields: Any
) -> CampaignCarrier:
    """What one carrier says of a campaign."""
    facts = {"network_id": f"{next(_numbers):05d}", "remote_status": state.upper()}
    return CampaignCarrier.objects.create(
        account=campaign.account, campaign=campaign, name=name, state=state, **{**facts, **fields}
    )


def make_number_link(
    campaign: Campaign | None = None,
    number: str = "",
    *,
    state: str = NumberState.LINKED,
    country: str = "US",
    **fields: Any,
) -> NumberLink:
    """A number linked to a campaign, of a new one when none is given."""
    campaign = campaign or make_campaign()
    number = number or f"1201555{next(_numbers):04d}"
    facts = {"remote_id": number, "remote_status": state.upper(), "seen_at": timezone.now()}
    return NumberLink.objects.create(
        account=campaign.account,
        client=campaign.client,
        api_key=campaign.api_key,
        campaign=campaign,
        number=number,
        country=country,
        state=state,
        **{**facts, **fields},
    )


def make_qualification(
    brand: Brand, use_case: str = "CUSTOMER_CARE", *, qualified: bool = True, **fields: Any
) -> Qualification:
    """An answer to "may this brand run this use case", given just now."""
    facts: dict[str, Any] = {"checked_at": timezone.now(), "quarterly_fee": 30 if qualified else None}
    return Qualification.objects.create(
        account=brand.account,
        client=brand.client,
        brand=brand,
        use_case=use_case,
        qualified=qualified,
        **{**facts, **fields},
    )


def make_draft(
    account: Account, kind: str = "tendlc.brand", *, client: Client | None = None, **fields: Any
) -> Draft:
    """An unfinished form."""
    facts: dict[str, Any] = {"values": {"display_name": "Half a bakery"}, "title": "Half a bakery"}
    return Draft.objects.create(
        account=account, client=client or self_client(account), kind=kind, **{**facts, **fields}
    )
