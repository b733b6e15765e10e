"""The connection itself: knows whether a byte of the request has left, and can be cut at a deadline.

`requests` reports the same exception for a refused connection and for one reset half-way; only the socket
knows the difference, and on that difference hangs whether a paid request may be sent again.
"""

from __future__ import annotations

import contextlib
import math
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.retry import Retry

CONNECT_RETRIES = 2


class _Watch:
    """One thread that cuts journeys at their deadlines: a timer for each would cost more than a short call."""

    def __init__(self) -> None:
        self._deadlines: dict[Journey, float] = {}
        self._wakes_at = math.inf
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def add(self, journey: Journey, deadline: float) -> None:
        with self._changed:
            self._deadlines[journey] = deadline
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="vonage-deadlines", daemon=True)
                self._thread.start()
            elif deadline < self._wakes_at:
                self._changed.notify()

    def remove(self, journey: Journey) -> None:
        with self._changed:
            self._deadlines.pop(journey, None)

    def _run(self) -> None:
        while True:
            for journey in self._wait():
                journey.expire()

    def _wait(self) -> list[Journey]:
        """Sleep until the first deadline; journeys that ended meanwhile wake nobody."""
        with self._changed:
            self._wakes_at = min(self._deadlines.values(), default=math.inf)
            left = self._wakes_at - time.monotonic()
            if left > 0:
                self._changed.wait(None if left == math.inf else left)
            now = time.monotonic()
            due = [journey for journey, deadline in self._deadlines.items() if deadline <= now]
            for journey in due:
                del self._deadlines[journey]
            return due


_watch = _Watch()


def _watch_anew() -> None:
    """A forked child has neither the thread nor a lock that anybody would ever release."""
    global _watch
    _watch = _Watch()


os.register_at_fork(after_in_child=_watch_anew)


class Journey:
    """One call on its way: `begun` with the first byte of the request, `expired` at the deadline."""

    def __init__(self, seconds: float) -> None:
        self.begun = False
        self.expired = False
        self._deadline = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._held: list[socket.socket] = []

    def __enter__(self) -> Self:
        _watch.add(self, self._deadline)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _watch.remove(self)
        with self._lock:
            for held in self._held:
                held.close()
            self._held.clear()

    def begin(self) -> None:
        """Right before the first byte. Raises TimeoutError after the deadline: nothing is to leave any more.

        Who stood still on the way here may have lost its right to send in the meantime.
        """
        if time.monotonic() >= self._deadline:
            raise TimeoutError("the deadline passed before the request began")
        self.begun = True

    def hold(self, sock: socket.socket) -> None:
        """Keep a second handle on the connection, which stays valid when TLS is wrapped around the first."""
        with self._lock, contextlib.suppress(OSError):
            self._held.append(socket.socket(fileno=os.dup(sock.fileno())))
        if self.expired:
            self.expire()

    def expire(self) -> None:
        # Shutting down wakes a thread that is blocked in the middle of a slow answer, which no timeout does.
        with self._lock:
            self.expired = True
            for held in self._held:
                with contextlib.suppress(OSError):
                    held.shutdown(socket.SHUT_RDWR)


_current: ContextVar[Journey | None] = ContextVar("vonage_journey", default=None)


@contextlib.contextmanager
def travelling(journey: Journey) -> Iterator[Journey]:
    """Make connections used inside report to this journey."""
    token = _current.set(journey)
    try:
        with journey:
            yield journey
    finally:
        _current.reset(token)


class _Reporting:
    """Mixed into urllib3's connections: tells the journey what the socket does."""

    sock: Any
    _connecting = False

    def _new_conn(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        journey = _current.get()
        if journey is not None:
            journey.hold(sock)
        return sock

    def connect(self) -> None:
        self._connecting = True  # a proxy is asked for a tunnel here, which is not yet the request
        try:
            super().connect()  # type: ignore[misc]
        finally:
            self._connecting = False

    def send(self, data: Any) -> None:
        journey = _current.get()
        if self.sock is None:
            self.connect()
        if journey is not None and not self._connecting and not journey.begun:
            journey.hold(self.sock)  # a kept-alive connection was not made by this journey
            journey.begin()
        super().send(data)  # type: ignore[misc]


class _ReportingHTTP(_Reporting, HTTPConnection):
    pass


class _ReportingHTTPS(_Reporting, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _ReportingHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _ReportingHTTPS


_POOLS = {"http": _HTTPPool, "https": _HTTPSPool}


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Never: even looking at a redirect makes requests read its body without a limit."""
        return


def open_session(*, trust_env: bool, retry_connects: bool) -> requests.Session:
    """A session that keeps no cookies and follows nothing; only reads may try again to connect."""
    connects = CONNECT_RETRIES if retry_connects else 0
    session = _Session()
    session.trust_env = trust_env
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    retries = Retry(
        total=connects, connect=connects, read=False, redirect=False, status=0, other=0, backoff_factor=0.2
    )
    session.mount("http://", _Adapter(max_retries=retries))
    session.mount("https://", _Adapter(max_retries=retries))
    return session
