"""Reading everything a key holds, against a bare loop that only downloads the same pages.

    BENCH_DATABASE_URL=postgres://… python -m benchmarks.sync [brands] [campaigns of each] [milliseconds]

Fills a simulator, walks it into an empty database of its own, walks it again, and runs a cycle after one brand in a
hundred changed. Prints calls against the fewest there can be, seconds against a `requests.Session` that downloads the
same addresses, and how much memory grew. With `milliseconds` the simulator takes so long over each answer, as a
server elsewhere would; without, both are measured against a server in the same machine, which takes less than one.
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks.measuring.databases import ROOT, portal_on, server
from tests.simulator_process import SimulatorProcess

KEY = ("bench0001", "secret")


def main(brands: int = 2000, each: int = 3, milliseconds: int = 0) -> None:
    with SimulatorProcess() as simulator:
        plant(simulator, brands, each)
        if milliseconds:
            wait = {"seconds": milliseconds / 1000, "then": "answer"}
            simulator.control(
                "faults", {"kind": "hang", "when": "after", "method": "GET", "count": 10**9, "params": wait}
            )
        url = simulator.url
        with portal_on(
            server(), VONAGE_API_URL=url, SIMULATOR_URL=url, VONAGE_READS_PER_SECOND="100000"
        ) as environment:
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
    main(*(int(word) for word in sys.argv[1:]))
