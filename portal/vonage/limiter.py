"""How fast one key may call: shared by all processes through Redis, and slower but never free without it."""

from __future__ import annotations

import hashlib
import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal, Protocol, cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

# A sweep is a read that nobody waits for: it draws on the same rate, but leaves half of the burst to people.
Kind = Literal["read", "sweep", "write"]
REDIS_TIMEOUT: Final = 0.3
DOWN_SECONDS: Final = 5.0
PAUSE_MOST: Final = 900.0
SLOW_SECONDS: Final = 600.0  # how long a key keeps to half its rates after Vonage asked it to slow down
_HALF: Final = 0.5  # without Redis the other processes cannot be seen, so each takes half; so after a 429
logger = logging.getLogger("portal.vonage")

# GCRA: one number per key, the time at which its bucket will be empty again. Answers the wait in
# milliseconds; nothing is taken unless the answer is 0. The clock is the server's, the same for all.
_ACQUIRE: Final = """
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local paused = tonumber(redis.call('GET', KEYS[2]) or '0')
if paused > now then return math.ceil(paused - now) end
local interval, tolerance = tonumber(ARGV[1]), tonumber(ARGV[2])
if redis.call('EXISTS', KEYS[3]) == 1 then interval, tolerance = tonumber(ARGV[3]), tonumber(ARGV[4]) end
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local wait = due - tolerance - now
if wait > 0 then return math.ceil(wait) end
redis.call('SET', KEYS[1], due + interval, 'PX', math.ceil(due + interval - now + tolerance + 1000))
return 0
"""
_PAUSE: Final = """
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local until_ms = math.max(now + tonumber(ARGV[1]), tonumber(redis.call('GET', KEYS[1]) or '0'))
redis.call('SET', KEYS[1], until_ms, 'PX', math.ceil(until_ms - now + 1000))
if tonumber(ARGV[2]) > 0 then redis.call('SET', KEYS[2], '1', 'PX', tonumber(ARGV[2])) end
return until_ms
"""


class Limiter(Protocol):
    """What the engine asks before it claims anything."""

    def acquire(self, key: str, kind: Kind) -> float:
        """Seconds to wait; 0 means go, and counts as a call."""

    def pause(self, key: str, seconds: float) -> None:
        """Let nobody call with this key for so long."""

    def slow_down(self, key: str, seconds: float) -> None:
        """Vonage said 429: pause the key for so long, then keep to half its rates for ten minutes."""

    def paused_until(self, key: str) -> datetime | None:
        """When the pause of this key ends, or None if it is not paused."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Calls per second for one key.

    A burst is half a second's worth: what is bunched on its way still fits into Vonage's own second.
    """

    read: float
    write: float

    def interval(self, kind: Kind) -> float:
        """Seconds between two calls."""
        return 1 / max(self._rate(kind), 0.001)

    def tolerance(self, kind: Kind) -> float:
        """How far ahead of time calls may come: all but the first of a burst, half of them for a sweep."""
        ahead = self.interval(kind) * (max(math.floor(self._rate(kind) / 2), 1) - 1)
        return ahead / 2 if kind == "sweep" else ahead

    def halved(self) -> Rates:
        return Rates(self.read * _HALF, self.write * _HALF)

    def _rate(self, kind: Kind) -> float:
        return self.write if kind == "write" else self.read


def _bucket(kind: Kind) -> str:
    """Sweeps and people's reads draw on one rate."""
    return "write" if kind == "write" else "read"


