"""The client against exact bytes: what left, what came back, and which of the two is certain."""

from __future__ import annotations

import base64
import gzip
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from portal.vonage.http import ApiClient, Timeouts
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import (
    AnswerLost,
    Throttled,
    Unauthorized,
    Unreachable,
    UnusableId,
    VonageError,
)
from portal.vonage.transport import Journey, open_session, travelling
from tests.vonage.raw_server import RawServer, Script, answers, closes, cuts, drips, resets, sends, silence

KEY, SECRET = "abcd1234", "Sup3rS3cretValue"
QUICK = Timeouts(connect=1, read=1, write=1, total_read=2, total_write=2)
OK_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def client_of(url: str, timeouts: Timeouts = QUICK) -> ApiClient:
    return ApiClient(url, KEY, SECRET, timeouts=timeouts)


def failure_of(script: Script, method: str = "POST") -> VonageError:
    with RawServer(script) as server, pytest.raises(VonageError) as caught:
        client_of(server.url).call(method, "/v1/x", body={} if method != "GET" else None)  # type: ignore[arg-type]
    return caught.value


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_call_sends_json_with_basic_auth_and_returns_the_answer() -> None:
    with RawServer(answers(201, {"brand_id": "B1"})) as server:
        answer = client_of(server.url).call("POST", "/v1/10dlc/brands", body={"company_name": "Société"})

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    token = base64.b64encode(f"{KEY}:{SECRET}".encode())
    assert (answer.status, answer.body) == (201, {"brand_id": "B1"})
    assert head.startswith(b"POST /v1/10dlc/brands HTTP/1.1\r\n")
    assert b"Authorization: Basic " + token in head
    assert b"Content-Type: application/json" in head
    assert b"User-Agent: registration-portal" in head
    assert json.loads(body) == {"company_name": "Société"}


def test_ids_are_escaped_and_queries_encoded() -> None:
    with RawServer(answers(200, {})) as server:
        client_of(server.url).call(
            "GET", "/v1/b/{id}/n/{number}", ids={"id": "a/../b?x#y", "number": "1 2"}, query={"page": 2}
        )

    assert server.requests[0].startswith(b"GET /v1/b/a%2F..%2Fb%3Fx%23y/n/1%202?page=2 HTTP/1.1\r\n")


@pytest.mark.parametrize("bad", ["", ".", "..", "x" * 201, "\ud800"])
def test_id_that_would_change_the_path_is_never_sent(bad: str) -> None:
    with RawServer(answers(200, {})) as server, pytest.raises(UnusableId):
        client_of(server.url).call("DELETE", "/v1/brands/{id}", ids={"id": bad})

    assert server.connections == 0


