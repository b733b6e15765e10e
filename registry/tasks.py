"""Named Celery entry points of the Network Registry."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from registry.models import GateAnswer


@shared_task(name="registry.forget_gate_answers")
def forget_gate_answers() -> None:
    """Delete what the gate answered longer ago than it is kept."""
    before = timezone.now() - timedelta(days=settings.REGISTRY_GATE_LOG_DAYS)
    GateAnswer.objects.filter(at__lt=before).delete()
