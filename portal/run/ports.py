"""Ports of this machine: which are free, and which answer."""

from __future__ import annotations

import http.client
import random
import socket
import time
from contextlib import closing

# Below the range from which systems take the ports of outgoing connections, so that a kept port stays free.
KEPT_PORTS = range(20_000, 30_000)


def loopback_addresses() -> list[str]:
    """`localhost` may resolve to either, so the portal answers on both where both exist."""
    addresses = ["127.0.0.1"]
    if socket.has_ipv6 and _can_listen("::1", 0):
        addresses.append("::1")
    return addresses


def is_free(port: int, *, patience: float = 0) -> bool:
    """Whether every loopback address can listen there; `patience` seconds let a dying process go."""
    deadline = time.monotonic() + patience
    while not all(_can_listen(address, port) for address in loopback_addresses()):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.1)
    return True


def choose_port() -> int:
    while not is_free(port := random.choice(KEPT_PORTS)):
        pass
    return port


def accepts(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def is_broker_ready(port: int, password: str) -> bool:
    """PONG comes only once the append-only file is read."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while chunk := connection.recv(200):
                answer += chunk
                if answer.count(b"\r\n") >= 2:
                    break
            return b"+PONG" in answer
    except OSError:
        return False


def answers(port: int, path: str) -> bool:
    try:
        with closing(http.client.HTTPConnection("localhost", port, timeout=5)) as connection:
            connection.request("GET", path)
            return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False


def _can_listen(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
            listener.listen()
        except OSError:
            return False
    return True
