"""Named Celery entry points of the mirror."""

from __future__ import annotations

import logging
from collections.abc import Callable

from celery import shared_task
from django.core.cache import cache

from portal.accounts.models import ApiKey
from portal.outbox.calls import open_api
from portal.outbox.engine import refuse_key
from portal.records.pulse import Pulse
from portal.vonage.http import ApiClient
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import VonageError
from tendlc import sync

logger = logging.getLogger("tendlc.sync")
LOCK_SECONDS = 180


@shared_task(name="tendlc.poll")
def poll() -> None:
    """Refresh what moves, one task a key, so that a slow key delays no other."""
    for pk in _usable_keys():
        poll_one.delay(pk)


@shared_task(name="tendlc.walk")
def walk() -> None:
    """Walk everything, one task a key."""
    for pk in _usable_keys():
        walk_one.delay(pk)


@shared_task(name="tendlc.poll_key")
def poll_one(pk: int) -> None:
    _alone("poll", pk, lambda api_key, api, _pulse: sync.poll_key(api_key, api))


# Acknowledged early: a walk may take longer than the broker waits, and the next one makes up for a lost one.
@shared_task(name="tendlc.walk_key", acks_late=False, soft_time_limit=6 * 3600, time_limit=7 * 3600)
def walk_one(pk: int) -> None:
    _alone("walk", pk, lambda api_key, api, pulse: sync.walk_key(api_key, api, progress=pulse))


def _usable_keys() -> list[int]:
    keys = ApiKey.objects.filter(is_active=True, refused_at=None, account__is_active=True).order_by("pk")
    return [key.pk for key in keys if key.secret]


def _alone(what: str, pk: int, work: Callable[[ApiKey, ApiClient, Pulse], object]) -> None:
    """One run of a kind and key at a time; a second message does nothing. A dead run is forgotten soon."""
    lock = f"tendlc:{what}:{pk}"
    if not cache.add(lock, True, LOCK_SECONDS):
        return
    api_key = ApiKey.objects.get(pk=pk)
    try:
        api = open_api(api_key)
        work(api_key, api, Pulse(lambda: cache.touch(lock, LOCK_SECONDS)))
    except VonageError as error:
        logger.info("%s of key %s stopped: %s", what, pk, error)
        if error.outcome is Outcome.HELD:
            refuse_key(api_key, error)
    finally:
        cache.delete(lock)
