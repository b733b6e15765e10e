"""How many rows and bytes a day of an ordinary account adds, and what the retention task leaves of them.

    BENCH_DATABASE_URL=postgres://… python -m benchmarks.growth [days] [brands]

A simulator with brands of three campaigns and three numbers each, and the portal's own readers, sender and mailer in
one process. A day is as many cycles as an installation makes, 30 numbers linked, 10 campaigns changed and 20 use case
checks; then every time that the retention task looks at is moved a day back. Every kept-for setting is two days, so a
table is flat when a later day adds no more than the task takes away. Aims: what is kept for a time is flat from the
fourth day, and not one row of history nor one open operation is gone.
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks.measuring.databases import ROOT, portal_on, server
from benchmarks.sync import KEY, plant
from tests.simulator_process import SimulatorProcess

SETTINGS = {
    "RETENTION_SYNC_RUN_DAYS": "2",
    "RETENTION_INQUIRY_DAYS": "2",
    "RETENTION_DELIVERY_DAYS": "2",
    "RETENTION_DRAFT_DAYS": "2",
    "RETENTION_REACH_CHECK_DAYS": "2",
    "REGISTRY_GATE_LOG_DAYS": "2",
    "VONAGE_READS_PER_SECOND": "100000",
    "VONAGE_WRITES_PER_SECOND": "100000",
    "TENDLC_WALK_SECONDS": "600",
    "INQUIRY_SPACING_SECONDS": "0",
    "NOTICE_COLLECT_SECONDS": "0",
}


def main(days: int = 5, brands: int = 100) -> int:
    with SimulatorProcess(speed=1000) as simulator:
        plant(simulator, brands, 3)
        url = simulator.url
        with portal_on(server(), VONAGE_API_URL=url, SIMULATOR_URL=url, **SETTINGS) as environment:
            command = [sys.executable, "-m", "benchmarks.measuring.growth", str(days), *KEY]
            return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
