"""Reading everything a key holds, against a bare loop that only downloads the same pages.

    BENCH_DATABASE_URL=postgres://… python -m benchmarks.sync [brands] [campaigns of each]

Fills a simulator, walks it into an empty database of its own, walks it again, and runs a cycle after one brand in a
hundred changed. Prints calls against the fewest there can be, seconds against a `requests.Session` that downloads the
same addresses, and how much memory grew.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.lists import database
from tests.simulator_process import SimulatorProcess

ROOT = Path(__file__).resolve().parent.parent
KEY = ("bench0001", "secret")


def main() -> None:
    sizes = [int(word) for word in sys.argv[1:] if word.isdigit()]
    brands, each = (sizes + [2000, 3][len(sizes) :])[:2]
    url = os.environ.get("BENCH_DATABASE_URL", "")
    if not url:
        sys.exit("Set BENCH_DATABASE_URL to a PostgreSQL in which databases may be made.")
    with SimulatorProcess() as simulator, database(url) as own, TemporaryDirectory() as var:
        plant(simulator, brands, each)
        environment = os.environ | {
            "DATABASE_URL": own,
            "PORTAL_VAR": var,
            "PORTAL_MODE": "demo",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "LOG_LEVEL": "ERROR",
            "VONAGE_API_URL": simulator.url,
            "SIMULATOR_URL": simulator.url,
            "VONAGE_READS_PER_SECOND": "100000",
        }
        for command in (["manage.py", "migrate", "-v0"], ["manage.py", "createcachetable", "-v0"]):
            subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)
        command = [sys.executable, "-m", "benchmarks.measuring.sync", str(brands), str(each)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)


def plant(simulator: SimulatorProcess, brands: int, each: int) -> None:
    """Verified brands with a vetting, active campaigns and three numbers a campaign."""
    campaigns = [
        {
            "status": "ACTIVE",
            "carrier_status": "APPROVED",
            "numbers": [f"1202555{place:04d}" for place in range(3)],
        }
        for _each in range(each)
    ]
    vetting = {"evp_id": "AEGIS", "vetting_class": "STANDARD", "status": "ACTIVE", "score": 70}
    for start in range(0, brands, 500):
        count = min(500, brands - start)
        simulator.control(
            "brands", {"key": KEY[0], "count": count, "vettings": [vetting], "campaigns": campaigns}
        )


if __name__ == "__main__":
    main()
