"""What a person does with application profiles: submit one, take it back, let go of it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey, User
from portal.accounts.scope import Scope
from portal.drafts.actions import finish_draft
from portal.drafts.models import Draft
from portal.history.actions import answer_refusals, record
from portal.notices.actions import follow, resolve
from portal.notices.enums import FollowReason
from portal.records.models import digest
from registry.actions.handing_over import hand_over_application
from registry.actions.leaving import end_decision
from registry.actions.locks import locked_business, locked_with_cases
from registry.actions.problems import NotNow
from registry.enums import DecisionState, Ruling
from registry.messages.decisions import KINDS
from registry.models import (
    ApplicationProfile,
    ApplicationStanding,
    BusinessProfile,
    Decision,
    Feature,
    ProfileFeature,
    Purpose,
    Requirement,
    RequirementAnswer,
)
from registry.queries.application_profiles import may_be_withdrawn, replacing
from registry.rules.application import ApplicationWish


class StillLinked(Exception):
    """Applications use the profile: it cannot be deleted under them."""


class NotReplaced(Exception):
    """Nothing stands in for the profile everywhere yet, and nobody has confirmed that this is meant."""


@transaction.atomic
def submit_application_profile(
    scope: Scope,
    business: BusinessProfile,
    wish: ApplicationWish,
    *,
    api_key: ApiKey,
    actor: User,
    draft: Draft,
    replaces: ApplicationProfile | None = None,
) -> ApplicationProfile:
    """Create an application profile and hand it over; from here on nothing of it changes, its owner included.

    Raises DraftFinished for the second of two clicks, NotNow when the business profile was withdrawn meanwhile.
    """
    scope.require(Capability.APPROVE)
    if api_key.account_id != scope.account.pk:
        raise PermissionDenied(_("This API key belongs to another account."))
    business = locked_business(business.pk)
    if business.withdrawn_at or business.deleted_at:
        raise NotNow
    profile = ApplicationProfile.objects.create(
        account_id=business.account_id,
        client_id=business.client_id,
        business_profile=business,
        api_key=api_key,
        replaces=replaces,
        name=wish.name,
        category_code=wish.category_code,
        locations=list(wish.locations),
        use_case=wish.use_case,
        privacy_policy_url=wish.privacy_policy_url,
        terms_url=wish.terms_url,
        content_hash=digest(wish.content()),
        created_by=actor,
    )
    finish_draft(draft, profile.pk)
    _keep_features(profile, wish)
    _keep_answers(profile, wish, by=actor)
    ApplicationStanding.objects.create(
        account_id=business.account_id, client_id=business.client_id, profile=profile
    )
    record("application_profile.submitted", profile, actor=actor, after=wish.content())
    follow(profile, actor, FollowReason.SUBMITTER)
    if replaces is not None:
        answer_refusals(replaces, submission=f"profile-{profile.pk}")
        resolve(replaces, KINDS[Ruling.REJECT])
    hand_over_application(profile, now=timezone.now())
    return profile


def _keep_features(profile: ApplicationProfile, wish: ApplicationWish) -> None:
    features = {row.code: row for row in Feature.objects.all()}
    purposes = {row.code: row for row in Purpose.objects.all()}
    ProfileFeature.objects.bulk_create(
        ProfileFeature(
            account_id=profile.account_id,
            client_id=profile.client_id,
            profile=profile,
            feature=features[line.feature],
            purpose=purposes[line.purpose],
            vocabulary=purposes[line.purpose].vocabulary,
            reason=line.reason,
        )
        for line in wish.features
    )


def _keep_answers(profile: ApplicationProfile, wish: ApplicationWish, *, by: User) -> None:
    """One row a requirement; of terms also which version was accepted."""
    codes = {*wish.answers, *wish.personal_answers}
    for row in Requirement.objects.filter(code__in=codes):
        RequirementAnswer.objects.create(
            account_id=profile.account_id,
            client_id=profile.client_id,
            business_profile_id=profile.business_profile_id,
            application_profile=profile,
            requirement=row,
            value={"answer": wish.answers[row.code]} if row.code in wish.answers else {},
            personal={"answer": wish.personal_answers[row.code]} if row.code in wish.personal_answers else {},
            terms_id=row.terms_id,
            terms_version=row.terms_version,
            by=by,
        )


@transaction.atomic
def withdraw_application_profile(scope: Scope, profile: ApplicationProfile, *, actor: User) -> None:
    """Take a pending submission back. Raises NotNow once an operator accepted, or when nothing is pending."""
    scope.require(Capability.APPROVE)
    standing = locked_with_cases(profile)
    if standing.withdrawn_at or not may_be_withdrawn(profile):
        raise NotNow
    _end(profile, DecisionState.WITHDRAWN)
    standing.withdrawn_at = timezone.now()
    standing.save(update_fields=["withdrawn_at"])
    record("application_profile.withdrawn", profile, actor=actor)


@transaction.atomic
def delete_application_profile(
    scope: Scope, profile: ApplicationProfile, *, confirmed: bool = False, actor: User
) -> None:
    """Let go of a profile; its rows stay. Raises StillLinked, NotReplaced (unless `confirmed`) or NotNow."""
    scope.require(Capability.APPROVE)
    standing = locked_with_cases(profile)
    if standing.deleted_at:
        raise NotNow
    how_far = replacing(scope, profile)
    if how_far.linked:
        raise StillLinked
    if not (confirmed or how_far.is_replaced):
        raise NotReplaced
    _end(profile, DecisionState.CLOSED)
    standing.deleted_at = timezone.now()
    standing.save(update_fields=["deleted_at"])
    record("application_profile.deleted", profile, actor=actor)


def _end(profile: ApplicationProfile, to: DecisionState) -> None:
    """Every decision of the profile ends; its cases are held already."""
    now = timezone.now()
    rows = Decision.objects.filter(application_profile=profile, is_latest=True).select_related(
        "operator", "feature", "application_profile", "business_profile"
    )
    for decision in rows.exclude(state__in=(DecisionState.CLOSED, DecisionState.WITHDRAWN)):
        end_decision(decision, to, now=now)
    resolve(profile)
