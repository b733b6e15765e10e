"""From a click on "submit" to the request at Vonage's door, in a portal that has nothing else to do.

    [BENCH_DATABASE_URL=postgres://…] python -m benchmarks.doorbell [clicks] [clicks without a broker]

Whole portals as `make run` starts them, with the intervals of an installation: one on SQLite with the embedded
broker, and with the address one on PostgreSQL with a Redis server of its own. A signed-in person submits brands over
HTTP; the time runs from the click to the moment at which the request is seen in the simulator's ledger. Then the
same with the broker killed before the click and away for five seconds more. Aims: p95 at most 1 s, and at most 35 s
with the broker dead.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measuring.times import Times
from portal.run.children import STEADY_SECONDS
from portal.run.ports import accepts, choose_port
from tests.faults.page import Page, chosen, hidden
from tests.portal_process import PortalProcess, eventually

AIM, AIM_WITHOUT_BROKER = 1.0, 35.0
AWAY = 5.0
# What PortalProcess shortens for journeys, as long as in an installation.
INTERVALS: dict[str, Any] = {
    "OUTBOX_SWEEP_SECONDS": "5",
    "TENDLC_POLL_SECONDS": "60",
    "TENDLC_WALK_SECONDS": "600",
    "NOTICE_COLLECT_SECONDS": "180",
    "REGISTRY_DESK_SECONDS": "60",
    "VONAGE_READS_PER_SECOND": "10",
    "VONAGE_WRITES_PER_SECOND": "1",
}
PATH = "/a/1/10dlc/brands/new/"
BRAND = {
    "entity_type": "PRIVATE_PROFIT",
    "company_name": "Vonage Bakery LLC",
    "ein_issuing_country": "US",
    "phone": "12015550123",
    "street": "23 Main Street",
    "city": "Holmdel",
    "state": "NJ",
    "postal_code": "07733",
    "country": "US",
    "email": "hello@bakery.example",
    "website": "https://bakery.example",
    "vertical": "RETAIL",
}


class RedisServer:
    """A Redis server that can die: the machine's own serves others."""

    def __init__(self, folder: Path) -> None:
        self.port = choose_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ["--port", str(self.port), "--dir", str(self._folder), "--appendonly", "yes"]
        self._process = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", *options], stdout=subprocess.DEVNULL
        )
        assert eventually(lambda: accepts(self.port), seconds=20)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def away(self) -> Iterator[None]:
        self.kill()
        try:
            yield
        finally:
            self.start()


@contextmanager
def embedded_away(portal: PortalProcess) -> Iterator[None]:
    """The supervisor is stopped meanwhile, or it would start the broker again."""
    assert portal.process is not None
    portal.process.send_signal(signal.SIGSTOP)
    try:
        portal.kill("valkey-server")
        yield
    finally:
        portal.process.send_signal(signal.SIGCONT)


class Clicks:
    """One person's submissions, each of another brand."""

    def __init__(self, portal: PortalProcess) -> None:
        self._portal = portal
        self._page = Page(portal.url)
        self._count = 0

    def measure(self, broker_away: AbstractContextManager[None] | None = None) -> float:
        """Seconds from the click to the entry in the ledger."""
        self._count += 1
        form = self._page.get(PATH)
        typed = {**BRAND, "display_name": f"Click {self._count}", "ein": f"41{self._count:07d}"}
        typed |= {name: chosen(form, name) for name in ("client", "api_key")}
        summary = self._page.post(PATH, **{**hidden(form), **typed}, action="review")
        before = len(self._portal.effects("create_brand"))
        with broker_away or nullcontext():
            clicked = time.time()
            self._page.post(PATH, **hidden(summary), notify="at_once", action="submit")
            # Asked every 50 ms: what is measured is a little more than what it was.
            arrived = eventually(lambda: len(self._portal.effects("create_brand")) > before, seconds=AWAY)
        assert arrived or eventually(lambda: len(self._portal.effects("create_brand")) > before, seconds=120)
        return time.time() - clicked


def idle(portal: PortalProcess) -> bool:
    """Nothing open, nothing asked: the demo's own first reads are over."""
    waiting = "SELECT (SELECT count(*) FROM outbox_operation WHERE finished_at IS NULL)"
    waiting += " + (SELECT count(*) FROM outbox_inquiry WHERE answered_at IS NULL)"
    return bool(portal.rows(waiting) == [(0,)])


def measure(name: str, portal: PortalProcess, redis: RedisServer | None, clicks: int, dead: int) -> bool:
    assert eventually(lambda: idle(portal), seconds=120), "the demo's own work does not end"
    person = Clicks(portal)
    person.measure()  # warms up
    taken, without = [], []
    for _click in range(clicks):
        time.sleep(random.uniform(1.5, 4.0))  # anywhere between two sweeps, and never throttled
        taken.append(person.measure())
    for _click in range(dead):
        # A supervisor waits longer and longer for what dies again and again; once a minute is not that.
        time.sleep(random.uniform(1.5, 4.0) if redis else STEADY_SECONDS + random.uniform(1.5, 4.0))
        without.append(person.measure(redis.away() if redis else embedded_away(portal)))
    return said(f"{name}, {clicks} clicks", taken, AIM) & said(
        f"{name}, {dead} clicks, broker killed and away for {AWAY:.0f} s", without, AIM_WITHOUT_BROKER
    )


def said(what: str, seconds: list[float], aim: float) -> bool:
    if not seconds:
        return True
    times = Times(seconds)
    met = times.at(0.95) <= aim
    print(
        f"{what}: median {times.median:.2f} s, p95 {times.at(0.95):.2f} s, longest {max(seconds):.2f} s;"
        f" aim p95 {aim:.0f} s: {'met' if met else 'MISSED'}",
        flush=True,
    )
    return met


def main(clicks: int, dead: int) -> int:
    url = os.environ.get("BENCH_DATABASE_URL", "")
    with TemporaryDirectory() as var, PortalProcess(Path(var), **INTERVALS) as portal:
        met = measure("embedded", portal, None, clicks, dead)
    if not (url and shutil.which("redis-server")):
        print("PostgreSQL and Redis: left out, for want of BENCH_DATABASE_URL or a redis-server.")
        return 0 if met else 1
    with TemporaryDirectory() as var, TemporaryDirectory() as folder:
        redis = RedisServer(Path(folder))
        redis.start()
        try:
            with PortalProcess(Path(var), database_url=url, REDIS_URL=redis.url, **INTERVALS) as portal:
                met &= measure("PostgreSQL and Redis", portal, redis, clicks, dead)
        finally:
            redis.kill()
    return 0 if met else 1


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(numbers + [40, 8][len(numbers) :])))
