"""Change requests: written by a member, applied or refused by staff, with effects at exactly the operators meant."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.enums import Capability
from portal.accounts.models import User
from portal.accounts.scope import Scope
from portal.drafts.actions import finish_draft
from portal.drafts.models import Draft
from portal.history.actions import record
from portal.notices.actions import follow, resolve, tell
from portal.notices.enums import FollowReason
from portal.records.moves import move
from registry.actions.handing_over import hand_over_application, hand_over_business
from registry.actions.leaving import close_at, latest_decisions, leave_out
from registry.actions.locks import locked_business
from registry.actions.problems import NotNow
from registry.actions.submitting import keep_answers, keep_consent, keep_countries, keep_snapshot
from registry.enums import DECIDED, OPEN_DECISIONS, ChangeState, DecisionState, Ground
from registry.lifecycle import CHANGE
from registry.messages import path_of
from registry.models import (
    ApplicationProfile,
    BusinessProfile,
    BusinessSnapshot,
    ChangeRequest,
    Decision,
    Operator,
)
from registry.queries.offered import operators_in
from registry.queries.profiles import registration_of
from registry.queries.standing import consent_in_force
from registry.rules.registration import Registration, company_changed, differences, from_wish
from registry.sync.disclosures import disclose_business
from registry.sync.rounds import move_on


@transaction.atomic
def start_change(scope: Scope, profile: BusinessProfile, *, actor: User) -> ChangeRequest:
    """Begin to write a change, filled in with what holds now; an open one is continued."""
    scope.require(Capability.PREPARE)
    open_states = (ChangeState.DRAFT, ChangeState.SUBMITTED)
    earlier = profile.change_requests.filter(state__in=open_states).first()
    if earlier is not None:
        return earlier
    if profile.withdrawn_at or profile.deleted_at:
        raise NotNow
    now_holding = registration_of(profile)
    values, personal = now_holding.as_wish()
    try:
        with transaction.atomic():
            change = ChangeRequest.objects.create(
                account_id=profile.account_id,
                client_id=profile.client_id,
                profile=profile,
                base_version=profile.version,
                values=values,
                personal=personal,
                countries=list(now_holding.countries),
                asked_by=actor,
            )
    except IntegrityError:  # somebody else began in the same moment
        return profile.change_requests.get(state__in=open_states)
    record("change_request.started", change, actor=actor)
    return change


@transaction.atomic
def submit_change(
    scope: Scope,
    change: ChangeRequest,
    registration: Registration,
    *,
    answers_refusal: bool,
    actor: User,
    draft: Draft | None,
) -> None:
    """Ask Vonage for the change. Raises NotNow when it was submitted or withdrawn meanwhile, or changes nothing."""
    scope.require(Capability.APPROVE)
    if change.state != ChangeState.DRAFT:
        raise NotNow
    if not differences(registration_of(change.profile), registration) and not answers_refusal:
        raise NotNow
    values, personal = registration.as_wish()
    move(
        change,
        ChangeState.SUBMITTED,
        table=CHANGE,
        values=values,
        personal=personal,
        countries=list(registration.countries),
        answers_refusal=answers_refusal,
        base_version=change.profile.version,
        asked_by=actor,
        submitted_at=timezone.now(),
    )
    if draft is not None:
        finish_draft(draft, change.pk)
    record("change_request.submitted", change, actor=actor, after={"countries": change.countries})
    follow(change.profile, actor, FollowReason.SUBMITTER)
    resolve(change.profile, "registry.change_refused")
    _tell(change, "registry.change_submitted")


@transaction.atomic
def withdraw_change(scope: Scope, change: ChangeRequest, *, actor: User) -> None:
    """Take a change back before Vonage has decided: who may submit one, or, of a mere draft, who may write one.

    Raises NotNow afterwards.
    """
    scope.require(to_withdraw(change))
    if change.state not in (ChangeState.DRAFT, ChangeState.SUBMITTED):
        raise NotNow
    move(change, ChangeState.WITHDRAWN, table=CHANGE)
    record("change_request.withdrawn", change, actor=actor)


def to_withdraw(change: ChangeRequest) -> Capability:
    """What it takes to take a change back."""
    return Capability.PREPARE if change.state == ChangeState.DRAFT else Capability.APPROVE


@transaction.atomic
def refuse_change(change: ChangeRequest, *, actor: User, reason: str) -> None:
    """Staff say no, with the reason; the profile stays as it is. Raises IllegalMove or LostRace."""
    move(
        change,
        ChangeState.REFUSED,
        table=CHANGE,
        reason=reason,
        decided_by=actor,
        decided_at=timezone.now(),
    )
    record("change_request.refused", change, actor=actor, after={"reason": reason})
    _tell(change, "registry.change_refused", reason=reason)


@transaction.atomic
def apply_change(change: ChangeRequest, *, actor: User) -> BusinessSnapshot:
    """Staff say yes: a new version, and its effects at exactly the operators meant.

    Raises IllegalMove or LostRace when it was decided meanwhile, NotNow when the profile moved on since.
    """
    profile = locked_business(change.profile_id)
    if profile.version != change.base_version or profile.withdrawn_at or profile.deleted_at:
        raise NotNow
    now, before = timezone.now(), registration_of(profile)
    wanted = from_wish(change.countries, change.values, change.personal)
    profile.version += 1
    profile.name, profile.country_code = wanted.values["name"], wanted.values["country"]
    profile.save(update_fields=["version", "name", "country_code", "updated_at"])
    move(
        change,
        ChangeState.APPLIED,
        table=CHANGE,
        applied_version=profile.version,
        decided_by=actor,
        decided_at=now,
    )
    snapshot = keep_snapshot(profile, wanted, by=change.asked_by)
    keep_countries(profile, wanted)
    keep_answers(profile, wanted, by=change.asked_by, before=before)
    _change_consent(profile, before, wanted, snapshot, by=change.asked_by, now=now)
    _spread(change, profile, snapshot, before, wanted, now)
    record("change_request.applied", change, actor=actor, after={"version": profile.version})
    _tell(change, "registry.change_applied", version=profile.version)
    return snapshot


def _change_consent(
    profile: BusinessProfile,
    before: Registration,
    wanted: Registration,
    snapshot: BusinessSnapshot,
    *,
    by: User,
    now: datetime,
) -> None:
    """Keep a new answer to vetting; one that takes a consent back leaves its operators out."""
    earlier = consent_in_force(profile)
    vetted = {one.code for one in operators_in(wanted.countries) if one.requires_vetting}
    same = (before.consent, before.contact) == (wanted.consent, wanted.contact)
    if same and (earlier is None or vetted <= set(earlier.operators)):
        return
    keep_consent(profile, wanted, by=by)
    if earlier is not None and not wanted.consent:
        type(earlier).objects.filter(pk=earlier.pk).update(withdrawn_at=now, withdrawn_by=by)
        leave_out(
            profile, snapshot, list(operators_in(wanted.countries).filter(requires_vetting=True)), now=now
        )


def _spread(
    change: ChangeRequest,
    profile: BusinessProfile,
    snapshot: BusinessSnapshot,
    before: Registration,
    wanted: Registration,
    now: datetime,
) -> None:
    removed = set(before.countries) - set(wanted.countries)
    close_at(profile, list(Operator.objects.filter(country__code__in=removed)), now=now)
    refusers = _refusers(profile) if change.answers_refusal else []
    refused_here = [one.operator for one in refusers if one.application_profile_id is None]
    if company_changed(before, wanted):
        _give_new_version(profile, snapshot, apart_from=refused_here, now=now)
    hand_over_business(profile, snapshot, now=now)
    if refused_here:
        hand_over_business(profile, snapshot, operators=refused_here, now=now, ground=Ground.CHANGE)
    asked_again = {one.operator_id: one.operator for one in refusers}
    for application in _living(profile):
        hand_over_application(application, now=now)
        if asked_again:
            hand_over_application(
                application, operators=list(asked_again.values()), now=now, ground=Ground.CHANGE
            )


def _refusers(profile: BusinessProfile) -> list[Decision]:
    """The no's that count now, to the business profile and to its application profiles that still live."""
    rows = latest_decisions(profile).filter(state=DecisionState.REJECTED)
    living = {one.pk for one in _living(profile)}
    return [one for one in rows if one.application_profile_id is None or one.application_profile_id in living]


def _living(profile: BusinessProfile) -> list[ApplicationProfile]:
    rows = profile.application_profiles.filter(standing__withdrawn_at=None, standing__deleted_at=None)
    return list(rows.order_by("pk"))


def _give_new_version(
    profile: BusinessProfile, snapshot: BusinessSnapshot, *, apart_from: list[Operator], now: datetime
) -> None:
    """Every operator that holds a decision gets the new version; what it decided stands until it answers.

    Who has not decided yet is asked about the new version instead of the old one.
    """
    rows = latest_decisions(profile).filter(application_profile=None).exclude(operator__in=apart_from)
    undecided = [one.operator for one in rows if one.state in OPEN_DECISIONS]
    if undecided:
        hand_over_business(profile, snapshot, operators=undecided, now=now, ground=Ground.CHANGE)
    for decision in rows.filter(state__in=DECIDED):
        move_on(decision.case_id, now=now, newer_snapshot=snapshot)
        disclose_business(decision.case, snapshot, Ground.CHANGE)


def _tell(change: ChangeRequest, kind: str, **values: object) -> None:
    tell(kind, change.profile, key=f"{kind}:{change.pk}", path=path_of(change.profile), values=values)
