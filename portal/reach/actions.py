"""Asking for a look at a page; the worker does it."""

from __future__ import annotations

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from portal.reach import queries
from portal.reach.models import ReachCheck


def ask_check(account: models.Model, client: models.Model, url: str) -> ReachCheck:
    """Have a page looked at in the background; one that is waiting, or less than a day old, is not repeated."""
    url = url.strip()
    mine = ReachCheck.objects.filter(account_id=account.pk, client_id=client.pk, url=url)
    known = mine.order_by("-asked_at", "-pk").first()
    fresh_since = timezone.now() - queries.FRESH
    if known is not None and (known.checked_at is None or known.checked_at > fresh_since):
        return known
    try:
        with transaction.atomic():
            return ReachCheck.objects.create(account_id=account.pk, client_id=client.pk, url=url)
    except IntegrityError:  # somebody asked at the same moment
        return mine.get(checked_at=None)
