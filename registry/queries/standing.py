"""Where profiles stand with operators: the rows that count now. The caller may already see the profile."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from registry.models import (
    ApplicationProfile,
    BusinessProfile,
    BusinessSnapshot,
    Decision,
    VettingCheck,
    VettingConsent,
)
from registry.rules.routing import Standing


def current_countries(profile: BusinessProfile) -> list[str]:
    """ISO codes of the countries the profile asks for now."""
    rows = profile.countries.filter(removed_version=None).order_by("country__name")
    return list(rows.values_list("country__code", flat=True))


def current_snapshot(profile: BusinessProfile) -> BusinessSnapshot:
    """The version that holds now, with its personal values."""
    return profile.snapshots.select_related("personal").get(version=profile.version)


def consent_in_force(profile: BusinessProfile) -> VettingConsent | None:
    """The last word on vetting, if it is a yes that was not withdrawn."""
    latest = profile.consents.order_by("-version").first()
    return latest if latest is not None and latest.given and latest.withdrawn_at is None else None


def business_decisions(profile: BusinessProfile) -> QuerySet[Decision]:
    """The latest word of each operator on the business profile itself."""
    rows = Decision.objects.filter(business_profile=profile, application_profile=None, is_latest=True)
    return rows.select_related("case", "operator__country", "operator__agency", "snapshot")


def application_decisions(profile: ApplicationProfile) -> QuerySet[Decision]:
    """The latest word of each operator on each feature of an application profile."""
    rows = Decision.objects.filter(application_profile=profile, is_latest=True)
    return rows.select_related("case", "operator__country", "feature", "purpose", "snapshot")


def standings(decisions: Iterable[Decision]) -> dict[str, Standing]:
    """Business decisions as routing sees them, by operator code."""
    return {one.operator.code: Standing(one.state, one.exclusion) for one in decisions}


def latest_checks(profile: BusinessProfile) -> dict[int, VettingCheck]:
    """The vetting that counts, by operator."""
    rows = VettingCheck.objects.filter(business_profile=profile, is_latest=True)
    return {check.operator_id: check for check in rows.select_related("agency", "operator")}
