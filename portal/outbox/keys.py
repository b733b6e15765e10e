"""A key that Vonage refused: everything of it waits, and the admins are told, once."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import ApiKey
from portal.notices.actions import tell
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import VonageError


def note_key(api_key: ApiKey, error: VonageError) -> None:
    """Mark the key if this error says that it is refused."""
    if error.outcome is Outcome.HELD:
        refuse_key(api_key, error)


@transaction.atomic
def refuse_key(api_key: ApiKey, error: VonageError) -> None:
    """Mark the key; a successful test of it takes the mark away.

    What was said to a secret that has been replaced since, or to a host the key has left, is not about this key.
    """
    current = ApiKey.objects.select_for_update().get(pk=api_key.pk)
    if (current.secret, current.host) != (api_key.secret, api_key.host):
        return
    now = timezone.now()
    marked = ApiKey.objects.filter(pk=api_key.pk, refused_at=None).update(
        refused_at=now, refused_detail=error.detail or error.title
    )
    if marked:
        tell(
            "outbox.key_refused",
            api_key,
            key=f"key_refused:{api_key.pk}:{now.isoformat()}",
            path=f"/a/{api_key.account_id}/keys/",
        )
