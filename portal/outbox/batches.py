"""Batches: many wishes checked as a whole, then turned into operations slice by slice.

What a row means is the affair of its kind, which an app registers in its own `batches` module. A row and its
operation are written in one transaction, so a worker may die anywhere: the next one goes on where it stopped.
"""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from portal.accounts.enums import Capability
from portal.accounts.models import Membership
from portal.accounts.scope import Scope, scope_of
from portal.notices.actions import tell
from portal.outbox.enums import FINAL_STATES, OPEN_STATES, BatchState, OperationState, RowState
from portal.outbox.lifecycle import BATCH
from portal.outbox.models import Batch, BatchRow, Operation
from portal.records.moves import move

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

logger = logging.getLogger("portal.outbox")
# So many operations of a batch are under way at a time: pausing it stops the rest at once.
UNDER_WAY = 50
Said = Mapping[str, Any]
SAME_AS = gettext_noop("This is the same as line %(place)s.")
ON_ITS_WAY = gettext_noop(
    "It is on its way already, from here or from elsewhere in the account. Nothing was sent twice."
)
DEFECT = gettext_noop("Something went wrong in the portal; support can see the details. Nothing was sent.")


def said(text_id: str, **values: object) -> Said:
    """A sentence for a person, as rows keep it: an id and values."""
    return {"text_id": text_id, "values": {name: str(value) for name, value in values.items()}}


class CannotAsk(Exception):
    """A row that was right when it was checked cannot be asked for any more; `why` is for a person."""

    def __init__(self, why: Said) -> None:
        super().__init__(why["text_id"])
        self.why = why


class OnItsWay(Exception):
    """What a row asks for was asked for already."""


@dataclass(frozen=True)
class Verdict:
    """What a kind makes of one row before anything is sent: wrong, already so, or right."""

    natural_key: str = ""
    client_id: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    problem: Said | None = None
    already: Said | None = None
    cautions: Sequence[Said] = ()


class BatchKind(ABC):
    """What rows of one kind mean. Neither method talks to Vonage."""

    name: ClassVar[str]
    # As a thing done to many: "Link numbers".
    label: ClassVar[StrOrPromise]
    # What starting it does, for whoever is asked.
    consequence: ClassVar[StrOrPromise]
    columns: ClassVar[Sequence[str]]
    capability: ClassVar[Capability]

    @abstractmethod
    def check(self, scope: Scope, rows: Sequence[Mapping[str, str]]) -> Sequence[Verdict]:
        """A verdict on each row, in their order; as few queries as there are tables."""

    @abstractmethod
    def ask(self, scope: Scope, row: BatchRow) -> Operation:
        """Turn a row into an operation, in the caller's transaction. Raises CannotAsk or OnItsWay."""

    def page(self, row: BatchRow) -> str:
        """The path of the page of the row's object; "" where it has none."""
        return ""


_kinds: dict[str, BatchKind] = {}


def register(kind: type[BatchKind]) -> type[BatchKind]:
    """Class decorator: batches of this kind can be made from now on."""
    _kinds[kind.name] = kind()
    return kind


def batch_kind(name: str) -> BatchKind | None:
    return _kinds.get(name)


def kinds_for(scope: Scope) -> list[BatchKind]:
    """The kinds a person may make batches of."""
    return [kind for kind in _kinds.values() if scope.can(kind.capability)]


# --- Letting rows out ----------------------------------------------------------------------------


def run(budget_seconds: float = 15.0) -> int:
    """Let the next rows of every running batch out; returns how many became operations."""
    deadline, asked = time.monotonic() + budget_seconds, 0
    running = Batch.objects.filter(state=BatchState.RUNNING, account__is_active=True).order_by("id")
    for batch in running.select_related("account", "asked_by"):
        asked += _release(batch, deadline)
    return asked


def _release(batch: Batch, deadline: float) -> int:
    kind, scope = batch_kind(batch.kind), _scope_of(batch)
    if kind is None or scope is None or not scope.can(kind.capability):
        _pause(batch, "not_allowed")
        return 0
    room = UNDER_WAY - batch.rows.filter(operation__state__in=OPEN_STATES).count()
    waiting = batch.rows.filter(state=RowState.WAITING).order_by("place")
    asked = 0
    for pk in list(waiting.values_list("pk", flat=True)[: max(room, 0)]):
        if time.monotonic() > deadline or not _ask(batch, pk, kind, scope):
            return asked
        asked += 1
    _finish(batch)
    return asked


def _scope_of(batch: Batch) -> Scope | None:
    """Whoever started it must still be a member: a batch does nothing its maker may not do."""
    members = Membership.objects.select_related("account", "user").filter(
        account_id=batch.account_id, user_id=batch.asked_by_id, is_active=True, user__is_active=True
    )
    membership = members.first()
    return scope_of(membership) if membership else None


@transaction.atomic
def _ask(batch: Batch, pk: int, kind: BatchKind, scope: Scope) -> bool:
    """One row to one operation; False when the batch was paused or ended in the meantime."""
    if Batch.objects.select_for_update().get(pk=batch.pk).state != BatchState.RUNNING:
        return False
    row = BatchRow.objects.select_for_update().select_related("batch").get(pk=pk)
    if row.state == RowState.WAITING:
        row.state, row.operation, row.problem = _outcome(row, kind, scope)
        row.save(update_fields=["state", "operation", "problem"])
    return True


def _outcome(row: BatchRow, kind: BatchKind, scope: Scope) -> tuple[RowState, Operation | None, Said]:
    try:
        with transaction.atomic():
            return RowState.ASKED, kind.ask(scope, row), {}
    except CannotAsk as reason:
        return RowState.FAILED, None, reason.why
    except (OnItsWay, IntegrityError):
        return RowState.ALREADY, None, said(ON_ITS_WAY)
    except Exception:
        logger.exception("batch %s, line %s failed", row.batch_id, row.place)
        return RowState.FAILED, None, said(DEFECT)


def _pause(batch: Batch, why: str) -> None:
    Batch.objects.filter(pk=batch.pk, state=BatchState.RUNNING).update(
        state=BatchState.PAUSED, paused_for=why
    )


@transaction.atomic
def _finish(batch: Batch) -> None:
    """Done once no row waits and no operation is under way; whoever made it is told how it ended."""
    under_way = batch.rows.filter(operation__isnull=False).exclude(operation__state__in=FINAL_STATES)
    if batch.rows.filter(state=RowState.WAITING).exists() or under_way.exists():
        return
    current = Batch.objects.select_for_update().get(pk=batch.pk)
    if current.state != BatchState.RUNNING:
        return
    move(current, BatchState.DONE, table=BATCH, finished_at=timezone.now())
    done = batch.rows.filter(operation__state=OperationState.APPLIED).count()
    tell(
        "outbox.batch_done",
        current,
        key=f"batch_done:{batch.pk}",
        path=f"/a/{batch.account_id}/operations/batches/{batch.pk}/",
        values={"done": str(done), "rows": str(batch.rows.count())},
        extra_users=[batch.asked_by],
    )
