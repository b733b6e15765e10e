"""The PostgreSQL and Redis that the environment offers to tests, and databases of a test's own on them.

TEST_SERVICES_DATABASE_URL lets the suite itself stay on SQLite; without it TEST_DATABASE_URL serves.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

DATABASE_URL = os.environ.get("TEST_SERVICES_DATABASE_URL") or os.environ.get("TEST_DATABASE_URL", "")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "")
ABSENT = (
    ""
    if DATABASE_URL.startswith("postgres") and REDIS_URL
    else "no PostgreSQL and Redis to test with: set TEST_SERVICES_DATABASE_URL and TEST_REDIS_URL"
)
OWN_REDIS_DATABASES = range(15, 0, -1)


@contextmanager
def fresh_database(url: str) -> Iterator[str]:
    """An empty database beside the one of `url`; dropped afterwards, whoever is still connected."""
    name = f"portal_run_{secrets.token_hex(5)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    try:
        yield _with_path(url, name)
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def fresh_redis(url: str) -> Iterator[str]:
    """An empty numbered database of the Redis at `url`, flushed afterwards."""
    for number in OWN_REDIS_DATABASES:
        own = _with_path(url, str(number))
        with redis.Redis.from_url(own) as server:
            if server.dbsize() == 0 and server.set("portal-tests", "taken", nx=True):
                break
    else:
        raise RuntimeError("every numbered database of the test Redis is in use")
    try:
        yield own
    finally:
        with redis.Redis.from_url(own) as server:
            server.flushdb()


def _with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))
