"""Bring an installation up to date: migrations, the cache table, the shipped catalogue, in production the static
files, in a demo its people and data. Safe to run again.

One process for all of it, since starting Django is what takes time.
"""

from __future__ import annotations

import os
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    prepare()


def prepare() -> None:
    if _has_unapplied_migrations():
        call_command("migrate", interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("registry_catalogue")
    if settings.DEMO and "demo_data" in get_commands():
        call_command("demo_data")
        call_command("demo_operators")
    if not settings.DEMO and _may_write(Path(settings.STATIC_ROOT)):
        call_command("collectstatic", interactive=False, verbosity=0)


def _may_write(folder: Path) -> bool:
    """An image brings its static files, which belong to another user."""
    return os.access(folder if folder.exists() else folder.parent, os.W_OK)


def _has_unapplied_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


if __name__ == "__main__":
    main()