@dataclass
class LocalLimiter:
    """The same rule for this process alone."""

    rates: Rates
    clock: Callable[[], float] = time.time
    _due: dict[tuple[str, str], float] = field(default_factory=dict)
    _paused: dict[str, float] = field(default_factory=dict)
    _slow: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def acquire(self, key: str, kind: Kind) -> float:
        with self._lock:
            now = self.clock()
            paused = self._paused.get(key, 0.0)
            if paused > now:
                return paused - now
            rates = self.rates.halved() if self._slow.get(key, 0.0) > now else self.rates
            bucket = key, _bucket(kind)
            due = max(self._due.get(bucket, 0.0), now)
            wait = due - rates.tolerance(kind) - now
            if wait > 0.001:
                return wait
            self._due[bucket] = due + rates.interval(kind)
            return 0.0

    def pause(self, key: str, seconds: float) -> None:
        with self._lock:
            self._paused[key] = max(self._paused.get(key, 0.0), self.clock() + _pause_length(seconds))

    def slow_down(self, key: str, seconds: float) -> None:
        self.pause(key, seconds)
        with self._lock:
            self._slow[key] = self.clock() + _pause_length(seconds) + SLOW_SECONDS

    def paused_until(self, key: str) -> datetime | None:
        with self._lock:
            paused = self._paused.get(key, 0.0)
            return datetime.fromtimestamp(paused, UTC) if paused > self.clock() else None


class SharedLimiter:
    """One limiter for all processes, in Redis; when Redis does not answer, half the rates in this process.

    Redis is asked for at most 0.3 s, and once it failed it is left alone for some seconds.
    """

    def __init__(
        self,
        redis_url: str,
        rates: Rates,
        *,
        prefix: str = "vonage:limit",
        down_seconds: float = DOWN_SECONDS,
    ) -> None:
        self._rates = rates
        self._down_seconds = down_seconds
        self._prefix = prefix
        self._alone = LocalLimiter(rates.halved())
        self._down_until = 0.0
        client = redis.Redis.from_url(
            redis_url,
            socket_timeout=REDIS_TIMEOUT,
            socket_connect_timeout=REDIS_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )
        self._client = client
        self._acquire = client.register_script(_ACQUIRE)
        self._pause = client.register_script(_PAUSE)

    @property
    def is_shared(self) -> bool:
        """Whether Redis answered when last asked."""
        return time.monotonic() >= self._down_until

    def acquire(self, key: str, kind: Kind) -> float:
        paused = self._alone.paused_until(key)  # said while Redis was away
        if paused is not None:
            return max((paused - datetime.now(UTC)).total_seconds(), 0.001)
        names = [self._name(key, _bucket(kind)), self._name(key, "paused"), self._name(key, "slow")]
        speeds = [
            1000 * seconds
            for rates in (self._rates, self._rates.halved())
            for seconds in (rates.interval(kind), rates.tolerance(kind))
        ]
        wait = self._ask(lambda: self._acquire(keys=names, args=speeds))
        if wait is None:
            return self._alone.acquire(key, kind)
        return cast(int, wait) / 1000

    def pause(self, key: str, seconds: float) -> None:
        self._alone.pause(key, seconds)  # here as well, in case Redis is away now or soon
        self._pause_shared(key, seconds, slow=0.0)

    def slow_down(self, key: str, seconds: float) -> None:
        self._alone.slow_down(key, seconds)
        self._pause_shared(key, seconds, slow=_pause_length(seconds) + SLOW_SECONDS)

    def _pause_shared(self, key: str, seconds: float, *, slow: float) -> None:
        names = [self._name(key, "paused"), self._name(key, "slow")]
        lengths = [math.ceil(_pause_length(seconds) * 1000), math.ceil(slow * 1000)]
        self._ask(lambda: self._pause(keys=names, args=lengths))

    def paused_until(self, key: str) -> datetime | None:
        alone = self._alone.paused_until(key)
        stored = self._ask(lambda: self._client.get(self._name(key, "paused")))
        if not isinstance(stored, bytes):
            return alone
        shared = datetime.fromtimestamp(float(stored) / 1000, UTC)
        return max(filter(None, (alone, shared))) if shared > datetime.now(UTC) else alone

    def _name(self, key: str, what: str) -> str:
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]
        return f"{self._prefix}:{{{digest}}}:{what}"

    def _ask(self, question: Callable[[], object]) -> object:
        """Redis's answer, or None while it is down."""
        if time.monotonic() < self._down_until:
            return None
        try:
            return question()
        except (redis.RedisError, OSError) as failure:
            self._down_until = time.monotonic() + self._down_seconds
            logger.warning("limiter works alone, Redis does not answer: %s", type(failure).__name__)
            return None


def _pause_length(seconds: float) -> float:
    return min(max(seconds, 0.0), PAUSE_MOST)
