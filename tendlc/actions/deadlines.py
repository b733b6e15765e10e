"""Marking as done what only a person can know."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portal.accounts.enums import Capability
from portal.accounts.models import User
from portal.accounts.scope import Scope
from portal.history.actions import record
from tendlc.actions.submitting import NotNow
from tendlc.lifecycle import DEADLINES
from tendlc.models import Deadline


@transaction.atomic
def finish_deadline(scope: Scope, deadline: Deadline, *, actor: User) -> None:
    """Close a deadline by a person's word. Raises NotNow for one that facts close, or that is closed."""
    scope.require(Capability.PREPARE)
    if not DEADLINES[deadline.kind].by_person:
        raise NotNow
    now = timezone.now()
    if not Deadline.objects.filter(pk=deadline.pk, done_at=None).update(done_at=now, done_by=actor):
        raise NotNow
    record(
        "deadline.done",
        deadline.brand,
        actor=actor,
        after={"kind": deadline.kind, "due": deadline.due_at.isoformat()},
    )
