"""The ends of an operation, each in one transaction with what it means for the object and for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from portal.history.actions import note_refusal
from portal.history.enums import Resubmittable
from portal.notices.actions import tell
from portal.notices.catalogue import topic_of
from portal.outbox.enums import OperationState as S
from portal.outbox.kinds import Found, kind_of
from portal.outbox.lifecycle import OPERATION
from portal.outbox.models import Operation
from portal.records.moves import move

PARENT_REFUSED = gettext_noop("It waited for “%(parent)s”, which was refused, so it was not sent.")
PARENT_TAKEN_BACK = gettext_noop("It waited for “%(parent)s”, which was taken back, so it was not sent.")


@transaction.atomic
def finish_applied(operation: Operation, found: Found) -> None:
    """The effect is proven: close the operation and store it on the object. Raises LostRace."""
    move(
        operation,
        S.APPLIED,
        table=OPERATION,
        sender="",
        remote_id=found.remote_id,
        finished_at=timezone.now(),
        candidates=[],
        waiting_for="",
        last_error={},
    )
    kind_of(operation).applied(operation, found)


@transaction.atomic
def finish_refused(operation: Operation, problem: Mapping[str, Any]) -> None:
    """A final no. The refusal is kept in the provider's words, fields go back to the form."""
    move(
        operation,
        S.REFUSED,
        table=OPERATION,
        sender="",
        finished_at=timezone.now(),
        waiting_for="",
        last_error=dict(problem),
    )
    kind_of(operation).refused(operation, problem)
    end_children(operation)


def end_children(operation: Operation) -> None:
    """What waited for an effect that will not come is taken back with it, unsent; siblings are not touched.

    One in doubt, which only a restore makes of a waiting one, is for a person.
    """
    for child in operation.children.filter(finished_at=None).order_by("pk"):
        if child.state in (S.READY, S.AWAITING_APPROVAL):
            _end_with(operation, child)
        elif child.state == S.UNKNOWN:
            send_to_review(child, (), "parent_ended")


def _end_with(parent: Operation, child: Operation) -> None:
    text_id = PARENT_TAKEN_BACK if parent.state == S.CANCELLED else PARENT_REFUSED
    problem = {"code": "cancelled", "text_id": text_id, "values": {"parent": parent.object_name}}
    move(
        child,
        S.CANCELLED,
        table=OPERATION,
        sender="",
        finished_at=timezone.now(),
        waiting_for="",
        last_error=problem,
    )
    kind_of(child).refused(child, problem)
    end_children(child)


@transaction.atomic
def send_to_review(operation: Operation, found: Sequence[Found], why: str, **updates: Any) -> None:
    """The machine must not decide: a person adopts, confirms absence or cancels."""
    move(
        operation,
        S.REVIEW,
        table=OPERATION,
        sender="",
        candidates=[one.as_json() for one in found],
        waiting_for=why,
        vain_since=None,
        **updates,
    )
    kind_of(operation).in_doubt(operation)
    tell(
        "outbox.review",
        operation,
        key=f"review:{operation.pk}:{timezone.now().isoformat()}",  # each time anew; the move is made once
        path=f"/a/{operation.account_id}/operations/{operation.pk}/",
        values={"object": operation.object_name, "kind": operation.kind},
        topic=topic_of(operation.kind),
    )


def refusal_of(
    operation: Operation, obj: Any, problem: Mapping[str, Any], *, said_by: str = "vonage"
) -> None:
    """Write a refusal of an operation's object from a problem record."""
    note_refusal(
        obj,
        said_by=said_by,
        code=str(problem.get("problem_type") or problem.get("code") or ""),
        text=str(problem.get("detail") or problem.get("title") or ""),
        fields=list(problem.get("fields") or ()),
        resubmittable=Resubmittable.YES if problem.get("fields") else Resubmittable.UNKNOWN,
        submission=operation.code,
        instance=str(problem.get("instance") or ""),
    )
