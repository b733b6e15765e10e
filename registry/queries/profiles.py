"""Reads of profiles, always scoped, with their joins."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Q, QuerySet

from portal.accounts.scope import Scope
from portal.records.search import words_of
from registry.models import (
    ApplicationProfile,
    BusinessProfile,
    ChangeRequest,
    Disclosure,
    NetworkApplication,
    RequirementAnswer,
)
from registry.queries.standing import consent_in_force, current_countries, current_snapshot
from registry.rules.registration import Registration


def business_profiles(scope: Scope) -> QuerySet[BusinessProfile]:
    """Every business profile that was not deleted."""
    rows = BusinessProfile.objects.filter(deleted_at=None).select_related("client", "responsible")
    return scope.rows(rows)


def business_search(rows: QuerySet[BusinessProfile], words: str) -> QuerySet[BusinessProfile]:
    """By what a person remembers: the business, its client, its trading name, its numbers."""
    for word in words_of(words):
        kept = Q()
        for name in ("trading_name", "tax_number", "registration_id"):
            kept |= Q(**{f"snapshots__values__{name}__icontains": word})
        # Not of `rows`, which would put the query for each word into that for the next one, and twice.
        in_snapshots = BusinessProfile.objects.filter(kept).values("pk")
        rows = rows.filter(Q(name__icontains=word) | Q(client__name__icontains=word) | Q(pk__in=in_snapshots))
    return rows


def application_profiles(scope: Scope) -> QuerySet[ApplicationProfile]:
    """Every application profile that was not deleted."""
    rows = ApplicationProfile.objects.filter(standing__deleted_at=None)
    return scope.rows(rows.select_related("client", "api_key", "business_profile", "standing"))


def change_requests(scope: Scope) -> QuerySet[ChangeRequest]:
    rows = ChangeRequest.objects.filter(profile__deleted_at=None)
    return scope.rows(rows.select_related("profile", "client", "asked_by", "decided_by"))


def disclosures_of(scope: Scope, profile: BusinessProfile) -> QuerySet[Disclosure]:
    """Who got what of a business profile and of its application profiles, newest first."""
    rows = Disclosure.objects.filter(case__business_profile=profile)
    return scope.rows(rows.select_related("snapshot", "application_profile", "case__operator__country"))


def is_unused(profile: BusinessProfile) -> bool:
    """Whether nothing builds on a profile: no application profile that counts, so no application either."""
    live = profile.application_profiles.filter(standing__deleted_at=None, standing__withdrawn_at=None)
    linked = NetworkApplication.objects.filter(application_profile__business_profile=profile, gone_at=None)
    return not live.exists() and not linked.exclude(access="").exists()


def registration_of(profile: BusinessProfile) -> Registration:
    """The registration that holds now, with the consent in force and every answer."""
    snapshot, consent = current_snapshot(profile), consent_in_force(profile)
    answers = RequirementAnswer.objects.filter(business_profile=profile, application_profile=None)
    latest = {row.requirement.code: row for row in answers.select_related("requirement").order_by("id")}
    contact = ("contact_name", "contact_phone", "contact_email")
    return Registration(
        countries=tuple(current_countries(profile)),
        values=dict(snapshot.values),
        personal=dict(snapshot.personal.values),
        consent=_consent_given(profile, consent is not None),
        contact={name: getattr(consent, name) for name in contact} if consent else {},
        answers={code: row.value["answer"] for code, row in latest.items() if "answer" in row.value},
        personal_answers={
            code: row.personal["answer"] for code, row in latest.items() if "answer" in row.personal
        },
    )


def _consent_given(profile: BusinessProfile, in_force: bool) -> bool | None:
    """None where nobody ever asked."""
    return in_force if in_force or profile.consents.exists() else None


def registration_before(change: ChangeRequest) -> Registration:
    """What a change is compared with: what holds now while it is open, afterwards the version it was written on."""
    if change.applied_version is None:
        return registration_of(change.profile)
    held = registration_of(change.profile)
    snapshot = change.profile.snapshots.select_related("personal").get(version=change.base_version)
    wished = change.values
    return replace(
        held,
        countries=tuple(snapshot.countries),
        values=dict(snapshot.values),
        personal=dict(snapshot.personal.values),
        consent=wished.get("consent"),
        contact=dict(change.personal.get("contact") or {}),
        answers=dict(wished.get("answers") or {}),
        personal_answers=dict(change.personal.get("answers") or {}),
    )
