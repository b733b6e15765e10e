from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from portal.reach.models import ReachCheck

FRESH = timedelta(days=1)
CLAIM_EXPIRES = timedelta(minutes=2)


def latest_checks(account: models.Model, urls: Collection[str]) -> dict[str, ReachCheck]:
    """The newest check of each address, in one query; addresses that nobody asked about are missing."""
    wanted = {url.strip() for url in urls}
    rows = ReachCheck.objects.filter(account_id=account.pk, url__in=wanted)
    return {row.url: row for row in rows.order_by("asked_at", "pk")}


def due(now: datetime) -> models.QuerySet[ReachCheck]:
    """What waits for a look, the oldest first; a claim whose worker is gone counts no more."""
    is_free = Q(taken_at=None) | Q(taken_at__lt=now - CLAIM_EXPIRES)
    return ReachCheck.objects.filter(is_free, checked_at=None).order_by("asked_at", "pk")
