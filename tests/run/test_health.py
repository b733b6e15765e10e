"""The health checks of the containers."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from portal.run.health import is_beat_healthy, is_web_healthy


class Picky(BaseHTTPRequestHandler):
    """Answers as Django does: only under a name it knows, and only where there is something."""

    def do_GET(self) -> None:
        known = self.headers["Host"] == "portal.example.com" and self.path == "/healthz"
        self.send_response(200 if known else 400)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Picky) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize(
    ("allowed", "healthy"),
    [
        ("portal.example.com", True),
        (".portal.example.com,other", True),
        ("other.example.com", False),
        ("*", False),
    ],
)
def test_web_is_asked_under_an_allowed_name(
    port: int, allowed: str, healthy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_PORT", str(port))
    monkeypatch.setenv("ALLOWED_HOSTS", allowed)
    assert is_web_healthy() is healthy


def test_web_that_is_down_is_unhealthy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_PORT", "9")
    assert not is_web_healthy()


def test_beat_is_healthy_while_it_writes_its_schedule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path))
    assert not is_beat_healthy()

    schedule = tmp_path / "beat-schedule.dat"
    schedule.touch()
    assert is_beat_healthy()

    long_ago = time.time() - 3600
    os.utime(schedule, (long_ago, long_ago))
    assert not is_beat_healthy()
