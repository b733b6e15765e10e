"""Submitting a business profile: an immutable snapshot, the consent as it was given, and the hand-over."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone

from portal.accounts.enums import Capability
from portal.accounts.models import Account, Client, User
from portal.accounts.scope import Scope
from portal.drafts.actions import finish_draft
from portal.drafts.models import Draft
from portal.history.actions import record
from portal.notices.actions import follow
from portal.notices.enums import FollowReason
from portal.records.models import digest
from registry.actions.handing_over import hand_over_business
from registry.actions.problems import LimitReached
from registry.models import (
    BusinessProfile,
    BusinessSnapshot,
    Country,
    ProfileCountry,
    Requirement,
    RequirementAnswer,
    SnapshotPersonal,
    VettingConsent,
)
from registry.queries.offered import operators_in
from registry.rules import consent as consent_text
from registry.rules.registration import Registration

# Of Vonage's network registry: business profiles an account may have, and when to say so.
MOST_PROFILES: Final = 50
WARN_AT: Final = 40


@transaction.atomic
def submit_business_profile(
    scope: Scope, registration: Registration, *, client: Client, actor: User, draft: Draft
) -> BusinessProfile:
    """Register an organisation with the operators of its countries.

    Raises DraftFinished for the second of two clicks, LimitReached when the account has all it may have.
    """
    scope.require(Capability.APPROVE)
    Account.objects.select_for_update().get(pk=scope.account.pk)
    if profiles_used(scope.account) >= MOST_PROFILES:
        raise LimitReached
    now = timezone.now()
    profile = BusinessProfile.objects.create(
        account=scope.account,
        client=client,
        name=registration.values["name"],
        country_code=registration.values["country"],
        responsible=actor,
        submitted_at=now,
    )
    finish_draft(draft, profile.pk)
    keep_countries(profile, registration)
    snapshot = keep_snapshot(profile, registration, by=actor)
    keep_consent(profile, registration, by=actor)
    keep_answers(profile, registration, by=actor)
    record("business_profile.submitted", profile, actor=actor, after=registration.values)
    follow(profile, actor, FollowReason.SUBMITTER)
    hand_over_business(profile, snapshot, now=now)
    return profile


def profiles_used(account: Account) -> int:
    """Business profiles that count against Vonage's limit."""
    return BusinessProfile.objects.filter(account=account, deleted_at=None).count()


def keep_snapshot(profile: BusinessProfile, registration: Registration, *, by: User) -> BusinessSnapshot:
    """The profile's current version exactly as it was submitted; personal values apart, both with their hash."""
    owned = {"account_id": profile.account_id, "client_id": profile.client_id}
    countries = list(registration.countries)
    snapshot = BusinessSnapshot.objects.create(
        **owned,
        profile=profile,
        version=profile.version,
        values=registration.values,
        countries=countries,
        content_hash=content_hash(registration.values, countries),
        personal_hash=digest(registration.personal),
        submitted_by=by,
    )
    SnapshotPersonal.objects.create(**owned, snapshot=snapshot, values=registration.personal)
    return snapshot


def content_hash(values: object, countries: list[str]) -> str:
    return digest({"values": values, "countries": countries})


def keep_countries(profile: BusinessProfile, registration: Registration) -> None:
    """Rows for the chosen countries; those chosen no more end with this version."""
    wanted = set(registration.countries)
    held = profile.countries.filter(removed_version=None)
    held.exclude(country__code__in=wanted).update(removed_version=profile.version)
    known = set(held.values_list("country__code", flat=True))
    for country in Country.objects.filter(code__in=wanted - known):
        ProfileCountry.objects.create(
            account_id=profile.account_id,
            client_id=profile.client_id,
            profile=profile,
            country=country,
            added_version=profile.version,
        )


def keep_consent(profile: BusinessProfile, registration: Registration, *, by: User) -> VettingConsent | None:
    """The answer to vetting as it was given, with the words that were shown and the operators it is for."""
    if registration.consent is None:
        return None
    vetted = [one.code for one in operators_in(registration.countries) if one.requires_vetting]
    return VettingConsent.objects.create(
        account_id=profile.account_id,
        client_id=profile.client_id,
        profile=profile,
        version=profile.consents.count() + 1,
        given=registration.consent,
        text_version=consent_text.TEXT_VERSION,
        text=str(consent_text.TEXT),
        operators=vetted,
        by=by,
        **registration.contact,
    )


def keep_answers(
    profile: BusinessProfile,
    registration: Registration,
    *,
    by: User,
    before: Registration | None = None,
    is_supplement: bool = False,
) -> list[RequirementAnswer]:
    """What was answered beyond the guide and is new since `before`; of terms also which version was accepted."""
    answered = {**registration.answers, **registration.personal_answers}
    if before is not None:
        known = {**before.answers, **before.personal_answers}
        answered = {code: value for code, value in answered.items() if known.get(code) != value}
    rows = Requirement.objects.filter(code__in=answered)
    return [
        RequirementAnswer.objects.create(
            account_id=profile.account_id,
            client_id=profile.client_id,
            business_profile=profile,
            requirement=row,
            value={"answer": registration.answers[row.code]} if row.code in registration.answers else {},
            personal={"answer": registration.personal_answers[row.code]}
            if row.code in registration.personal_answers
            else {},
            terms_id=row.terms_id,
            terms_version=row.terms_version,
            is_supplement=is_supplement,
            by=by,
        )
        for row in rows
    ]
