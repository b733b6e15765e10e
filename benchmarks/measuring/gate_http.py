"""Over HTTP: the gate beside an empty view behind the same middleware, asked in turns by the same clients."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from benchmarks.measuring.gate_rows import question
from benchmarks.measuring.times import Times
from portal.run.ports import choose_port
from registry.gate import Question
from tests.registry.gate_world import World

CLIENTS, TURNS = 4, 6
AIM: Final = 0.5
PATHS: Final = {"the empty view": "/api/v1/empty", "the gate": "/api/v1/gate"}


def measure_http(world: World, token: str, profiles: int, each: int) -> None:
    """`each` client asks so often in a turn."""
    requests = [_requests(token, world, number, profiles, each) for number in range(CLIENTS)]
    port = choose_port()
    taken: dict[str, list[float]] = {name: [] for name in PATHS}
    lasted: dict[str, float] = dict.fromkeys(PATHS, 0.0)
    with _gunicorn(port):
        for turn in range(TURNS + 1):
            for name, path in PATHS.items():
                seconds, times = _turn(port, [asked[path] for asked in requests])
                if turn:  # the first warms up
                    lasted[name] += seconds
                    taken[name] += times
    print(f"Over HTTP, {CLIENTS} clients, {TURNS} turns of {CLIENTS * each:,} requests each:")
    rates = {name: len(times) / lasted[name] for name, times in taken.items()}
    for name, times in taken.items():
        print(f"{Times(times).line(name)}   {rates[name]:7.0f} a second")
    ratio = rates["the gate"] / rates["the empty view"]
    print(f"  the gate : the empty view   {ratio:.0%}")
    print(f"  aim: at least {AIM:.0%} of the empty view: {'met' if ratio >= AIM else 'MISSED'}")


@contextmanager
def _gunicorn(port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket"]
    process = subprocess.Popen(
        command, env=os.environ.copy(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 60
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("gunicorn did not start")
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _turn(port: int, requests: Sequence[list[bytes]]) -> tuple[float, list[float]]:
    """How long it took all clients, and each request."""
    told: list[list[float]] = [[] for _each in requests]
    clients = [
        threading.Thread(target=_client, args=(port, own, times))
        for own, times in zip(requests, told, strict=True)
    ]
    began = time.perf_counter()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    lasted = time.perf_counter() - began
    as_asked = zip(requests, told, strict=True)
    assert all(len(times) == len(own) for own, times in as_asked), "a client got something else than 200"
    return lasted, [seconds for times in told for seconds in times]


def _requests(token: str, world: World, seed: int, profiles: int, each: int) -> dict[str, list[bytes]]:
    """Written out before the clock runs, by path: the clients share the machine with the server."""
    chance = random.Random(seed)
    asked = [question(world, chance.randint(1, profiles)) for _each in range(each)]
    return {path: [_request(path, token, one) for one in asked] for path in PATHS.values()}


def _request(path: str, token: str, asked: Question) -> bytes:
    names = ("application_id", "api_key", "feature", "purpose", "operator")
    body = json.dumps({name: getattr(asked, name) for name in names}).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _client(port: int, requests: list[bytes], times: list[float]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile("rb") as answers:
        for request in requests:
            began = time.perf_counter()
            connection.sendall(request)
            status = answers.readline()
            length = 0
            while line := answers.readline().strip():
                name, _colon, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            body = answers.read(length)
            times.append(time.perf_counter() - began)
            if b" 200 " not in status or (b"decision" in body and b'"allow"' not in body):
                times.clear()
                return
