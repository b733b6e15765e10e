"""Saving, finishing and throwing away drafts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey, Client, User
from portal.accounts.scope import Scope
from portal.drafts.models import Draft
from portal.drafts.problems import DraftConflict, DraftFinished, DraftKeyFixed, DraftTooLarge
from portal.history.actions import record
from portal.history.personal import SECRET_FIELDS

MOST_CHARACTERS = 200_000
TITLE_LENGTH = Draft._meta.get_field("title").max_length


@transaction.atomic
def save_draft(
    scope: Scope,
    kind: str,
    values: Mapping[str, Any],
    *,
    draft: Draft | None = None,
    version: int | None = None,
    client: Client | None = None,
    api_key: ApiKey | None = None,
    title: str = "",
    parent_id: int | None = None,
    actor: User,
) -> Draft:
    """Keep what was typed: a new row, or the next version of `draft` if it still is at `version`.

    Secrets among the values are left out. Raises DraftConflict, DraftFinished, DraftKeyFixed or DraftTooLarge.
    """
    scope.require(Capability.PREPARE)
    kept = _kept(values)
    if draft is None:
        return _start(scope, kind, kept, client, api_key, title, parent_id, actor)
    _require_same_payer(draft, client, api_key)
    updates: dict[str, Any] = {"values": kept, "title": title[:TITLE_LENGTH] or draft.title}
    if api_key is not None:
        updates["api_key"] = _of_account(scope, api_key)
    rows = Draft.objects.filter(
        pk=draft.pk, account=scope.account, version=version or 0, finished_at=None, kind=kind
    )
    if not rows.update(version=F("version") + 1, saved_by=actor, updated_at=timezone.now(), **updates):
        theirs = Draft.objects.select_related("saved_by").get(pk=draft.pk, account=scope.account)
        raise DraftFinished(theirs) if theirs.finished_at else DraftConflict(theirs, kept)
    draft.refresh_from_db()
    return draft


@transaction.atomic
def finish_draft(draft: Draft, result_id: int) -> None:
    """Note what came of a draft, in the transaction that makes it. Raises DraftFinished for the second of two."""
    now = timezone.now()
    rows = Draft.objects.filter(pk=draft.pk, finished_at=None)
    if not rows.update(finished_at=now, result_id=result_id, updated_at=now):
        raise DraftFinished(Draft.objects.get(pk=draft.pk))
    draft.finished_at, draft.result_id = now, result_id


@transaction.atomic
def hand_over(scope: Scope, draft: Draft, *, to: str, actor: User) -> None:
    """Say who is waited for with a draft, such as "approver". Raises DraftFinished for one that is closed."""
    scope.require(Capability.PREPARE)
    rows = Draft.objects.filter(pk=draft.pk, account=scope.account, finished_at=None)
    if not rows.update(waiting_on=to, updated_at=timezone.now()):
        raise DraftFinished(draft)
    record("draft.handed_over", draft, actor=actor, after={"waiting_on": to})


@transaction.atomic
def discard_draft(scope: Scope, draft: Draft, *, actor: User) -> None:
    """Take a draft off the list; its row stays. Raises DraftFinished when it was submitted meanwhile."""
    scope.require(Capability.PREPARE)
    now = timezone.now()
    rows = Draft.objects.filter(pk=draft.pk, account=scope.account, finished_at=None)
    if not rows.update(finished_at=now, updated_at=now):
        raise DraftFinished(draft)
    record("draft.discarded", draft, actor=actor)


def _start(
    scope: Scope,
    kind: str,
    values: dict[str, Any],
    client: Client | None,
    api_key: ApiKey | None,
    title: str,
    parent_id: int | None,
    actor: User,
) -> Draft:
    chosen = client or scope.clients().first()
    if chosen is None or not scope.clients().filter(pk=chosen.pk).exists():
        raise PermissionDenied(_("You do not work for this client."))
    draft = Draft.objects.create(
        account=scope.account,
        client=chosen,
        api_key=_of_account(scope, api_key) if api_key else None,
        kind=kind,
        title=title[:TITLE_LENGTH],
        parent_id=parent_id,
        values=values,
        saved_by=actor,
    )
    record("draft.started", draft, actor=actor, after={"kind": kind})
    return draft


def _require_same_payer(draft: Draft, client: Client | None, api_key: ApiKey | None) -> None:
    if client is not None and client.pk != draft.client_id:
        raise DraftKeyFixed(draft)
    if api_key is not None and draft.api_key_id is not None and api_key.pk != draft.api_key_id:
        raise DraftKeyFixed(draft)


def _of_account(scope: Scope, api_key: ApiKey) -> ApiKey:
    if api_key.account_id != scope.account.pk:
        raise PermissionDenied(_("This API key belongs to another account."))
    return api_key


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in values.items() if name not in SECRET_FIELDS}
    if len(json.dumps(kept)) > MOST_CHARACTERS:
        raise DraftTooLarge
    return kept
