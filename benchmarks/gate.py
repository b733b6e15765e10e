"""How long the gate takes with 100,000 profiles: `make bench BENCH=gate`.

    BENCH_DATABASE_URL=postgres://postgres@127.0.0.1/postgres python -m benchmarks.gate [profiles] [rounds]

Everything is measured in one run on one PostgreSQL, whose database is made for it and dropped afterwards.
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks.measuring.databases import ROOT, portal_on, server


def main(profiles: int = 100_000, rounds: int = 5_000) -> int:
    with portal_on(server(), DJANGO_SETTINGS_MODULE="benchmarks.measuring.settings") as environment:
        command = [sys.executable, "-m", "benchmarks.measuring.gate", str(profiles), str(rounds)]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
