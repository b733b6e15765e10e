from __future__ import annotations

from celery import shared_task

from portal.desk import retention


@shared_task(name="desk.retain")
def retain() -> None:
    """Remove rows that have been kept long enough."""
    retention.retain()
