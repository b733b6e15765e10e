"""Celery entry points: doorbells only. Losing every message costs seconds, never an operation."""

from __future__ import annotations

import logging
import time
from typing import Any

from celery import shared_task
from django.utils import timezone

from portal.outbox import batches, engine, inquiries
from portal.outbox.models import Heartbeat

logger = logging.getLogger("portal.outbox")
CANARY = "worker"
# A doorbell that nobody heard by then is worth nothing: the sweep has been there since.
STALE_SECONDS = 60
# So long one sweep keeps a process of the worker, which others want too; with more to do it rings for the next.
SWEEP_SECONDS = 5.0


@shared_task(name="outbox.sweep")
def sweep() -> None:
    """Send, and look for, whatever is due."""
    began = time.monotonic()
    engine.run(SWEEP_SECONDS)
    if time.monotonic() - began >= SWEEP_SECONDS:
        ring()


# An answer may be everything a key holds, which takes longer than the broker waits; the next bell finds a lost one.
@shared_task(name="outbox.answer", acks_late=False, soft_time_limit=6 * 3600, time_limit=7 * 3600)
def answer() -> None:
    """Answer the reads somebody waits for; a task of its own, so that no slow sending keeps them."""
    inquiries.answer_due()


@shared_task(name="outbox.canary")
def canary() -> None:
    """Show that a worker takes tasks and reaches the database; whoever watches sees how old the row is."""
    Heartbeat.objects.update_or_create(name=CANARY, defaults={"at": timezone.now()})


@shared_task(name="outbox.batches")
def release() -> None:
    """Let the next rows of running batches out."""
    batches.run()


def ring() -> None:
    """Tell a worker that something is to be sent."""
    _ring(sweep)


def ring_for_batches() -> None:
    """Tell a worker that a batch was started."""
    _ring(release)


def ring_for_answer() -> None:
    """Tell a worker that somebody asks."""
    _ring(answer)


def _ring(task: Any) -> None:
    """A dead broker is no failure: the next sweep finds what is due."""
    try:
        task.apply_async(ignore_result=True, retry=False, expires=STALE_SECONDS)
    except Exception:
        logger.warning("the doorbell did not ring; the sweep will find what is due")
