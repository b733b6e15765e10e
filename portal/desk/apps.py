from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "portal.desk"
    label = "desk"

    def ready(self) -> None:
        # The project's checks stand above every app, hence by name; they register themselves.
        import_module("portal.checks")
