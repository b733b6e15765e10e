from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string


def install_guards(using: str, **_kwargs: object) -> None:
    """Make the append-only guards again: adding a column on SQLite drops triggers silently."""
    import_string("portal.records.triggers.install")(using)


class RecordsConfig(AppConfig):
    name = "portal.records"
    label = "records"

    def ready(self) -> None:
        post_migrate.connect(install_guards, dispatch_uid="records.guards")
