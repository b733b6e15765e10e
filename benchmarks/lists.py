"""Lists at ten thousand and at a million campaigns, side by side, on PostgreSQL.

    BENCH_DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres python -m benchmarks.lists [small] [large]

Makes a database of its own for each size beside the one named, fills it, and asks the pages themselves for list,
search and deep page, the sizes in turns, so that whatever else the machine does meets both alike. Prints median and
p95 in milliseconds, and drops the databases again. BENCH_ROUNDS says how often each page is asked.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from benchmarks.measuring.databases import ROOT, portal_on, server

WARM_UP = 5
MOST_RATIO, MOST_MS = 1.5, 60.0
Times = dict[str, list[float]]


class Asked:
    """A process that fills its database, then answers each line (a page and a turn) with milliseconds."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.pages: list[str] = []

    def wait(self) -> None:
        """Until it is filled; it then names its pages."""
        self.pages = self._line().split(",")

    def milliseconds(self, page: str, turn: int) -> float:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{page},{turn}\n")
        self._process.stdin.flush()
        return float(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line:
            raise RuntimeError(f"a measuring process ended with {self._process.wait()}")
        return line


@contextmanager
def measuring(url: str, size: int) -> Iterator[Asked]:
    with portal_on(url) as environment:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.measuring.lists", str(size)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with process:
            yield Asked(process)


def measure(url: str, sizes: Sequence[int], rounds: int) -> list[Times]:
    with ExitStack() as opened:
        asked = [opened.enter_context(measuring(url, size)) for size in sizes]
        for one in asked:
            one.wait()
        found: list[Times] = [{page: [] for page in asked[0].pages} for _size in sizes]
        for turn in range(-WARM_UP, rounds):
            for page in asked[0].pages:
                for one, times in zip(asked, found, strict=True):
                    milliseconds = one.milliseconds(page, turn)
                    if turn >= 0:
                        times[page].append(milliseconds)
    return found


def p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def main(sizes: list[int]) -> None:
    found = measure(server(), sizes, int(os.environ.get("BENCH_ROUNDS", "60")))
    print("| page | " + " | ".join(f"{size:,}: median, p95 (ms)" for size in sizes) + " | p95 ratio | |")
    print("| --- |" + " --- |" * (len(sizes) + 2))
    for page in found[0]:
        cells = [f"{statistics.median(one[page]):.1f}, {p95(one[page]):.1f}" for one in found]
        last = p95(found[-1][page])
        ratio = last / p95(found[0][page])
        verdict = "met" if ratio <= MOST_RATIO and last < MOST_MS else "MISSED"
        print(f"| {page} | " + " | ".join(cells) + f" | {ratio:.2f} | {verdict} |")
    print(
        f"Aim: p95 under {MOST_MS:.0f} ms at {sizes[-1]:,} campaigns, at most {MOST_RATIO} times that of {sizes[0]:,}."
    )


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 1_000_000])
