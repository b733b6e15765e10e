"""A server that answers with exact bytes, or breaks off at an exact place; a plain socket on loopback."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

Script = Callable[[socket.socket, bytes], None]


class RawServer:
    """Runs `script(connection, request)` for each request; `requests` holds what arrived, as bytes."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.script = script
        self._tls = tls
        self.requests: list[bytes] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=[connection], daemon=True).start()

    def _talk(self, plain: socket.socket) -> None:
        with plain, contextlib.suppress(OSError):
            plain.settimeout(20)
            connection = self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
            while request := _read_request(connection):
                self.requests.append(request)
                self.script(connection, request)
                if b"connection: close" in request.lower():
                    return


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def sends(data: bytes) -> Script:
    """Exactly these bytes, whatever was asked."""
    return lambda connection, request: connection.sendall(data)


def answers(status: int, body: object = None, *, text: str | None = None, headers: str = "") -> Script:
    """A proper HTTP answer with a JSON body, or with this text."""
    content = (json.dumps(body) if text is None else text).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    return sends(f"{head}{headers}\r\n".encode() + content)


def cuts(data: bytes) -> Script:
    """These bytes, and then the end of the connection."""

    def script(connection: socket.socket, request: bytes) -> None:
        connection.sendall(data)
        connection.close()

    return script


def resets(connection: socket.socket, request: bytes) -> None:
    """A TCP reset instead of an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def closes(connection: socket.socket, request: bytes) -> None:
    """The end of the connection instead of an answer."""
    connection.close()


def drips(data: bytes, pause: float) -> Script:
    """One byte at a time."""

    def script(connection: socket.socket, request: bytes) -> None:
        for byte in data:
            connection.sendall(bytes([byte]))
            threading.Event().wait(pause)

    return script


def silence(connection: socket.socket, request: bytes) -> None:
    """Nothing at all, for longer than any test waits."""
    threading.Event().wait(10)
