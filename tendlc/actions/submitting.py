"""What every submission does alike, and when one does not fit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey, Membership, User
from portal.accounts.scope import Scope
from portal.drafts.actions import finish_draft
from portal.drafts.models import Draft
from portal.history.actions import answer_refusals, record
from portal.notices.actions import follow, resolve
from portal.notices.enums import FollowReason
from portal.outbox.actions import ask, awaited
from portal.outbox.models import Inquiry, Operation
from tendlc import lifecycle
from tendlc.enums import Axis
from tendlc.models import Brand, Campaign, NumberLink
from tendlc.operations import REFRESH

# Drafts of changes of what is registered, by their object's pk as parent: contracts from the first row on.
BRAND_CHANGE: Final = "tendlc.brand_change"
CAMPAIGN_CHANGE: Final = "tendlc.campaign_change"

Submittable = Brand | Campaign | NumberLink


class NotNow(Exception):
    """The action does not fit where the object stands; the text says why, for a person."""


def to_wait_for(parent: Brand | Campaign, kind: str) -> Operation | None:
    """What brings a parent about that Vonage does not know yet; None for one that it knows.

    Raises NotNow when nothing is on its way, and for one that is not at Vonage any more.
    """
    if parent.gone_at:
        raise NotNow
    if parent.remote_id:
        return None
    operation = awaited(parent, kind)
    if operation is None:
        parent.refresh_from_db(fields=["remote_id"])  # it may have been done a moment ago
        if not parent.remote_id:
            raise NotNow
    return operation


def waiting_to_be_sent(axis: Axis, state: str, waits_for: Operation | None = None) -> dict[str, Any]:
    """What an object notes when its submission is asked for; nobody can say when a waiting one is due."""
    now = timezone.now()
    return {
        "state": state,
        "waiting_on": lifecycle.waiting_on(axis, state),
        "waiting_since": now,
        "expected_by": None if waits_for else lifecycle.expected_by(axis, state, now),
    }


def _follow_as_submitter(row: Submittable, actor: User) -> None:
    follow(row, actor, FollowReason.SUBMITTER)
    if row.responsible and row.responsible_id != actor.pk:
        follow(row, row.responsible, FollowReason.RESPONSIBLE)


def _remember_key(scope: Scope, api_key: ApiKey) -> None:
    Membership.objects.filter(pk=scope.membership.pk).update(last_api_key=api_key)


def submitted(
    scope: Scope, row: Submittable, operation: Operation, actor: User, *, draft: Draft | None
) -> None:
    record(f"{row._meta.model_name}.submitted", row, actor=actor, after=operation.payload)
    answer_refusals(row, submission=operation.code)
    resolve(row)
    _follow_as_submitter(row, actor)
    _remember_key(scope, operation.api_key)
    if draft is not None:
        finish_draft(draft, row.pk)


def sync_now(scope: Scope, row: Submittable, *, actor: User) -> Inquiry:
    """Read one object again; several clicks within seconds ask once. Raises NotNow before Vonage knows it."""
    scope.require(Capability.VIEW)
    if not row.remote_id:
        raise NotNow
    recent = Inquiry.objects.filter(
        kind=REFRESH,
        object_type=row._meta.label_lower,
        object_id=row.pk,
        asked_at__gt=timezone.now() - timedelta(seconds=5),
    ).first()
    return recent or ask(REFRESH, row, actor=actor, api_key=row.api_key)
