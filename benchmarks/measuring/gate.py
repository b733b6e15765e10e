"""Runs in a process of its own, on the empty database of DATABASE_URL: see `benchmarks/gate.py`."""

from __future__ import annotations

import sys
import time

import django

django.setup()

from benchmarks.measuring.gate_http import measure_http  # noqa: E402
from benchmarks.measuring.gate_process import measure_in_process  # noqa: E402
from benchmarks.measuring.gate_rows import make_rows  # noqa: E402


def main(profiles: int, rounds: int) -> None:
    began = time.perf_counter()
    world, token = make_rows(profiles)
    print(f"{profiles:,} profiles of each kind made in {time.perf_counter() - began:.0f} s")
    measure_in_process(world, profiles, rounds)
    measure_http(world, token, profiles, rounds // 20)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
