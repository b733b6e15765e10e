"""Celery entry points: doorbells only. Losing every message costs seconds, never an operation."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task

from portal.outbox import batches, engine, inquiries

logger = logging.getLogger("portal.outbox")


@shared_task(name="outbox.sweep")
def sweep() -> None:
    """Send, and look for, whatever is due."""
    engine.run()


@shared_task(name="outbox.answer")
def answer() -> None:
    """Answer the reads somebody waits for; a task of its own, so that no slow sending keeps them."""
    inquiries.answer_due()


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
        task.apply_async(ignore_result=True, retry=False)
    except Exception:
        logger.warning("the doorbell did not ring; the sweep will find what is due")
