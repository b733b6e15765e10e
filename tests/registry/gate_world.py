"""One of everything the gate reads, accepted on both levels, in plain rows; a test then spoils what it is about."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from portal.accounts.models import Account, Client, User
from registry import models
from registry.enums import Access, ApplicationState, DecisionState
from registry.gate import Question
from tests.builders import make_api_key, make_user, self_client

FEATURE, PURPOSE, OPERATOR = "sim-swap", "FraudPreventionAndDetection", "es-norte"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class World:
    """An application in Production, linked to a profile that `operator` accepted."""

    application: models.NetworkApplication
    profile: models.ApplicationProfile
    company: models.BusinessProfile
    snapshot: models.BusinessSnapshot
    standing: models.ApplicationStanding
    country: models.ProfileCountry
    operator: models.Operator
    feature: models.Feature
    purpose: models.Purpose
    offer: models.Offer
    business: models.Decision
    decision: models.Decision
    user: User

    def question(self, **changes: Any) -> Question:
        values: dict[str, Any] = {
            "application_id": self.application.remote_id,
            "api_key": self.application.api_key.key,
            "feature": FEATURE,
            "purpose": PURPOSE,
            "operator": OPERATOR,
        }
        return Question(**{**values, **changes})

    @property
    def owner(self) -> dict[str, Any]:
        return {"account": self.application.account, "client": self.application.client}


@dataclass(frozen=True)
class Catalogue:
    operator: models.Operator
    feature: models.Feature
    purpose: models.Purpose
    offer: models.Offer


def make_catalogue() -> Catalogue:
    country, _new = models.Country.objects.get_or_create(code="ES", defaults={"name": "Spain"})
    operator, _new = models.Operator.objects.get_or_create(
        code=OPERATOR, defaults={"name": "Norte Móvil", "country": country}
    )
    feature, _new = models.Feature.objects.get_or_create(code=FEATURE, defaults={"name": "SIM Swap"})
    purpose, _new = models.Purpose.objects.get_or_create(
        code=PURPOSE, defaults={"name": "Fraud Prevention and Detection", "vocabulary": "dpv-2.0"}
    )
    offer, _new = models.Offer.objects.get_or_create(
        operator=operator, feature=feature, defaults={"code": f"{OPERATOR}-{FEATURE}", "name": "SIM Swap"}
    )
    return Catalogue(operator, feature, purpose, offer)


def make_world(
    account: Account, *, client: Client | None = None, user: User | None = None, name: str = "Fraud shield"
) -> World:
    number, catalogue = next(_numbers), make_catalogue()
    client, user, now = client or self_client(account), user or make_user(), timezone.now()
    owner = {"account": account, "client": client}
    api_key = make_api_key(account)
    company = models.BusinessProfile.objects.create(
        **owner, name=f"{name} Ltd", country_code="ES", submitted_at=now
    )
    snapshot = models.BusinessSnapshot.objects.create(
        **owner, profile=company, version=1, values={}, countries=["ES"], content_hash="c", personal_hash="p",
        submitted_by=user,
    )  # fmt: skip
    country = models.ProfileCountry.objects.create(
        **owner, profile=company, country=catalogue.operator.country, added_version=1
    )
    profile = models.ApplicationProfile.objects.create(
        **owner, business_profile=company, api_key=api_key, name=name, category_code="finance", locations=["ES"],
        use_case="…", privacy_policy_url="https://example.com/p", terms_url="https://example.com/t",
        content_hash="h", created_by=user,
    )  # fmt: skip
    models.ProfileFeature.objects.create(
        **owner, profile=profile, feature=catalogue.feature, purpose=catalogue.purpose, vocabulary="dpv-2.0",
        reason="…",
    )  # fmt: skip
    standing = models.ApplicationStanding.objects.create(**owner, profile=profile)
    application = models.NetworkApplication.objects.create(
        **owner, api_key=api_key, remote_id=f"app-{number:05d}", name=name, state=ApplicationState.ACTIVE,
        access=Access.PRODUCTION, application_profile=profile,
    )  # fmt: skip
    business = _decide(owner, company, None, catalogue, snapshot)
    decision = _decide(owner, company, profile, catalogue, snapshot)
    return World(
        application, profile, company, snapshot, standing, country, catalogue.operator, catalogue.feature,
        catalogue.purpose, catalogue.offer, business, decision, user,
    )  # fmt: skip


def _decide(
    owner: dict[str, Any],
    company: models.BusinessProfile,
    profile: models.ApplicationProfile | None,
    catalogue: Catalogue,
    snapshot: models.BusinessSnapshot,
) -> models.Decision:
    case = models.Case.objects.create(
        **owner, business_profile=company, application_profile=profile, operator=catalogue.operator
    )
    return models.Decision.objects.create(
        **owner,
        case=case,
        operator=catalogue.operator,
        business_profile=company,
        application_profile=profile,
        feature=catalogue.feature if profile else None,
        purpose=catalogue.purpose if profile else None,
        snapshot=snapshot,
        state=DecisionState.ACCEPTED,
        waiting_since=timezone.now(),
    )


def make_check(world: World, state: str) -> models.VettingCheck:
    """The check of the world's company for its operator, which requires vetting from now on."""
    agency, _new = models.Agency.objects.get_or_create(code="vet", defaults={"name": "Vet & Co"})
    world.operator.requires_vetting, world.operator.agency = True, agency
    world.operator.save()
    consent = models.VettingConsent.objects.create(
        **world.owner, profile=world.company, version=1, given=True, text_version="1", text="…",
        operators=[OPERATOR], by=world.user,
    )  # fmt: skip
    return models.VettingCheck.objects.create(
        **world.owner, business_profile=world.company, operator=world.operator, agency=agency, consent=consent,
        snapshot=world.snapshot, state=state,
    )  # fmt: skip


def in_playground(world: World, *numbers: str) -> World:
    """Switch the world's application to the Playground, with these test numbers (digits)."""
    application = world.application
    application.access, application.application_profile = Access.PLAYGROUND, None
    application.save()
    for slot, number in enumerate(numbers, start=1):
        models.PlaygroundNumber.objects.create(
            **world.owner, application=application, slot=slot, number=number, attested_by=world.user
        )
    return world
