"""A website of the tests' own behind made-up public addresses, and what sockets really connected to."""

from __future__ import annotations

import socket
import socketserver
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from portal.reach.network import Network

PUBLIC = "93.184.215.14"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<!doctype html><h1>Privacy</h1>"
Answer = bytes | Callable[[socket.socket], None]

_watchers: list[list[Any]] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        for seen in _watchers:
            seen.append(arguments[1])


sys.addaudithook(_watch)  # for good: Python knows no way to take one out


@contextmanager
def connections() -> Iterator[list[Any]]:
    """Every address any socket of this process connects to meanwhile, whichever library does it."""
    seen: list[Any] = []
    _watchers.append(seen)
    try:
        yield seen
    finally:
        _watchers.remove(seen)


class Website(socketserver.ThreadingTCPServer):
    """Answers each path as told, else with a page; keeps what it was asked."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.answers: dict[str, Answer] = {}
        self.asked: list[bytes] = []
        self.tls: ssl.SSLContext | None = None
        self.names: dict[str, list[str]] = {}
        self.resolved: list[str] = []
        self.connected: list[str] = []

    @property
    def place(self) -> tuple[str, int]:
        return "127.0.0.1", int(self.server_address[1])

    def resolve(self, host: str, _port: int, _seconds: float) -> list[str]:
        self.resolved.append(host)
        return self.names.get(host, [PUBLIC])

    def connect(self, address: str, _port: int, seconds: float) -> socket.socket:
        """Public addresses of the tests end here; what was asked for is kept."""
        self.connected.append(address)
        return socket.create_connection(self.place, seconds)

    def network(self, **changes: Any) -> Network:
        return Network(**{"resolve": self.resolve, "connect": self.connect, **changes})


class _Visit(socketserver.BaseRequestHandler):
    server: Website

    def handle(self) -> None:
        with suppress(OSError):
            if self.server.tls:
                with self.server.tls.wrap_socket(self.request, server_side=True) as sock:
                    self._answer(sock)
            else:
                self._answer(self.request)

    def _answer(self, sock: socket.socket) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked:
            more = sock.recv(65536)
            if not more:
                return
            asked += more
        self.server.asked.append(asked)
        answer = self.server.answers.get(asked.split()[1].decode(), PAGE)
        if callable(answer):
            answer(sock)
        else:
            sock.sendall(answer)


@pytest.fixture
def website() -> Iterator[Website]:
    with Website() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def redirect(location: str, code: int = 302) -> bytes:
    return f"HTTP/1.1 {code} Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