@pytest.mark.parametrize("status", [200, 202, 204])
def test_delete_has_no_body_and_any_empty_2xx_settles_it(status: int) -> None:
    with RawServer(sends(b"HTTP/1.1 %d OK\r\nContent-Length: 0\r\n\r\n" % status)) as server:
        answer = client_of(server.url).call("DELETE", "/v1/x")

    assert (answer.status, answer.body) == (status, None)
    assert server.requests[0].endswith(b"\r\n\r\n")
    assert b"content-length" not in server.requests[0].lower().replace(b"content-length: 0", b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_page_of_a_proxy_instead_of_an_answer_leaves_every_write_unknown(method: str) -> None:
    failure = failure_of(answers(200, text="<html>gone</html>"), method)

    assert (failure.outcome, failure.http_status) == (Outcome.UNKNOWN, 200)


def test_empty_2xx_is_an_answer_without_a_body() -> None:
    with RawServer(sends(b"HTTP/1.1 204 No Content\r\n\r\n")) as server:
        assert client_of(server.url).call("POST", "/v1/x", body={}).body is None


def test_every_write_travels_on_a_connection_of_its_own_and_reads_share_one() -> None:
    with RawServer(answers(200, {})) as server:
        client = client_of(server.url)
        for _ in range(3):
            client.call("POST", "/v1/x", body={})
        writes = server.connections
        for _ in range(3):
            client.call("GET", "/v1/x")
        client.close()

    assert (writes, server.connections) == (3, 4)
    assert all(b"Connection: close" in request for request in server.requests[:3])


# --- Not sent ------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_refused_connection_is_not_sent(method: str) -> None:
    with pytest.raises(Unreachable) as caught:
        client_of(f"http://127.0.0.1:{free_port()}").call(method, "/v1/x")  # type: ignore[arg-type]

    assert (caught.value.outcome, caught.value.reason) == (Outcome.NOT_SENT, "refused")


def test_request_that_comes_to_its_first_byte_after_the_deadline_is_not_sent() -> None:
    with RawServer(answers(200, {})) as server, travelling(Journey(0.05)) as journey:
        time.sleep(0.1)  # as if the process had stood still
        with (
            open_session(trust_env=False, retry_connects=False) as session,
            pytest.raises(requests.RequestException),
        ):
            session.post(server.url, json={}, timeout=1)

    assert not journey.begun
    assert server.requests == []


def test_unknown_name_is_not_sent() -> None:
    with pytest.raises(Unreachable) as caught:
        client_of("https://no-such-host.invalid").call("POST", "/v1/x", body={})

    assert caught.value.reason == "dns"


def test_connection_that_does_not_come_about_in_time_is_not_sent() -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    fillers = [socket.socket() for _ in range(4)]
    for filler in fillers:  # a full backlog lets further connections wait for ever
        filler.setblocking(False)
        filler.connect_ex(listener.getsockname())
    time.sleep(0.1)
    try:
        with pytest.raises(Unreachable) as caught:
            client_of(f"http://127.0.0.1:{listener.getsockname()[1]}").call("POST", "/v1/x", body={})
    finally:
        for sock in (*fillers, listener):
            sock.close()

    assert caught.value.reason == "connect_timeout"


def test_failed_tls_handshake_is_not_sent() -> None:
    with RawServer(closes) as server, pytest.raises(Unreachable) as caught:
        client_of(server.url.replace("http:", "https:")).call("POST", "/v1/x", body={})

    assert caught.value.reason in ("tls", "connection", "connect_timeout")
    assert server.requests == []


def test_untrusted_certificate_is_not_sent(tls_context: ssl.SSLContext) -> None:
    with RawServer(answers(200, {}), tls_context) as server, pytest.raises(Unreachable) as caught:
        client_of(server.url).call("POST", "/v1/x", body={})

    assert caught.value.reason == "tls"
    assert server.requests == []


def test_read_is_tried_again_only_while_connecting() -> None:
    port = free_port()
    started = threading.Event()
    servers: list[RawServer] = []

    def start_late() -> None:
        time.sleep(0.1)
        server = RawServer(answers(200, {"late": True}))
        server._listener.close()
        server._listener = socket.create_server(("127.0.0.1", port))
        servers.append(server.__enter__())
        started.set()

    threading.Thread(target=start_late, daemon=True).start()
    answer = client_of(f"http://127.0.0.1:{port}").call("GET", "/v1/x")
    assert started.wait(2)
    servers[0].__exit__(None, None, None)

    assert answer.body == {"late": True}
    assert len(servers[0].requests) == 1


# --- Unknown -------------------------------------------------------------------------------------

LONG = b'{"a": "' + b"x" * 200 + b'"}'
LOST: list[tuple[str, Script]] = [
    ("reset", resets),
    ("reset", closes),
    ("reset", sends(b"HTTP/1.1 2")),
    ("reset", sends(b"this is not HTTP\r\n\r\n")),
    ("timeout", silence),
    ("truncated", cuts(OK_HEAD + b"Content-Length: 500\r\n\r\n" + LONG)),
    (
        "truncated",
        cuts(OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\nabc"),
    ),
    ("not_json", answers(200, text='{"brand_id": "B1"')),
    ("not_json", answers(200, text="<!doctype html><h1>It works</h1>")),
    ("not_json", sends(OK_HEAD + b'Content-Length: 4\r\n\r\n"\xff\xfe"')),
    ("not_json", answers(200, text="1" * 5000)),
    ("too_deep", answers(200, text="[" * 33 + "]" * 33)),
    ("too_deep", answers(200, text="[" * 100_000)),
    ("too_big", answers(200, text='"' + "x" * (5 * 1024 * 1024) + '"')),
    ("too_slow", drips(OK_HEAD + b"Content-Length: 212\r\n\r\n" + LONG, 0.05)),
    ("too_slow", drips(OK_HEAD + b"X-Padding: " + b"x" * 400, 0.05)),
    ("server_error", answers(500, {"type": "https://x#invalid-brand-data"})),
    ("server_error", answers(503, text="<h1>Unavailable</h1>")),
    ("redirect", answers(302, headers="Location: http://127.0.0.1:9/\r\n")),
    ("redirect", answers(308, headers="Location: https://elsewhere.invalid/\r\n")),
    ("unrecognised", answers(404, text="<h1>Not Found</h1>")),
    ("unrecognised", answers(409, {"type": "https://x#surprise"})),
    ("truncated", cuts(b"HTTP/1.1 403 F\r\nContent-Length: 90\r\n\r\n{")),
]


@pytest.mark.parametrize(("reason", "script"), LOST)
def test_answer_that_cannot_be_relied_on_is_unknown(reason: str, script: Script) -> None:
    error = failure_of(script)

    assert isinstance(error, AnswerLost)
    assert (error.outcome, error.reason) == (Outcome.UNKNOWN, reason)


def test_write_is_never_repeated_whatever_happens() -> None:
    with RawServer(resets) as server, pytest.raises(AnswerLost):
        client_of(server.url).call("POST", "/v1/x", body={})
    time.sleep(0.1)

    assert (server.connections, len(server.requests)) == (1, 1)


def test_read_is_not_repeated_once_it_was_sent() -> None:
    with RawServer(resets) as server, pytest.raises(AnswerLost):
        client_of(server.url).call("GET", "/v1/x")

    assert len(server.requests) == 1


def test_total_deadline_ends_a_slow_answer() -> None:
    def script(connection: socket.socket, request: bytes) -> None:
        connection.sendall(OK_HEAD + b"Content-Length: 212\r\n\r\n")
        drips(LONG, 0.2)(connection, request)

    started = time.monotonic()
    error = failure_of(script)

    assert (error.reason, error.http_status) == ("too_slow", 200)
    assert 1.5 < time.monotonic() - started < 4


def test_deadline_does_not_leave_a_thread_behind_a_quick_call() -> None:
    with RawServer(answers(200, {})) as server:
        client = client_of(server.url, Timeouts(total_read=60, total_write=60))
        before = threading.active_count()
        client.call("POST", "/v1/x", body={})
        time.sleep(0.05)
        assert threading.active_count() <= before + 1  # at most the server's own


# --- The same over TLS ---------------------------------------------------------------------------


@pytest.fixture
def trusting(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ApiClient]:
    """Clients that trust the test certificate, as a company's own bundle would make them."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return lambda url: ApiClient(url, KEY, SECRET, timeouts=QUICK, trust_env=True)


def test_encrypted_call_is_answered(
    tls_context: ssl.SSLContext, trusting: Callable[[str], ApiClient]
) -> None:
    with RawServer(answers(200, {"a": 1}), tls_context) as server:
        client = trusting(server.url)
        bodies = [
            client.call("POST", "/v1/x", body={}).body,
            *(client.call("GET", "/v1/x").body for _ in "ab"),
        ]
        client.close()

    assert bodies == [{"a": 1}] * 3
    assert server.connections == 2


@pytest.mark.parametrize(
    ("reason", "script"),
    [
        ("reset", closes),
        ("timeout", silence),
        ("truncated", cuts(OK_HEAD + b"Content-Length: 500\r\n\r\n" + LONG)),
        ("too_slow", drips(OK_HEAD + b"X-Padding: " + b"x" * 400, 0.05)),
        ("too_slow", drips(OK_HEAD + b"\r\n" + LONG, 0.05)),
    ],
)
def test_answer_lost_behind_tls_is_unknown(
    reason: str, script: Script, tls_context: ssl.SSLContext, trusting: Callable[[str], ApiClient]
) -> None:
    with RawServer(script, tls_context) as server, pytest.raises(AnswerLost) as caught:
        trusting(server.url).call("POST", "/v1/x", body={})

    assert caught.value.reason == reason
    assert len(server.requests) == 1


def test_handshake_that_never_ends_is_not_sent(trusting: Callable[[str], ApiClient]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(Unreachable):
        trusting(f"https://127.0.0.1:{listener.getsockname()[1]}").call("POST", "/v1/x", body={})


# --- Held, throttled, tolerant reading -----------------------------------------------------------


def test_status_line_alone_says_unauthorized_or_throttled() -> None:
    cut = b"HTTP/1.1 %d X\r\nContent-Length: 90\r\nRetry-After: 7\r\n\r\n{"
    refused = failure_of(cuts(cut % 401))
    throttled = failure_of(cuts(cut % 429))

    assert isinstance(refused, Unauthorized)
    assert isinstance(throttled, Throttled)
    assert throttled.retry_after == 7


def test_unstorable_values_are_made_harmless() -> None:
    text = '{"a": "x\\u0000y", "b": NaN, "c": -Infinity, "d": 1e999, "e": "\\ud800", "f": 1.5, "k\\u0000": 1}'
    with RawServer(answers(200, text=text)) as server:
        body = client_of(server.url).call("GET", "/v1/x").body

    assert body == {"a": "x\ufffdy", "b": None, "c": None, "d": None, "e": "\ufffd", "f": 1.5, "k\ufffd": 1}


def test_answer_of_32_levels_is_read() -> None:
    with RawServer(answers(200, text="[" * 32 + "]" * 32)) as server:
        assert client_of(server.url).call("GET", "/v1/x").body != []


def test_byte_order_mark_chunks_and_compression_are_read() -> None:
    plain = b'\xef\xbb\xbf{"a": 1}'
    packed = gzip.compress(plain)
    chunked = b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n%s\r\n0\r\n\r\n" % (len(plain), plain)
    zipped = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(packed), packed)
    for rest in (chunked, zipped):
        with RawServer(sends(OK_HEAD + rest)) as server:
            assert client_of(server.url).call("GET", "/v1/x").body == {"a": 1}


def test_compressed_answer_cannot_grow_past_the_limit() -> None:
    packed = gzip.compress(b'"' + b"x" * 50_000_000 + b'"')
    error = failure_of(
        sends(OK_HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed)
    )

    assert error.reason == "too_big"


def test_cookies_are_not_kept() -> None:
    with RawServer(answers(200, {}, headers="Set-Cookie: session=abc\r\n")) as server:
        client = client_of(server.url)
        client.call("GET", "/v1/x")
        client.call("GET", "/v1/x")

    assert b"cookie" not in server.requests[1].lower()
