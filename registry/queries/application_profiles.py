"""Reads about one application profile: its words, its replacements, and what stands against deleting it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from portal.accounts.scope import Scope
from portal.records.search import words_of
from registry.enums import OPEN_DECISIONS, ApplicationState, DecisionState, MessageKind
from registry.models import (
    ApplicationProfile,
    BusinessProfile,
    Case,
    CaseMessage,
    Decision,
    NetworkApplication,
    Operator,
)
from registry.queries.profiles import application_profiles, business_profiles
from registry.rules.application import ApplicationWish, FeatureWish


def usable_business_profiles(scope: Scope) -> QuerySet[BusinessProfile]:
    """Business profiles that can have another application profile."""
    return business_profiles(scope).filter(withdrawn_at=None)


def application_search(rows: QuerySet[ApplicationProfile], words: str) -> QuerySet[ApplicationProfile]:
    for word in words_of(words):
        rows = rows.filter(
            Q(name__icontains=word) | Q(business_profile__name__icontains=word) | Q(use_case__icontains=word)
        )
    return rows


def messages_of(scope: Scope, profile: ApplicationProfile | BusinessProfile) -> QuerySet[CaseMessage]:
    """What was said about a profile with its operators, oldest first, without their internal notes."""
    if isinstance(profile, ApplicationProfile):
        rows = CaseMessage.objects.filter(case__application_profile=profile)
    else:
        rows = CaseMessage.objects.filter(case__business_profile=profile, case__application_profile=None)
    rows = rows.exclude(kind=MessageKind.NOTE).select_related("case__operator__country", "by")
    return scope.rows(rows).order_by("pk")


def cases(scope: Scope) -> QuerySet[Case]:
    """Every case a member may see, to answer what is asked in it."""
    return scope.rows(
        Case.objects.select_related("operator__country", "business_profile", "application_profile")
    )


def wish_of(profile: ApplicationProfile) -> ApplicationWish:
    """A profile as it was submitted."""
    lines = profile.features.select_related("feature", "purpose").order_by("feature__name")
    return ApplicationWish(
        name=profile.name,
        category_code=profile.category_code,
        locations=tuple(profile.locations),
        use_case=profile.use_case,
        privacy_policy_url=profile.privacy_policy_url,
        terms_url=profile.terms_url,
        features=tuple(FeatureWish(line.feature.code, line.purpose.code, line.reason) for line in lines),
    )


def linked_applications(profile: ApplicationProfile) -> QuerySet[NetworkApplication]:
    """Applications that still use the profile, or will as soon as Vonage has linked them."""
    on_its_way = Q(state=ApplicationState.CHANGING, wished__application_profile=profile.pk)
    rows = NetworkApplication.objects.filter(Q(application_profile=profile) | on_its_way, gone_at=None)
    return rows.exclude(state=ApplicationState.DELETED).order_by("name", "pk")


@dataclass(frozen=True)
class Replacing:
    """How far a profile is replaced: who accepted a replacement, and what is missing yet."""

    replacements: list[ApplicationProfile] = field(default_factory=list)
    accepted_by: list[Operator] = field(default_factory=list)
    missing: list[Operator] = field(default_factory=list)
    linked: list[NetworkApplication] = field(default_factory=list)

    @property
    def is_replaced(self) -> bool:
        """Every operator that accepted this profile has accepted a replacement."""
        return bool(self.replacements) and not self.missing


def replacing(scope: Scope, profile: ApplicationProfile) -> Replacing:
    """Whether the profile can be let go of."""
    found = list(application_profiles(scope).filter(replaces=profile).order_by("-pk"))
    old, new = _accepted_at([profile]), _accepted_at(found)
    return Replacing(
        replacements=found,
        accepted_by=_named(new),
        missing=_named(old - new),
        linked=list(linked_applications(profile)),
    )


def _accepted_at(profiles: list[ApplicationProfile]) -> set[int]:
    rows = Decision.objects.filter(
        application_profile__in=profiles, is_latest=True, state=DecisionState.ACCEPTED
    )
    return set(rows.values_list("operator_id", flat=True))


def _named(ids: set[int]) -> list[Operator]:
    return list(Operator.objects.filter(pk__in=ids).select_related("country"))


def may_be_withdrawn(profile: ApplicationProfile) -> bool:
    """Only what is pending: some operator still looks at it and none has said yes."""
    rows = Decision.objects.filter(application_profile=profile, is_latest=True)
    states = set(rows.values_list("state", flat=True))
    return bool(states & set(OPEN_DECISIONS)) and DecisionState.ACCEPTED not in states
