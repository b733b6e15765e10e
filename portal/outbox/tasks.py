"""Celery entry points: doorbells only. Losing every message costs seconds, never an operation."""

from __future__ import annotations

import logging

from celery import shared_task

from portal.outbox import engine, inquiries

logger = logging.getLogger("portal.outbox")


@shared_task(name="outbox.sweep")
def sweep() -> None:
    """Do whatever is due: awaited reads first, since a person looks at the page."""
    inquiries.answer_due()
    engine.run()


def ring() -> None:
    """Tell a worker that something is due. A dead broker is no failure: the sweep finds it."""
    try:
        sweep.apply_async(ignore_result=True, retry=False)
    except Exception:
        logger.warning("the doorbell did not ring; the sweep will find what is due")
