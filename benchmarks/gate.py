"""How long the gate takes with 100,000 profiles: `make bench BENCH=gate`.

Everything is measured in one run on one PostgreSQL, whose database is made for it and dropped afterwards.
BENCH_DATABASE_URL names the server and a role that may create databases, such as postgres://postgres@127.0.0.1/postgres.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from tests.servers import fresh_database


def main() -> int:
    url = os.environ.get("BENCH_DATABASE_URL", "")
    if not url.startswith("postgres"):
        print("BENCH_DATABASE_URL is not set: give it a PostgreSQL server on which databases can be made.")
        return 2
    with fresh_database(url) as database, tempfile.TemporaryDirectory() as var:
        environment = os.environ | {
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "benchmarks.measuring.settings",
            "PORTAL_MODE": "demo",
            "PORTAL_VAR": var,
        }
        command = [sys.executable, "-m", "benchmarks.measuring.gate"]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
