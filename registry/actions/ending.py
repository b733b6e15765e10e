"""Taking a registration back, deleting one that nothing builds on, withdrawing consent, blanking personal values."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portal.accounts.enums import Capability
from portal.accounts.models import User
from portal.accounts.scope import Scope
from portal.history.actions import record
from portal.notices.actions import resolve, tell
from registry.actions.leaving import cancel_checks, end_decision, latest_decisions, leave_out
from registry.actions.locks import locked_business
from registry.actions.problems import NotNow
from registry.enums import OPEN_DECISIONS, ChangeState, DecisionState
from registry.messages import path_of
from registry.models import (
    ApplicationStanding,
    BusinessProfile,
    ChangeRequest,
    Operator,
    RequirementAnswer,
    SnapshotPersonal,
    VettingConsent,
)
from registry.queries.offered import operators_in
from registry.queries.profiles import is_unused
from registry.queries.standing import (
    business_decisions,
    consent_in_force,
    current_countries,
    current_snapshot,
)


def may_be_withdrawn(profile: BusinessProfile) -> bool:
    """Only what is pending: some operator still looks at it and none has said yes."""
    states = {one.state for one in business_decisions(profile)}
    return (
        not profile.withdrawn_at
        and bool(states & set(OPEN_DECISIONS))
        and DecisionState.ACCEPTED not in states
    )


@transaction.atomic
def withdraw_business_profile(scope: Scope, profile: BusinessProfile, *, actor: User) -> None:
    """Take a pending submission back, with its application profiles. Raises NotNow once an operator accepted."""
    scope.require(Capability.APPROVE)
    profile = locked_business(profile.pk)
    if not may_be_withdrawn(profile):
        raise NotNow
    now = timezone.now()
    decisions = list(
        latest_decisions(profile).exclude(state__in=(DecisionState.CLOSED, DecisionState.WITHDRAWN))
    )
    for decision in decisions:
        end_decision(decision, DecisionState.WITHDRAWN, now=now)
    cancel_checks(profile, list(Operator.objects.filter(pk__in={one.operator_id for one in decisions})))
    standings = ApplicationStanding.objects.filter(profile__business_profile=profile, withdrawn_at=None)
    standings.update(withdrawn_at=now)
    _nothing_waits(profile)
    profile.withdrawn_at = now
    profile.save(update_fields=["withdrawn_at", "updated_at"])
    record("business_profile.withdrawn", profile, actor=actor)
    key = f"registry.business_withdrawn:{profile.pk}"
    tell("registry.business_withdrawn", profile, key=key, path=path_of(profile))


@transaction.atomic
def delete_business_profile(scope: Scope, profile: BusinessProfile, *, actor: User) -> None:
    """Take an unused profile off the list; its rows stay. Raises NotNow while something builds on it."""
    scope.require(Capability.APPROVE)
    profile = locked_business(profile.pk)
    if profile.deleted_at or not is_unused(profile):
        raise NotNow
    now = timezone.now()
    rows = latest_decisions(profile).exclude(state__in=(DecisionState.CLOSED, DecisionState.WITHDRAWN))
    operators = [one.operator for one in rows]
    for decision in rows:
        end_decision(decision, DecisionState.CLOSED, now=now)
    cancel_checks(profile, operators)
    _nothing_waits(profile)
    profile.deleted_at = now
    profile.save(update_fields=["deleted_at", "updated_at"])
    record("business_profile.deleted", profile, actor=actor)


def _nothing_waits(profile: BusinessProfile) -> None:
    """Open changes are taken back, and notices that wanted something done want it no more."""
    open_states = (ChangeState.DRAFT, ChangeState.SUBMITTED)
    ChangeRequest.objects.filter(profile=profile, state__in=open_states).update(state=ChangeState.WITHDRAWN)
    resolve(profile)


def vetted_operators(profile: BusinessProfile) -> list[Operator]:
    """The operators that a withdrawn consent would leave out."""
    return list(operators_in(current_countries(profile)).filter(requires_vetting=True))


@transaction.atomic
def withdraw_consent(scope: Scope, profile: BusinessProfile, *, actor: User) -> None:
    """Take the consent to vetting back at once: its operators are left out. Raises NotNow without one."""
    scope.require(Capability.APPROVE)
    profile = locked_business(profile.pk)
    consent = consent_in_force(profile)
    if consent is None:
        raise NotNow
    now = timezone.now()
    VettingConsent.objects.filter(pk=consent.pk).update(withdrawn_at=now, withdrawn_by=actor)
    leave_out(profile, current_snapshot(profile), vetted_operators(profile), now=now)
    record("vetting_consent.withdrawn", profile, actor=actor, before={"version": consent.version})


@transaction.atomic
def erase_personal(profile: BusinessProfile, *, actor: User | None) -> int:
    """Blank the personal values of every version, consent, change and answer; answers how many rows had some.

    What was sent stays provable: the hashes beside the values are not touched.
    """
    now = timezone.now()
    snapshots = SnapshotPersonal.objects.filter(snapshot__profile=profile, erased_at=None)
    erased = snapshots.update(values={}, erased_at=now, erased_by=actor)
    consents = VettingConsent.objects.filter(profile=profile).exclude(
        contact_name="", contact_phone="", contact_email=""
    )
    erased += consents.update(contact_name="", contact_phone="", contact_email="")
    erased += ChangeRequest.objects.filter(profile=profile).exclude(personal={}).update(personal={})
    answers = RequirementAnswer.objects.filter(business_profile=profile).exclude(personal={})
    erased += answers.update(personal={})
    record("business_profile.erased", profile, actor=actor, after={"rows": erased})
    return erased
