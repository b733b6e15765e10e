from __future__ import annotations

from celery import shared_task

from portal.reach import checking


@shared_task(name="reach.check")
def check() -> None:
    """Look at the pages that wait for it."""
    checking.check_due()
