"""Writing history; each function adds one row inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import structlog
from django.db import models

from portal.history.enums import Resubmittable, Source
from portal.history.models import AuditEntry, Change, Refusal
from portal.history.personal import masked
from portal.records.models import clipped


class Actor(Protocol):
    """Whoever does something: in practice a user of accounts, which stands above this floor."""

    pk: Any

    def get_full_name(self) -> str: ...


def type_of(obj: models.Model) -> str:
    """The object type as history, notices and the outbox write it, such as "tendlc.brand"."""
    return f"{obj._meta.app_label}.{obj._meta.model_name}"


def about(obj: models.Model) -> dict[str, Any]:
    """The three columns that name any object."""
    return {"object_type": type_of(obj), "object_id": obj.pk, "object_name": str(obj)}


def record(
    action: str,
    obj: models.Model,
    *,
    actor: Actor | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    account_id: int | None = None,
) -> AuditEntry:
    """What a person did, as `noun.verb` ("brand.submitted"); account and client come from the object."""
    return AuditEntry.objects.create(
        **about(obj),
        action=action,
        account_id=account_id or getattr(obj, "account_id", None),
        client_id=getattr(obj, "client_id", None),
        actor_id=actor.pk if actor else None,
        actor_name=actor.get_full_name() if actor else "",
        before=masked(before or {}),
        after=masked(after or {}),
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
    )


def change_of(
    obj: models.Model,
    *,
    axis: str,
    before: tuple[str, str],
    after: tuple[str, str],
    seen_at: datetime,
    not_before: datetime | None,
    source: Source,
    part: str = "",
    reason: str = "",
) -> Change:
    """An observed change, not stored yet; `before` and `after` are (our state, the provider's word)."""
    return Change(
        **about(obj),
        account_id=obj.account_id,  # type: ignore[attr-defined]
        client_id=obj.client_id,  # type: ignore[attr-defined]
        axis=axis,
        part=clipped(Change, "part", part),
        state_before=before[0],
        raw_before=before[1],
        state_after=after[0],
        raw_after=after[1],
        seen_at=seen_at,
        not_before=not_before,
        reason=reason,
        source=source,
    )


def note_change(obj: models.Model, **told: Any) -> Change:
    """Store one observed change; told as to `change_of`."""
    change = change_of(obj, **told)
    change.save()
    return change


def note_changes(changes: Sequence[Change]) -> None:
    """Store very many observed changes."""
    Change.objects.bulk_create(changes, batch_size=500)


def note_refusal(
    obj: models.Model,
    *,
    said_by: str,
    code: str = "",
    text: str = "",
    fields: Sequence[Mapping[str, Any]] = (),
    resubmittable: Resubmittable = Resubmittable.UNKNOWN,
    submission: str = "",
    instance: str = "",
) -> Refusal:
    """A no, in the words in which it came."""
    return Refusal.objects.create(
        **about(obj),
        account_id=obj.account_id,  # type: ignore[attr-defined]
        client_id=obj.client_id,  # type: ignore[attr-defined]
        said_by=clipped(Refusal, "said_by", said_by),
        code=clipped(Refusal, "code", code),
        text=text,
        fields=[dict(field) for field in fields],
        resubmittable=resubmittable,
        submission=submission,
        instance=clipped(Refusal, "instance", instance),
    )


def answer_refusals(obj: models.Model, *, submission: str) -> int:
    """Note on every unanswered no of an object which later submission answers it."""
    return Refusal.objects.filter(
        object_type=type_of(obj),
        object_id=obj.pk,
        answered_by="",
        account_id=obj.account_id,  # type: ignore[attr-defined]
    ).update(answered_by=submission)
