"""Named Celery entry points of the mirror."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from celery import shared_task
from django.core.cache import cache
from django.db.models import Max
from django.utils import timezone

from portal.accounts.models import Account, ApiKey
from portal.outbox.calls import open_api
from portal.outbox.keys import note_key
from portal.records.pulse import Pulse
from portal.vonage.http import ApiClient
from portal.vonage.problems import VonageError
from tendlc import sync
from tendlc.models import SyncRun

logger = logging.getLogger("tendlc.sync")
LOCK_SECONDS = 180
WALKS_AT_A_TIME = 2


@shared_task(name="tendlc.poll")
def poll() -> None:
    """Refresh what moves, one task a key, so that a slow key delays no other."""
    for pk in _usable_keys():
        poll_one.delay(pk)


@shared_task(name="tendlc.walk")
def walk() -> None:
    """Walk everything, one task a key, the key that was walked longest ago first."""
    last = dict(
        SyncRun.objects.filter(scope="brands").values_list("api_key_id").annotate(last=Max("started_at"))
    )
    never = datetime.min.replace(tzinfo=UTC)
    for pk in sorted(_usable_keys(), key=lambda pk: last.get(pk, never)):
        walk_one.delay(pk)


@shared_task(name="tendlc.poll_key")
def poll_one(pk: int) -> None:
    _alone("poll", pk, _poll)


def _poll(api_key: ApiKey, api: ApiClient, _pulse: Pulse) -> None:
    sync.poll_key(api_key, api)


# Acknowledged early: a walk may take longer than the broker waits, and the next one makes up for a lost one.
@shared_task(name="tendlc.walk_key", acks_late=False, soft_time_limit=6 * 3600, time_limit=7 * 3600)
def walk_one(pk: int) -> None:
    """Two walks at a time in all: they must not keep the sending waiting."""
    slots = [f"tendlc:walking:{slot}" for slot in range(WALKS_AT_A_TIME)]
    slot = next((slot for slot in slots if cache.add(slot, True, LOCK_SECONDS)), None)
    if slot is None:
        return  # the next round takes this key first
    try:
        _alone("walk", pk, _walk, slot)
    finally:
        cache.delete(slot)


def _walk(api_key: ApiKey, api: ApiClient, pulse: Pulse) -> None:
    """Everything the first time, and after that where something changed, with a full rotation in a day."""
    if api_key.imported_at:
        sync.cycle_key(api_key, api, progress=pulse)
    else:  # a first walk that a restart interrupted goes on
        sync.walk_key(api_key, api, progress=pulse, since=timezone.now() - sync.ROTATION)
    sync.read_catalogue_once(api_key, api)


@shared_task(name="tendlc.catalogue")
def catalogue() -> None:
    """Read who vets and what, once for each account: the lists are the same for all keys of one."""
    keys = ApiKey.objects.filter(pk__in=_usable_keys()).order_by("account_id", "pk")
    for pk in dict(keys.values_list("account_id", "pk")).values():
        catalogue_one.delay(pk)


@shared_task(name="tendlc.catalogue_key")
def catalogue_one(pk: int) -> None:
    _alone("catalogue", pk, lambda api_key, api, _pulse: sync.read_catalogue(api_key, api))


@shared_task(name="tendlc.deadlines")
def deadlines() -> None:
    """Open, move, close and tell deadlines, one account a task."""
    for pk in Account.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True):
        deadlines_one.delay(pk)


@shared_task(name="tendlc.deadlines_account")
def deadlines_one(pk: int) -> None:
    if not cache.add(f"tendlc:deadlines:{pk}", True, LOCK_SECONDS):
        return
    try:
        sync.keep_deadlines(pk)
    finally:
        cache.delete(f"tendlc:deadlines:{pk}")


@shared_task(name="tendlc.owned")
def owned() -> None:
    """Read again which numbers each key owns."""
    for pk in _usable_keys():
        owned_one.delay(pk)


@shared_task(name="tendlc.owned_key")
def owned_one(pk: int) -> None:
    """A refusal by the Numbers API says nothing of the 10DLC API: the key stays as it is."""
    _alone("owned", pk, _owned, notes=lambda _api_key, _error: None)


def _owned(api_key: ApiKey, api: ApiClient, pulse: Pulse) -> None:
    sync.walk_owned(api_key, api, progress=pulse)


def _usable_keys() -> list[int]:
    keys = ApiKey.objects.filter(is_active=True, refused_at=None, account__is_active=True)
    return list(keys.exclude(secret="").order_by("pk").values_list("pk", flat=True))


def _alone(
    what: str,
    pk: int,
    work: Callable[[ApiKey, ApiClient, Pulse], None],
    *held: str,
    notes: Callable[[ApiKey, VonageError], None] = note_key,
) -> None:
    """One run of a kind and key at a time; a second message does nothing. A dead run is forgotten soon."""
    lock = f"tendlc:{what}:{pk}"
    if not cache.add(lock, True, LOCK_SECONDS):
        return
    api_key = ApiKey.objects.get(pk=pk)
    try:
        api = open_api(api_key, "sweep")
        work(api_key, api, Pulse(lambda: [cache.touch(name, LOCK_SECONDS) for name in (lock, *held)]))
    except VonageError as error:
        logger.info("%s of key %s stopped: %s", what, pk, error)
        notes(api_key, error)
    finally:
        cache.delete(lock)
