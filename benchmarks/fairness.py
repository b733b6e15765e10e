"""How long twenty small accounts wait while a large one has ten thousand jobs in front of them.

    BENCH_DATABASE_URL=postgres://… BENCH_REDIS_URL=redis://… python -m benchmarks.fairness [queued] [rounds]

Real workers as in production (beat, and four processes) on a database of their own and an empty numbered database of
that Redis. First the twenty alone submit five jobs each, for comparison. Then the large account queues its jobs, and
the twenty submit again; the rate is what the workers get done meanwhile. Every account has a key of its own, as in
production, so a key's own limit slows only its account; here it is wide open, and the workers are what is shared.
Aim: 95 of 100 of their jobs are done within 1.2 × (100 jobs ÷ rate), and the large account goes on meanwhile.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.measuring.databases import ROOT, portal_on, server
from benchmarks.measuring.times import Times
from tests.servers import fresh_redis
from tests.simulator_process import SimulatorProcess

SMALL, EACH = 20, 5
JOBS = SMALL * EACH
AIM = 1.2
LONGEST = 600.0
CELERY = (sys.executable, "-m", "celery")
WORKER = ("-A", "portal.celery", "worker", "--concurrency", "4", "--without-mingle", "--without-gossip")
BEAT = ("-A", "portal.beat", "beat")
# Of operations newer than one: seconds from the wish to its end.
WAITS = """
SELECT extract(epoch FROM o.finished_at - o.created_at)::float FROM outbox_operation o
JOIN accounts_account a ON a.id = o.account_id WHERE a.name LIKE 'Small%%' AND o.id > %s AND finished_at IS NOT NULL
"""
CANARY = (
    "SELECT coalesce(max(extract(epoch FROM now() - at)), 0)::int FROM outbox_heartbeat WHERE name = 'worker'"
)
DONE = """
SELECT count(*) FROM outbox_operation o JOIN accounts_account a ON a.id = o.account_id
WHERE a.name = 'Large' AND finished_at IS NOT NULL
"""


@contextmanager
def portal(redis_url: str) -> Iterator[dict[str, str]]:
    """A simulator, and an environment on databases of its own."""
    with (
        SimulatorProcess(no_uniqueness=True) as simulator,
        fresh_redis(redis_url) as broker,
        portal_on(
            server(),
            REDIS_URL=broker,
            VONAGE_API_URL=simulator.url,
            SIMULATOR_URL=simulator.url,
            VONAGE_READS_PER_SECOND="100000",
            VONAGE_WRITES_PER_SECOND="100000",
        ) as environment,
    ):
        yield environment


@contextmanager
def workers(environment: dict[str, str]) -> Iterator[None]:
    """Beat and four worker processes, until the context ends."""
    running = []
    with Path(environment["PORTAL_VAR"], "worker.log").open("w") as log:
        for command in (WORKER, BEAT):
            running.append(
                subprocess.Popen([*CELERY, *command], cwd=ROOT, env=environment, stdout=log, stderr=log)
            )
        try:
            yield
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait()


def ask(environment: dict[str, str], *words: str) -> None:
    """Write rows as the web process would, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.measuring.fairness", *words]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


@dataclass(frozen=True)
class Round:
    """The twenty submitted once: each wait, how long all took; what happened beside it."""

    waits: Times
    lasted: float
    large_done: int
    canary_silent: int


def submitted(environment: dict[str, str], database: psycopg.Connection) -> Round:
    newest = _number(database, "SELECT coalesce(max(id), 0) FROM outbox_operation")
    ask(environment, "small", str(SMALL), str(EACH))
    before = _number(database, DONE)
    began, silent = time.monotonic(), 0
    while len(waits := database.execute(WAITS.encode(), [newest]).fetchall()) < JOBS:
        if time.monotonic() - began > LONGEST:
            raise SystemExit(f"Only {len(waits)} of {JOBS} were done after {LONGEST:.0f} s.")
        silent = max(silent, _number(database, CANARY))
        time.sleep(0.2)
    lasted = database.execute(
        b"SELECT extract(epoch FROM max(o.finished_at) - min(o.created_at))::float FROM outbox_operation o"
        b" JOIN accounts_account a ON a.id = o.account_id WHERE a.name LIKE 'Small%%' AND o.id > %s",
        [newest],
    ).fetchone()
    assert lasted is not None
    waited = Times([row[0] for row in waits])
    return Round(waited, lasted[0], _number(database, DONE) - before, silent)


def _number(database: psycopg.Connection, sql: str) -> int:
    row = database.execute(sql.encode()).fetchone()
    assert row is not None
    return int(row[0])


def measure(environment: dict[str, str], queued: int, rounds: int) -> bool:
    ask(environment, "world", str(SMALL))
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as database, workers(environment):
        submitted(environment, database)  # warms up
        alone = statistics.mean(submitted(environment, database).lasted for _round in range(rounds))
        print(
            f"the twenty alone: {JOBS} jobs in {alone:.1f} s, a rate of {JOBS / alone:.1f} a second",
            flush=True,
        )
        ask(environment, "large", str(queued))
        fair = [beside(submitted(environment, database), alone, queued) for _round in range(rounds)]
    met = all(fair)
    print(f"aim: at most {AIM} in each round, and the large account goes on: {'met' if met else 'MISSED'}")
    return met


def beside(one: Round, alone: float, queued: int) -> bool:
    """Say how a round went; whether it was fair to both.

    The rate is that of the round itself: a busy machine is not unfair.
    """
    p95, rate = one.waits.at(0.95), (JOBS + one.large_done) / one.lasted
    print(
        f"beside {queued:,} of one: median {one.waits.median:.1f} s, p95 {p95:.1f} s, all in {one.lasted:.1f} s;"
        f" {one.large_done} of the large account meanwhile; p95 : (jobs ÷ rate) {p95 * rate / JOBS:.2f}"
        f" (by the rate alone {p95 / alone:.2f}); canary silent for {one.canary_silent} s at most",
        flush=True,
    )
    return p95 * rate <= AIM * JOBS and one.large_done > 0


def main(queued: int = 10_000, rounds: int = 3) -> int:
    redis_url = os.environ.get("BENCH_REDIS_URL", "")
    if not redis_url:
        sys.exit("Set BENCH_REDIS_URL to a Redis of which one numbered database is unused.")
    with portal(redis_url) as environment:
        return 0 if measure(environment, queued, rounds) else 1


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
