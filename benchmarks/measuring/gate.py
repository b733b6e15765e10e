"""Runs in a process of its own, on the empty database of DATABASE_URL: see `benchmarks/gate.py`."""

from __future__ import annotations

import time

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from benchmarks.measuring.gate_http import measure_http  # noqa: E402
from benchmarks.measuring.gate_process import measure_in_process  # noqa: E402
from benchmarks.measuring.gate_rows import PROFILES, make_rows  # noqa: E402


def main() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    began = time.perf_counter()
    world, token = make_rows()
    print(f"{PROFILES:,} profiles of each kind made in {time.perf_counter() - began:.0f} s")
    measure_in_process(world)
    measure_http(world, token)


if __name__ == "__main__":
    main()
