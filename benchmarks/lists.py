"""Lists at ten thousand and at a million campaigns, side by side, on PostgreSQL.

    BENCH_DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres python -m benchmarks.lists [small] [large]

Makes a database of its own for each size beside the one named, fills it, asks the pages themselves for list,
search and deep page, prints median and p95 in milliseconds, and drops the databases again.
"""

from __future__ import annotations

import json
import os
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, WARM_UP = 60, 5
# One in ten thousand, one in a hundred, every one, a brand, an id.
SEARCHES = ("zirconium", "tuesday", "orders", "brand 1742", "C0004242")
WORDS = ("deliveries", "appointments", "invoices", "returns", "openings", "recalls", "bookings")


@contextmanager
def database(url: str) -> Iterator[str]:
    name = f"portal_bench_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def measured(url: str, size: int) -> dict[str, list[float]]:
    """Run this module in a process of its own on a new database: settings are read once a process."""
    with database(url) as own, TemporaryDirectory() as var:
        environment = os.environ | {
            "DATABASE_URL": own,
            "PORTAL_VAR": var,
            "PORTAL_MODE": "demo",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "LOG_LEVEL": "ERROR",
        }
        for command in (["manage.py", "migrate", "-v0"], ["manage.py", "createcachetable", "-v0"]):
            subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)
        fill(own, size)
        answer = subprocess.run(
            [sys.executable, "-m", "benchmarks.lists", "--measure"],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        found: dict[str, list[float]] = json.loads(answer.stdout.splitlines()[-1])
        return found


def fill(url: str, size: int) -> None:
    """One account that has everything, ten campaigns a brand; raw SQL, since a million rows are many."""
    brands = max(size // 10, 1)
    stamp = "now() - (g || ' seconds')::interval"
    mirror = "'VERIFIED', '{}', '', now(), 0, '', "
    words = ",".join(f"'{word}'" for word in WORDS)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(
            "INSERT INTO accounts_account (id, name, is_active, created_at, updated_at)"
            " VALUES (1, 'Bench', true, now(), now())"
        )
        server.execute(
            "INSERT INTO accounts_client (id, account_id, name, is_self, is_active, created_at, updated_at)"
            " VALUES (1, 1, 'Bench', true, true, now(), now())"
        )
        server.execute(
            "INSERT INTO accounts_apikey (id, account_id, key, secret, label, is_primary, primary_key, reseller_id,"
            " host, is_active, refused_detail, created_at, updated_at)"
            " VALUES (1, 1, 'k', '', '', true, '', '', 'http://127.0.0.1:9', true, '', now(), now())"
        )
        columns = (
            "account_id, client_id, api_key_id, created_at, updated_at, remote_id, remote_status, raw, raw_hash,"
            " seen_at, missing_runs, waiting_on, state, wished, vertical, "
        )
        server.execute(
            f"INSERT INTO tendlc_brand (id, {columns} display_name, company_name, entity_type, ein, ein_country,"
            f" country, website, relationship, feedback) SELECT g, 1, 1, 1, {stamp}, now(), 'B' || lpad(g::text, 7,"
            f" '0'), {mirror} 'verified', '{{}}', 'RETAIL', 'Brand ' || g, 'Brand ' || g || ' Inc',"
            f" 'PRIVATE_PROFIT', lpad(g::text, 9, '0'), 'US', 'US', '', '', '[]' FROM generate_series(1, {brands}) g"
        )
        server.execute(
            f"INSERT INTO tendlc_campaign (id, {columns} brand_id, use_case, label, label_code, description,"
            f" tcr_campaign_id) SELECT g, 1, 1, 1, {stamp}, now(), 'C' || lpad(g::text, 7, '0'), {mirror} 'active',"
            f" '{{}}', 'RETAIL', 1 + g % {brands}, 'CUSTOMER_CARE', 'Orders ' || g || (CASE WHEN g % 10000 = 0 THEN"
            f" ' zirconium' ELSE '' END), '', 'News of ' || (ARRAY[{words}])[1 + g % {len(WORDS)}] ||"
            f" (CASE WHEN g % 100 = 0 THEN ' every tuesday' ELSE '' END), '' FROM generate_series(1, {size}) g"
        )
        server.execute("VACUUM ANALYZE")


def measure() -> dict[str, list[float]]:
    """Milliseconds of each request, in a process whose settings name the filled database."""
    import django  # noqa: PLC0415 - settings come from the environment this process was started with

    django.setup()
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from portal.accounts.models import Account, Membership, User  # noqa: PLC0415

    user = User.objects.create_user("bench@example.com", "correct horse battery", name="Bench")
    Membership.objects.create(account=Account.objects.get(), user=user, role="admin")
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    path = reverse("tendlc:campaigns", args=[1])
    tokens = list(_deep_tokens(browser, path))
    return {
        "list": _timed(lambda turn: browser.get(path)),
        "search": _timed(lambda turn: browser.get(path, {"q": SEARCHES[turn % len(SEARCHES)]})),
        "deep page": _timed(lambda turn: browser.get(path, {"after": tokens[turn % len(tokens)]})),
    }


def _deep_tokens(browser: Any, path: str) -> Iterator[str]:
    """Places in the middle of the list, as the pager writes them."""
    from portal.records.paging import keyset_page  # noqa: PLC0415
    from tendlc.models import Campaign  # noqa: PLC0415

    count = Campaign.objects.count()
    for share in (0.3, 0.5, 0.7, 0.9):
        row = Campaign.objects.filter(pk__gte=int(count * share)).order_by("pk")[:1]
        near = Campaign.objects.filter(pk__gte=row[0].pk, pk__lte=row[0].pk + 2)
        page = keyset_page(near, order="-created_at", size=1)
        yield page.next


def _timed(ask: Callable[[int], Any]) -> list[float]:
    times = []
    for turn in range(-WARM_UP, ROUNDS):
        started = time.perf_counter()
        answer = ask(turn)
        if answer.status_code != 200:
            raise RuntimeError(f"the page answered {answer.status_code}")
        if turn >= 0:
            times.append((time.perf_counter() - started) * 1000)
    return times


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def main(sizes: list[int]) -> None:
    url = os.environ["BENCH_DATABASE_URL"]
    found = [measured(url, size) for size in sizes]
    print("| page | " + " | ".join(f"{size:,}: median, p95 (ms)" for size in sizes) + " | p95 ratio |")
    print("| --- |" + " --- |" * (len(sizes) + 1))
    for page in found[0]:
        cells = [f"{statistics.median(one[page]):.1f}, {p95(one[page]):.1f}" for one in found]
        print(f"| {page} | " + " | ".join(cells) + f" | {p95(found[-1][page]) / p95(found[0][page]):.2f} |")


if __name__ == "__main__":
    if sys.argv[1:] == ["--measure"]:
        print(json.dumps(measure()))
    else:
        main([int(size) for size in sys.argv[1:]] or [10_000, 1_000_000])
