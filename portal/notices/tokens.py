"""The key in a mail that ends mails: it names a person, an account and topics, and opens nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import Http404
from django.urls import reverse

from portal.accounts.models import Membership
from portal.notices.enums import Topic

SALT = "notices.unsubscribe"


@dataclass(frozen=True)
class Leave:
    """Whose mails about what are to end; a removed member may still say so."""

    membership: Membership
    topics: list[Topic]


def unsubscribe_url(user_id: int, account_id: int, topics: Iterable[str]) -> str:
    """An address that works without signing in and never expires: old mails must be able to end new ones."""
    token = signing.dumps([user_id, account_id, sorted(set(topics))], salt=SALT)
    return f"{settings.PORTAL_URL}{reverse('mail:unsubscribe', args=[token])}"


def read_token(token: str) -> Leave:
    """What a token names. Raises Http404 for one we did not make, or whose account is gone."""
    try:
        user_id, account_id, names = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise Http404 from error
    membership = Membership.objects.select_related("account", "user").filter(
        user_id=user_id, account_id=account_id
    )
    found, topics = membership.first(), [Topic(name) for name in names if name in Topic.values]
    if found is None:
        raise Http404
    return Leave(found, topics)
