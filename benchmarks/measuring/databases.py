"""A migrated database of its own for each measurement, made on a server and dropped afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.servers import fresh_database

ROOT = Path(__file__).resolve().parent.parent.parent


def server() -> str:
    """The PostgreSQL that was offered; without one there is nothing to measure on."""
    url = os.environ.get("BENCH_DATABASE_URL", "")
    if not url.startswith("postgres"):
        sys.exit("Set BENCH_DATABASE_URL to a PostgreSQL server on which databases can be made.")
    return url


@contextmanager
def portal_on(url: str, **settings: str) -> Iterator[dict[str, str]]:
    """The environment of processes that measure; settings are read once a process, hence processes."""
    with fresh_database(url) as own, TemporaryDirectory() as var:
        environment = os.environ | {
            "DATABASE_URL": own,
            "PORTAL_VAR": var,
            "PORTAL_MODE": "demo",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "LOG_LEVEL": "ERROR",
            **settings,
        }
        for command in ("migrate", "createcachetable"):
            subprocess.run(
                [sys.executable, "manage.py", command, "-v0"], cwd=ROOT, env=environment, check=True
            )
        yield environment
