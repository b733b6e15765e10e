"""Rows of the Network Registry for tests; every argument has a sensible default, nothing is random."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone

from portal.accounts.models import Account, ApiKey, Client, User
from portal.records.models import digest
from registry.enums import DecisionState
from registry.models import (
    Agency,
    ApplicationProfile,
    ApplicationStanding,
    Assignment,
    BusinessProfile,
    BusinessSnapshot,
    Case,
    Country,
    Decision,
    Feature,
    Offer,
    Operator,
    ProfileCountry,
    ProfileFeature,
    Purpose,
    SnapshotPersonal,
    VettingConsent,
)
from tests.builders import make_account, make_api_key, make_user, self_client

_numbers = itertools.count(1)
_COUNTRIES = {"DE": "Germany", "ES": "Spain", "FR": "France", "GB": "United Kingdom", "US": "United States"}

# A business profile as its snapshot holds it: what is personal stands apart.
BUSINESS_VALUES: dict[str, Any] = {
    "role": "Compliance manager",
    "name": "Acme Retail GmbH",
    "country": "DE",
    "registration_id": "HRB 12345",
    "organisation_type": "for-profit",
    "trading_name": "Acme",
    "tax_number": "DE136695976",
    "issuing_authority": "",
    "issuing_authority_other": "",
    "dpo_required": True,
    "iso_27001": False,
    "equivalent_certificate": "SOC 2",
    "privacy_policy_url": "https://acme.example/privacy",
    "street": "1 Main Street",
    "street_more": "",
    "city": "Berlin",
    "region": "",
    "postal_code": "10115",
    "address_country": "DE",
    "resells": False,
    "processing": "",
    "subprocessors": [],
}
BUSINESS_PERSONAL = {"privacy_email": "privacy@acme.example", "dpo_email": "dpo@acme.example"}
CONTACT = {
    "contact_name": "Ada Lovelace",
    "contact_phone": "+4930123456",
    "contact_email": "ada@acme.example",
}


def make_country(code: str = "DE", **fields: Any) -> Country:
    """The country of that ISO code, made when it is not there."""
    values = {"name": _COUNTRIES.get(code, code), "is_eu": code in ("DE", "ES", "FR"), **fields}
    return Country.objects.get_or_create(code=code, defaults=values)[0]


def make_agency(code: str = "trust-check", **fields: Any) -> Agency:
    return Agency.objects.get_or_create(code=code, defaults={"name": "Trust Check", **fields})[0]


def make_operator(
    code: str = "", country: Country | None = None, *, requires_vetting: bool = False, **fields: Any
) -> Operator:
    """An operator that offers nothing yet; one that requires vetting has an agent."""
    code = code or f"operator-{next(_numbers)}"
    agency = make_agency() if requires_vetting else None
    return Operator.objects.create(
        code=code,
        country=country or make_country(),
        **{
            "name": code.replace("-", " ").title(),
            "requires_vetting": requires_vetting,
            "agency": agency,
            **fields,
        },
    )


def make_feature(code: str = "sim-swap", **fields: Any) -> Feature:
    """The feature of that code, made when it is not there."""
    values = {"name": code.replace("-", " ").title(), **fields}
    return Feature.objects.get_or_create(code=code, defaults=values)[0]


def make_offer(operator: Operator, feature: Feature | None = None, **fields: Any) -> Offer:
    feature = feature or make_feature()
    name = f"{operator.code}:{feature.code}"
    return Offer.objects.create(operator=operator, feature=feature, **{"code": name, "name": name, **fields})


def make_purpose(code: str = "FraudPreventionAndDetection", **fields: Any) -> Purpose:
    """The purpose of that code, made when it is not there; it suits every feature."""
    values = {"name": "Fraud prevention and detection", "vocabulary": "dpv-2.0", **fields}
    return Purpose.objects.get_or_create(code=code, defaults=values)[0]


def make_snapshot(
    profile: BusinessProfile,
    *,
    version: int = 1,
    by: User | None = None,
    values: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
    countries: Collection[str] = (),
) -> BusinessSnapshot:
    """A version of a business profile; the profile itself is not told of it."""
    held = {**BUSINESS_VALUES, "name": profile.name, **(values or {})}
    private = {**BUSINESS_PERSONAL, **(personal or {})}
    owned = {"account": profile.account, "client": profile.client}
    codes = list(countries)
    snapshot = BusinessSnapshot.objects.create(
        **owned,
        profile=profile,
        version=version,
        values=held,
        countries=codes,
        content_hash=digest({"values": held, "countries": codes}),
        personal_hash=digest(private),
        submitted_by=by or make_user(),
    )
    SnapshotPersonal.objects.create(**owned, snapshot=snapshot, values=private)
    return snapshot


def make_consent(
    profile: BusinessProfile,
    *,
    given: bool = True,
    operators: Collection[Operator] = (),
    by: User | None = None,
    **fields: Any,
) -> VettingConsent:
    """The next word on vetting; a yes carries a contact."""
    return VettingConsent.objects.create(
        account=profile.account,
        client=profile.client,
        profile=profile,
        version=profile.consents.count() + 1,
        given=given,
        text_version="1",
        text="I agree.",
        operators=[operator.code for operator in operators],
        by=by or make_user(),
        **{**(CONTACT if given else {}), **fields},
    )


def make_business_profile(
    account: Account | None = None,
    *,
    client: Client | None = None,
    name: str = "Acme Retail GmbH",
    countries: Collection[Country] | None = None,
    by: User | None = None,
    values: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
    **fields: Any,
) -> BusinessProfile:
    """A submitted business profile with its first snapshot, not handed over to anybody (actions do that)."""
    account = account or (client.account if client else None) or make_account()
    owned = {"account": account, "client": client or self_client(account)}
    asked = [make_country()] if countries is None else list(countries)
    profile = BusinessProfile.objects.create(
        **owned, name=name, country_code="DE", **{"submitted_at": timezone.now(), **fields}
    )
    for country in asked:
        ProfileCountry.objects.create(**owned, profile=profile, country=country, added_version=1)
    codes = [country.code for country in asked]
    make_snapshot(profile, by=by, values=values, personal=personal, countries=codes)
    return profile


def make_application_profile(
    business: BusinessProfile | None = None,
    *,
    features: Collection[Feature] | None = None,
    api_key: ApiKey | None = None,
    name: str = "Checkout",
    purpose: Purpose | None = None,
    by: User | None = None,
    **fields: Any,
) -> ApplicationProfile:
    """An application profile with one purpose for all its features, and its standing; not handed over."""
    business = business or make_business_profile()
    owned = {"account": business.account, "client": business.client}
    values = {
        "category_code": "finance",
        "locations": ["DE"],
        "use_case": "We ask whether a SIM was swapped before a payment is made.",
        "privacy_policy_url": "https://acme.example/privacy",
        "terms_url": "https://acme.example/terms",
        **fields,
    }
    profile = ApplicationProfile.objects.create(
        **owned,
        business_profile=business,
        api_key=api_key or make_api_key(business.account),
        name=name,
        created_by=by or make_user(),
        **{"content_hash": digest({"name": name, **values}), **values},
    )
    for feature in [make_feature()] if features is None else features:
        ProfileFeature.objects.create(
            **owned,
            profile=profile,
            feature=feature,
            purpose=purpose or make_purpose(),
            vocabulary="dpv-2.0",
            reason="It stops fraud at the checkout.",
        )
    ApplicationStanding.objects.create(**owned, profile=profile)
    return profile


def make_case(
    profile: BusinessProfile | ApplicationProfile, operator: Operator | None = None, **fields: Any
) -> Case:
    """One profile at one operator, without any decision."""
    application = profile if isinstance(profile, ApplicationProfile) else None
    return Case.objects.create(
        account=profile.account,
        client=profile.client,
        business_profile=profile if isinstance(profile, BusinessProfile) else profile.business_profile,
        application_profile=application,
        operator=operator or make_operator(),
        **fields,
    )


def make_decision(
    case: Case,
    *,
    feature: Feature | None = None,
    state: str = DecisionState.PROCESSING,
    snapshot: BusinessSnapshot | None = None,
    **fields: Any,
) -> Decision:
    """The first round of a decision in any state; of an application profile's case the feature is named."""
    line = feature and case.application_profile and case.application_profile.features.get(feature=feature)
    return Decision.objects.create(
        account=case.account,
        client=case.client,
        case=case,
        operator=case.operator,
        business_profile=case.business_profile,
        application_profile=case.application_profile,
        feature=feature,
        purpose=line.purpose if line else None,
        snapshot=snapshot or case.business_profile.snapshots.latest("version"),
        state=state,
        **{"waiting_since": timezone.now(), **fields},
    )


def make_assignment(
    user: User | None = None,
    *,
    operator: Operator | None = None,
    agency: Agency | None = None,
    may_decide: bool = True,
    **fields: Any,
) -> Assignment:
    """A place of work at an operator, or at an agency; staff of neither has none."""
    return Assignment.objects.create(
        user=user or make_user(),
        operator=operator if agency is None else None,
        agency=agency,
        may_decide=may_decide,
        **fields,
    )
