"""The two steps to a website that can be asked for separately: names to addresses, and an address to a socket."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass


class NoAnswer(Exception):
    """The name server did not answer in time."""


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """Every address of a name. Raises OSError for a name that has none, NoAnswer when nobody says so in time."""
    answers: queue.Queue[list[str] | OSError] = queue.Queue(1)
    # The system's resolver knows no deadline, so it is left behind when it takes too long.
    threading.Thread(target=_ask, args=(host, port, answers), daemon=True, name="reach-resolve").start()
    try:
        answer = answers.get(timeout=max(seconds, 0.01))
    except queue.Empty:
        raise NoAnswer from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _ask(host: str, port: int, answers: queue.Queue[list[str] | OSError]) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        answers.put(list(dict.fromkeys(str(address[0]) for *_rest, address in found)))
    except (OSError, UnicodeError) as error:
        answers.put(error if isinstance(error, OSError) else OSError(str(error)))


def connect(address: str, port: int, seconds: float) -> socket.socket:
    """A connection to an address, never to a name. Raises OSError."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(max(seconds, 0.01))
        sock.connect((address, port))
    except OSError:
        sock.close()
        raise
    return sock


@dataclass(frozen=True)
class Network:
    """How the world is reached. Tests put a local server behind made-up public addresses."""

    resolve: Callable[[str, int, float], Sequence[str]] = resolve
    connect: Callable[[str, int, float], socket.socket] = connect
    authorities: str = ""  # a file of certificates to trust instead of the usual ones


INTERNET = Network()
