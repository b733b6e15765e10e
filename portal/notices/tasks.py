from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.notices import delivery


@shared_task(name="notices.deliver")
def deliver() -> None:
    """Send every mail whose window has closed."""
    delivery.deliver_due(timezone.now())


@shared_task(name="notices.deliver_urgent")
def deliver_urgent() -> None:
    """Send what must not wait, such as a refusal."""
    delivery.deliver_due(timezone.now(), urgent_only=True)
