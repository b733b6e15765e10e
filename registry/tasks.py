"""Named Celery entry points of the Network Registry."""

from __future__ import annotations

import logging

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from portal.accounts.models import ApiKey
from portal.outbox.calls import open_api
from portal.outbox.keys import note_key
from portal.records.pulse import Pulse
from portal.vonage.problems import VonageError
from registry.letters import delivery, writing
from registry.sync import checks, simulated
from registry.sync.network_applications import walk_applications

logger = logging.getLogger("registry.sync")
LOCK_SECONDS = 180


@shared_task(name="registry.walk_applications")
def walk() -> None:
    """Read every key's applications, one task a key, so that a slow key delays no other."""
    keys = ApiKey.objects.filter(is_active=True, refused_at=None, account__is_active=True)
    for pk in keys.exclude(secret="").order_by("pk").values_list("pk", flat=True):
        walk_one.delay(pk)


@shared_task(name="registry.walk_applications_of_key")
def walk_one(pk: int) -> None:
    """One walk a key at a time: a second message does nothing, a dead walk is forgotten soon."""
    lock = f"registry:applications:{pk}"
    if not cache.add(lock, True, LOCK_SECONDS):
        return
    api_key = ApiKey.objects.get(pk=pk)
    alive = Pulse(lambda: cache.touch(lock, LOCK_SECONDS))
    try:
        walk_applications(api_key, open_api(api_key, "sweep"), progress=alive)
    except VonageError as error:
        logger.info("applications of key %s were not read: %s", pk, error)
        note_key(api_key, error)
    finally:
        cache.delete(lock)


@shared_task(name="registry.simulate")
def simulate() -> None:
    """Let simulated operators and agents say what is due."""
    simulated.simulate(timezone.now())


@shared_task(name="registry.expire_checks")
def expire_checks() -> None:
    """Warn of vettings that end soon, and end those whose time is over."""
    checks.expire_checks(timezone.now())


@shared_task(name="registry.write_letters")
def write_letters() -> None:
    """Mail people of operators and agents what is new for them, and each morning what is overdue."""
    now = timezone.now()
    writing.write_letters(now)
    writing.write_overdue(now)
    delivery.deliver_letters(now)
