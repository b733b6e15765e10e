"""Access tokens of an account: made and shown once, replaced by a second one, revoked for good."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.accounts.actions.members import lock_account
from portal.accounts.enums import Capability
from portal.accounts.models import AccessToken, User
from portal.accounts.problems import TokenMade, TwoTokens
from portal.accounts.queries import token_hash
from portal.accounts.scope import Scope
from portal.history.actions import record

TOKEN_BYTES: Final = 32
SHOWN: Final = 8
SLOTS: Final = (1, 2)
# Found by scanners of source code, should one ever be committed.
BEGINNING: Final = "rp_"
USE_NOTED_EVERY: Final = timedelta(hours=1)


@dataclass(frozen=True)
class IssuedToken:
    """A new token with its text, which exists nowhere else and is shown once."""

    row: AccessToken
    token: str = field(repr=False)


@transaction.atomic
def issue_access_token(scope: Scope, *, label: str, form_token: str, actor: User) -> IssuedToken:
    """Make a token for the account. Raises TwoTokens or, for a form that was sent twice, TokenMade."""
    scope.require(Capability.MANAGE_KEYS)
    lock_account(scope.account)
    rows = AccessToken.objects.filter(account=scope.account)
    if rows.filter(form_token=form_token).exists():
        raise TokenMade
    taken = set(rows.filter(revoked_at=None).values_list("slot", flat=True))
    slot = next((slot for slot in SLOTS if slot not in taken), None)
    if slot is None:
        raise TwoTokens
    token = BEGINNING + secrets.token_urlsafe(TOKEN_BYTES)
    row = AccessToken.objects.create(
        account=scope.account,
        label=label,
        slot=slot,
        prefix=token[:SHOWN],
        token_hash=token_hash(token),
        form_token=form_token,
        created_by=actor,
    )
    record("access_token.made", row, actor=actor, after={"label": label, "prefix": row.prefix})
    return IssuedToken(row, token)


@transaction.atomic
def revoke_access_token(scope: Scope, row: AccessToken, *, actor: User) -> None:
    """Its next use is refused; a second revocation changes nothing."""
    scope.require(Capability.MANAGE_KEYS)
    now = timezone.now()
    if AccessToken.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=now, revoked_by=actor):
        record("access_token.revoked", row, actor=actor, before={"label": row.label, "prefix": row.prefix})


def note_use(token_id: int) -> None:
    """Remember that a token is in use, at most once an hour."""
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    AccessToken.objects.filter(stale, pk=token_id).update(last_used_at=now)
