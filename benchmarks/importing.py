"""'Import what is already at Vonage' of a large key, with the worker killed in the middle.

    [BENCH_DATABASE_URL=postgres://…] python -m benchmarks.importing [brands] [reads a second]

Starts a whole portal (on SQLite without the URL), fills its simulator with brands of three campaigns and ten numbers,
presses the import as a signed-in person, and kills the worker with SIGKILL half-way. Prints the progress as the page
shows it, what is mirrored against what the simulator holds, and what a second import that nobody disturbs costs.
Part of a small run is the wait of up to 45 s until the lease of the killed worker has passed.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tests.faults.page import Page
from tests.portal_process import PortalProcess, eventually

KEY = "bench0001"
NUMBERS = ((0, 1, 2), (3, 4, 5), (6, 7, 8, 9))  # of each of a brand's campaigns
LONGEST = 1800.0
# The import alone: whatever else reads in turns stays out of the counts.
ALONE: dict[str, Any] = {
    "TENDLC_POLL_SECONDS": "86400",
    "TENDLC_WALK_SECONDS": "86400",
    "TENDLC_CATALOGUE_SECONDS": "86400",
}


# Of each kind: what names one at the simulator, and the same of its mirror.
OF_KEY = "JOIN accounts_apikey k ON k.id = m.api_key_id"
MIRRORED = {
    "brands": (("brand_id",), f"m.remote_id FROM tendlc_brand m {OF_KEY}"),
    "vettings": (("vetting_id",), f"m.remote_id FROM tendlc_vetting m {OF_KEY}"),
    "campaigns": (("campaign_id",), f"m.remote_id FROM tendlc_campaign m {OF_KEY}"),
    "numbers": (
        ("campaign_id", "number"),
        f"c.remote_id, m.number FROM tendlc_numberlink m JOIN tendlc_campaign c ON c.id = m.campaign_id {OF_KEY}",
    ),
}


@dataclass(frozen=True)
class Shown:
    """What the page of an import says at one moment."""

    done: int
    total: int
    facts: tuple[int, ...]
    moves: bool

    def __str__(self) -> str:
        brands, vettings, campaigns, numbers = self.facts
        found = f"{brands:,} brands, {vettings:,} vettings, {campaigns:,} campaigns, {numbers:,} numbers"
        return f"{self.done:,} of {self.total:,} brands gone through; {found}" if self.total else found


@dataclass
class Import:
    """What one press of the button cost."""

    seconds: float
    reads: int


def main(brands: int = 50, rate: int = 100_000) -> None:
    url = os.environ.get("BENCH_DATABASE_URL", "")
    portal = PortalProcess(
        Path(mkdtemp()), database_url=url, **ALONE | {"VONAGE_READS_PER_SECOND": str(rate)}
    )
    with ExitStack() as opened:
        opened.callback(shutil.rmtree, portal.var)
        opened.callback(portal.stop)
        portal.start(timeout=600)  # however busy the machine
        plant(portal, brands)
        page = Page(portal.url)
        path = add_key(page)
        assert eventually(lambda: not waiting(portal), seconds=600), "the demo's own reads do not end"
        before = notices(portal)
        print(f"{brands:,} brands on {'PostgreSQL' if url else 'SQLite'}")
        killed = press(portal, page, path, kill=True)
        wrong = compare(portal)
        again = press(portal, page, path, kill=False)
        wrong += compare(portal)
        told = notices(portal) - before
        print(f"killed half-way   {killed.reads:>7,} reads {killed.seconds:8.1f} s")
        print(f"not disturbed     {again.reads:>7,} reads {again.seconds:8.1f} s")
        print(f"notices and mails {told:>7,}")
    sys.exit(1 if told or wrong else 0)


def plant(portal: PortalProcess, brands: int) -> None:
    """Verified brands with a vetting and active campaigns, registered before the portal came."""
    campaigns = [
        {
            "status": "ACTIVE",
            "carrier_status": "APPROVED",
            "numbers": [f"1202555{place:04d}" for place in places],
        }
        for places in NUMBERS
    ]
    vetting = {"evp_id": "AEGIS", "vetting_class": "STANDARD", "status": "ACTIVE", "score": 70}
    for start in range(0, brands, 250):
        count = min(250, brands - start)
        portal.control("brands", {"key": KEY, "count": count, "vettings": [vetting], "campaigns": campaigns})


def add_key(page: Page) -> str:
    """Enter the key as a person does; returns the path of its import."""
    start = page.get("/").url.removeprefix(page.url)
    account = re.match(r"/a/\d+/", start)
    assert account is not None, f"no account at {start}"
    before = imports(page, account[0])
    page.post(f"{account[0]}keys/new/", key=KEY, secret="secret", label="Large", is_primary="on")
    (path,) = imports(page, account[0]) - before
    return path


def imports(page: Page, account: str) -> set[str]:
    return set(re.findall(r'href="([^"]*/import/\d+/)"', page.get(f"{account}keys/").text))


def press(portal: PortalProcess, page: Page, path: str, *, kill: bool) -> Import:
    """Begin, look as the page does until it is done, and kill the worker once if that is wished."""
    before, began, printed = reads(portal), time.perf_counter(), -1.0
    page.post(path)
    shown = look(page, path)
    while shown.moves:
        seconds = time.perf_counter() - began
        assert seconds < LONGEST, f"no end: {shown}"
        if kill and shown.total and 2 * shown.done >= shown.total:
            pids = portal.kill("portal.celery")
            print(f"{seconds:7.1f} s {shown}\n{seconds:7.1f} s SIGKILL of {len(pids)} processes")
            kill = False
        elif seconds - printed >= 10:
            print(f"{seconds:7.1f} s {shown}")
            printed = seconds
        time.sleep(0.5)
        shown = look(page, path)
    seconds = time.perf_counter() - began
    print(f"{seconds:7.1f} s done: {shown}")
    assert not kill, "the import ended before its worker was killed: take more brands"
    return Import(seconds, reads(portal) - before)


def look(page: Page, path: str) -> Shown:
    text = page.get(path).text
    bar = re.search(r'<progress max="(\d+)" value="(\d+)"', text)
    done, total = (int(bar[2]), int(bar[1])) if bar else (0, 0)
    facts = tuple(int(one.replace(",", "")) for one in re.findall(r"<dd>\s*([\d,]+)\s*</dd>", text))
    return Shown(done, total, facts, 'hx-trigger="every 3s"' in text)


def compare(portal: PortalProcess) -> int:
    """Print each kind as mirrored and as held; returns how many are missing, doubled or too many."""
    held: dict[str, list[dict[str, str]]] = portal.control("objects")
    wrong = 0
    for kind, (names, columns) in MIRRORED.items():
        theirs = Counter(tuple(one[name] for name in names) for one in held[kind] if one["key"] == KEY)
        ours = Counter(portal.rows(f"SELECT {columns} WHERE k.key = ? AND m.gone_at IS NULL", KEY))
        missing, beyond = (theirs - ours).total(), (ours - theirs).total()
        print(f"  {kind:<10} {ours.total():>7,} of {theirs.total():,}; {missing} missing, {beyond} beyond")
        wrong += missing + beyond
    return wrong


def reads(portal: PortalProcess) -> int:
    return int(sum(portal.control("ledger")["reads"].values()))


def waiting(portal: PortalProcess) -> bool:
    return bool(portal.rows("SELECT 1 FROM outbox_inquiry WHERE answered_at IS NULL"))


def notices(portal: PortalProcess) -> int:
    tables = ("notices_notice", "notices_delivery")
    return sum(portal.rows(f"SELECT COUNT(*) FROM {table}")[0][0] for table in tables)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
