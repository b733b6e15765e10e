"""Who may send: a lock that lives exactly as long as its process, one way per database engine.

On PostgreSQL each sender holds a session advisory lock on a connection of its own, which a stopped process
keeps and a dead one loses. Embedded there is one sender, held by `flock`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import socket
import threading
from pathlib import Path
from typing import IO, Any, Protocol

import psycopg
from django.conf import settings
from django.db import connection


class Sender(Protocol):
    """The right of this process to send, and its view of the others."""

    id: str

    def held(self) -> bool:
        """Whether the lock is still ours, asked right before a byte leaves."""

    def is_gone(self, other: str) -> bool:
        """Whether the process behind another sender id has ended."""

    def release(self) -> None:
        """Stop being a sender."""


class FlockSender:
    """The one sender of an embedded installation."""

    def __init__(self, handle: IO[str]) -> None:
        self.id = new_sender_id()
        self._handle = handle

    def held(self) -> bool:
        return not self._handle.closed

    def is_gone(self, other: str) -> bool:
        return other != self.id

    def release(self) -> None:
        self._handle.close()


class AdvisorySender:
    """One of several senders on PostgreSQL."""

    def __init__(self, session: psycopg.Connection[Any]) -> None:
        self.id = new_sender_id()
        self._session = session
        self._guard = threading.Lock()
        self._session.execute("SELECT pg_advisory_lock(%s)", [_lock_number(self.id)])

    def held(self) -> bool:
        with self._guard:
            try:
                self._session.execute("SELECT 1")
            except psycopg.Error:
                return False
        return True

    def is_gone(self, other: str) -> bool:
        if other == self.id:
            return False
        number = _lock_number(other)
        with self._guard:
            row = self._session.execute("SELECT pg_try_advisory_lock(%s)", [number]).fetchone()
            free = bool(row and row[0])
            if free:
                self._session.execute("SELECT pg_advisory_unlock(%s)", [number])
        return free

    def release(self) -> None:
        self._session.close()


def new_sender_id() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(6)}"


def _lock_number(sender_id: str) -> int:
    return int.from_bytes(hashlib.sha256(sender_id.encode()).digest()[:8], "big", signed=True)


def take_flock(path: Path) -> FlockSender | None:
    """The embedded sender, or None while another process is it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = path.open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    return FlockSender(handle)


def take_advisory() -> AdvisorySender | None:
    """A sender on PostgreSQL, on a connection outside Django's; None when the database cannot be reached."""
    parameters = {
        name: value
        for name, value in connection.get_connection_params().items()
        if name not in ("cursor_factory", "context", "prepare_threshold")
    }
    try:
        session = psycopg.connect(**parameters, autocommit=True, keepalives=1, keepalives_idle=15)
        return AdvisorySender(session)
    except psycopg.Error:
        return None


_guard = threading.Lock()
_current: tuple[int, Sender] | None = None


def current_sender() -> Sender | None:
    """This process's sender, taken at first need and again after a fork or a lost connection."""
    global _current
    with _guard:
        if _current and _current[0] == os.getpid() and _current[1].held():
            return _current[1]
        taken: Sender | None = (
            take_advisory()
            if connection.vendor == "postgresql"
            else take_flock(settings.PORTAL_VAR / "sender.lock")
        )
        _current = (os.getpid(), taken) if taken else None
        return taken


def forget() -> None:
    """Let the lock of this process go, as its end would."""
    global _current
    with _guard:
        if _current:
            _current[1].release()
        _current = None
