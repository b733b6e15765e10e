from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class RunConfig(AppConfig):
    """Makes the portal's Celery app the current one, so that `@shared_task` rings our broker everywhere."""

    name = "portal.run"

    def ready(self) -> None:
        import_module("portal.celery")
