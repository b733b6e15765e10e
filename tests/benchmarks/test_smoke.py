"""Every benchmark runs on a handful of rows, so that no migration breaks one unseen; times are none of its business."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import servers

ROOT = Path(__file__).resolve().parent.parent.parent
# Of each benchmark: the smallest arguments it takes, and what it prints when it came to its end.
SMALL = {
    "doorbell": (("2", "1"), "1 clicks, broker killed"),
    "fairness": (("20", "1"), "the twenty alone: 100 jobs"),
    "gate": (("20", "40"), "the gate : the empty view"),
    "growth": (("1", "3"), "no row of history and no open operation gone: met"),
    "importing": (("12", "5"), "notices and mails       0"),
    "limiter": (("1", "1"), "inside a pause"),
    "lists": (("20",), "operations: deep page"),
    "sync": (("4", "2"), "24 numbers mirrored"),
}


def test_smoke_knows_every_benchmark() -> None:
    found = {path.stem for path in (ROOT / "benchmarks").glob("*.py")} - {"__init__"}
    assert found == set(SMALL)


@pytest.mark.services
@pytest.mark.processes
@pytest.mark.parametrize("name", SMALL)
def test_benchmark_comes_to_its_end(name: str) -> None:
    arguments, said = SMALL[name]
    environment = os.environ | {
        "BENCH_DATABASE_URL": servers.DATABASE_URL,
        "BENCH_REDIS_URL": servers.REDIS_URL,
        "BENCH_ROUNDS": "3",
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    told = f"{done.stdout}\n{done.stderr[-3000:]}"
    assert "Traceback" not in told, told
    assert said in done.stdout, told
