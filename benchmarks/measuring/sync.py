"""Runs in a process of its own, on the empty database of DATABASE_URL: see `benchmarks/sync.py`."""

from __future__ import annotations

import json
import math
import resource
import sys
import time
from typing import Any

import django
import requests

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks.sync import KEY  # noqa: E402
from portal.accounts.models import Account, ApiKey, Client  # noqa: E402
from portal.outbox.calls import open_api  # noqa: E402
from tendlc.sync import cycle_key, walk_key  # noqa: E402

PAGE = 100


def lower_bound(brands: int, each: int) -> int:
    """The brand list in pages; then one list of vettings and of campaigns a brand, and of numbers a campaign."""
    return math.ceil(brands / PAGE) + 2 * brands + each * brands


def measure(brands: int, each: int) -> None:
    simulator = settings.VONAGE_API_URL
    account = Account.objects.create(name="Bench")
    Client.objects.create(account=account, name="Bench", is_self=True)
    api_key = ApiKey.objects.create(account=account, key=KEY[0], secret=KEY[1], host=simulator)
    fewest = lower_bound(brands, each)
    bare_seconds, bare_calls = bare(simulator, brands)
    print(f"{brands:,} brands, {brands * each:,} campaigns; the fewest calls are {fewest:,}")
    print(f"bare download     {bare_calls:>7,} calls {bare_seconds:8.1f} s")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, walk in (("first walk", walk_key), ("second walk", walk_key)):
        seconds, calls = timed(simulator, lambda walk=walk: walk(api_key, open_api(api_key, "sweep")))
        print(
            f"{name:<17} {calls:>7,} calls {seconds:8.1f} s   calls : fewest {calls / fewest:.3f}"
            f"   seconds : bare {seconds / bare_seconds:.2f}"
        )
    change_one_in_a_hundred(simulator, brands)
    api_key.refresh_from_db()
    seconds, calls = timed(simulator, lambda: cycle_key(api_key, open_api(api_key, "sweep")))
    print(f"cycle, 1 % new    {calls:>7,} calls {seconds:8.1f} s")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tendlc_numberlink WHERE gone_at IS NULL")
        print(f"memory grew by {grown:.0f} MB; {cursor.fetchone()[0]:,} numbers mirrored")


def timed(simulator: str, work: Any) -> tuple[float, int]:
    calls, began = reads(simulator), time.perf_counter()
    work()
    return time.perf_counter() - began, reads(simulator) - calls


def reads(simulator: str) -> int:
    answer = requests.get(f"{simulator}/_simulator/ledger", timeout=30).json()
    return int(sum(answer["reads"].values()))


def bare(simulator: str, brands: int) -> tuple[float, int]:
    """The same lists with nothing done to them."""
    session = requests.Session()
    session.auth = KEY
    base, calls, began = f"{simulator}/v1/10dlc", 0, time.perf_counter()
    for page in range(1, math.ceil(brands / PAGE) + 1):
        listed = session.get(f"{base}/brands", params={"page": page, "page_size": PAGE}, timeout=30).json()
        calls += 1
        for brand in listed["_embedded"]["brands"]:
            here = f"{base}/brands/{brand['brand_id']}"
            session.get(f"{here}/vetting/requests", timeout=30).json()
            campaigns = session.get(
                f"{here}/campaigns", params={"page": 1, "page_size": PAGE}, timeout=30
            ).json()
            calls += 2
            for campaign in campaigns["_embedded"]["campaigns"]:
                numbers = f"{here}/campaigns/{campaign['campaign_id']}/numbers"
                session.get(numbers, params={"page": 1, "page_size": PAGE}, timeout=30).json()
                calls += 1
    return time.perf_counter() - began, calls


def change_one_in_a_hundred(simulator: str, brands: int) -> None:
    answer = requests.get(
        f"{simulator}/v1/10dlc/brands",
        params={"page": 1, "page_size": max(brands // 100, 1)},
        auth=KEY,
        timeout=30,
    )
    for brand in answer.json()["_embedded"]["brands"]:
        told = json.dumps({"brand_id": brand["brand_id"], "fields": {"display_name": "Another name"}})
        requests.post(
            f"{simulator}/_simulator/status", told, headers={"Content-Type": "application/json"}, timeout=30
        ).raise_for_status()


if __name__ == "__main__":
    measure(*(int(word) for word in sys.argv[1:]))
