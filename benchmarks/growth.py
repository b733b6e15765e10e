"""How many rows and bytes a day of an ordinary account adds, and what the retention task leaves of them.

    BENCH_DATABASE_URL=postgres://… python -m benchmarks.growth [days] [brands]

A simulator with brands of three campaigns and three numbers each, and the portal's own readers, sender and mailer in
one process. A day is as many cycles as an installation makes, 30 numbers linked, 10 campaigns changed and 20 use case
checks; then every time that the retention task looks at is moved a day back. Every kept-for setting is two days, so a
table is flat when a later day adds no more than the task takes away. Aims: what is kept for a time is flat from the
fourth day, and not one row of history nor one open operation is gone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.sync import KEY, plant
from tests.servers import fresh_database
from tests.simulator_process import SimulatorProcess

ROOT = Path(__file__).resolve().parent.parent
DAYS = {
    "RETENTION_SYNC_RUN_DAYS": "2",
    "RETENTION_INQUIRY_DAYS": "2",
    "RETENTION_DELIVERY_DAYS": "2",
    "RETENTION_DRAFT_DAYS": "2",
    "RETENTION_REACH_CHECK_DAYS": "2",
    "REGISTRY_GATE_LOG_DAYS": "2",
}


def main(days: int, brands: int) -> int:
    url = os.environ.get("BENCH_DATABASE_URL", "")
    if not url.startswith("postgres"):
        print("Set BENCH_DATABASE_URL to a PostgreSQL in which databases may be made.")
        return 2
    with SimulatorProcess(speed=1000) as simulator, fresh_database(url) as own, TemporaryDirectory() as var:
        plant(simulator, brands, 3)
        environment = os.environ | {
            **DAYS,
            "DATABASE_URL": own,
            "PORTAL_VAR": var,
            "PORTAL_MODE": "demo",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "LOG_LEVEL": "ERROR",
            "VONAGE_API_URL": simulator.url,
            "SIMULATOR_URL": simulator.url,
            "VONAGE_READS_PER_SECOND": "100000",
            "VONAGE_WRITES_PER_SECOND": "100000",
            "TENDLC_WALK_SECONDS": "600",
            "INQUIRY_SPACING_SECONDS": "0",
            "NOTICE_COLLECT_SECONDS": "0",
        }
        command = [sys.executable, "-m", "benchmarks.measuring.growth", str(days), *KEY]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(numbers + [5, 100][len(numbers) :])))
