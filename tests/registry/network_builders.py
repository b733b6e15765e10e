"""Rows of the registry as tests need them: a profile, who accepts it, an application."""

from __future__ import annotations

import itertools
import secrets
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.utils import timezone

from portal.accounts.models import Account, ApiKey, Client, User
from registry.enums import Access, ApplicationState, DecisionState
from registry.models import (
    ApplicationProfile,
    ApplicationStanding,
    BusinessProfile,
    BusinessSnapshot,
    Case,
    Country,
    Decision,
    Feature,
    NetworkApplication,
    Operator,
    ProfileFeature,
    Purpose,
)
from tests.builders import make_api_key, make_membership, self_client

_numbers = itertools.count(1)
_SPKI = serialization.PublicFormat.SubjectPublicKeyInfo


def make_public_key() -> str:
    """What a new RSA key's public half looks like. Nobody signs with it, so nobody searches for primes either."""
    key = rsa.RSAPublicNumbers(65537, secrets.randbits(2048) | 1 << 2047 | 1).public_key()
    return key.public_bytes(serialization.Encoding.PEM, _SPKI).decode()


def make_operator(code: str = "blue", country: str = "DE", **fields: Any) -> Operator:
    land, _ = Country.objects.get_or_create(code=country, defaults={"name": country})
    defaults = {"name": code.title(), "country": land, **fields}
    return Operator.objects.get_or_create(code=code, defaults=defaults)[0]


def make_feature(code: str = "silent-authentication", **fields: Any) -> Feature:
    return Feature.objects.get_or_create(code=code, defaults={"name": code.title(), **fields})[0]


def make_profile(
    account: Account,
    api_key: ApiKey | None = None,
    *,
    client: Client | None = None,
    by: User | None = None,
    name: str = "Sign-in",
    features: tuple[Feature, ...] = (),
    known_as: str = "",
) -> ApplicationProfile:
    """An application profile nobody has decided on; `known_as` is Vonage's id of it."""
    by = by or make_membership(account=account).user
    owner = {"account": account, "client": client or self_client(account)}
    business = BusinessProfile.objects.create(
        **owner, name=f"Acme {next(_numbers)}", country_code="DE", submitted_at=timezone.now()
    )
    BusinessSnapshot.objects.create(
        **owner, profile=business, version=1, values={}, countries=["DE"], submitted_by=by
    )
    profile = ApplicationProfile.objects.create(
        **owner,
        business_profile=business,
        api_key=api_key or make_api_key(account),
        name=name,
        category_code="finance",
        locations=["DE"],
        use_case="People sign in without a password.",
        privacy_policy_url="https://acme.example/privacy",
        terms_url="https://acme.example/terms",
        created_by=by,
    )
    ApplicationStanding.objects.create(**owner, profile=profile, network_application_id=known_as)
    purpose, _ = Purpose.objects.get_or_create(
        code="fraud", defaults={"name": "Fraud Prevention and Detection", "vocabulary": "dpv-2.0"}
    )
    for feature in features or (make_feature(),):
        ProfileFeature.objects.create(
            **owner, profile=profile, feature=feature, purpose=purpose, vocabulary="dpv-2.0", reason="Why"
        )
    return profile


def decide(
    profile: ApplicationProfile,
    operator: Operator | None = None,
    *,
    business: str = DecisionState.ACCEPTED,
    application: str = DecisionState.ACCEPTED,
    **fields: Any,
) -> Decision:
    """What one operator says of both levels; `fields` are of the application's decision, which is returned."""
    operator = operator or make_operator()
    owner: dict[str, Any] = {"account": profile.account, "client": profile.client, "operator": operator}
    at: dict[str, Any] = {"business_profile": profile.business_profile}
    asked = {"snapshot": profile.business_profile.snapshots.get(), "waiting_since": timezone.now()}
    case, _ = Case.objects.get_or_create(**owner, **at, application_profile=None)
    Decision.objects.create(**owner, **at, **asked, case=case, state=business)
    case = Case.objects.create(**owner, **at, application_profile=profile)
    wanted = profile.features.select_related("feature", "purpose")[0]
    return Decision.objects.create(
        **owner,
        **at,
        **asked,
        case=case,
        application_profile=profile,
        feature=wanted.feature,
        purpose=wanted.purpose,
        **{"state": application, **fields},
    )


def accepted_profile(account: Account, api_key: ApiKey | None = None, **fields: Any) -> ApplicationProfile:
    """A profile that one operator accepts, known at Vonage."""
    profile = make_profile(account, api_key, **{"known_as": f"net-{next(_numbers)}", **fields})
    decide(profile)
    return profile


def make_application(
    account: Account, api_key: ApiKey | None = None, *, client: Client | None = None, **fields: Any
) -> NetworkApplication:
    """An application that is at Vonage and does nothing with network features yet."""
    number = next(_numbers)
    raw = {"id": f"app-{number}", "name": f"Login {number}", "capabilities": {}}
    return NetworkApplication.objects.create(
        **{
            "account": account,
            "client": client or self_client(account),
            "api_key": api_key or make_api_key(account),
            "state": ApplicationState.ACTIVE,
            "remote_id": raw["id"],
            "name": raw["name"],
            "raw": raw,
            "seen_at": timezone.now(),
            **fields,
        }
    )


def in_playground(account: Account, api_key: ApiKey | None = None, **fields: Any) -> NetworkApplication:
    return make_application(account, api_key, access=Access.PLAYGROUND, **fields)
