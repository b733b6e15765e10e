"""Named Celery entry points of the registry."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from registry.letters import delivery, writing
from registry.sync import checks, simulated


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
