"""Bring the database up to date: migrations, the cache table and, in a demo, its people and data.

One process for all of it, since starting Django is what takes time.
"""

from __future__ import annotations

import os

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
    if settings.DEMO and "demo_data" in get_commands():
        call_command("registry_catalogue")
        call_command("demo_data")
        call_command("demo_operators")


def _has_unapplied_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


if __name__ == "__main__":
    main()
