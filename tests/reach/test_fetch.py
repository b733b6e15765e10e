"""What a look at a page finds, over real sockets to a website behind made-up public addresses."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import time
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.reach import fetch
from portal.reach.addresses import is_public
from portal.reach.enums import Outcome
from portal.reach.fetch import check_url
from portal.reach.network import NoAnswer, resolve
from tests.reach.web import PAGE, PUBLIC, Website, redirect

URL = "http://good.org/"


def head(line: str = "200 OK", kind: str = "text/html", body: bytes = b"") -> bytes:
    return f"HTTP/1.1 {line}\r\nContent-Type: {kind}\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [
        (PAGE, Outcome.PAGE, 200),
        (head(kind="text/plain", body=b"Terms"), Outcome.PAGE, 200),
        (head(kind="application/xhtml+xml", body=b"<p/>"), Outcome.PAGE, 200),
        (b"HTTP/1.0 200\r\n\r\nTerms", Outcome.PAGE, 200),
        (b"HTTP/1.1 200 OK\r\n\r\n\0\1\2", Outcome.NOT_A_PAGE, 200),
        (head(kind="application/pdf", body=b"%PDF"), Outcome.NOT_A_PAGE, 200),
        (head(), Outcome.EMPTY, 200),
        (head(body=b" \r\n "), Outcome.EMPTY, 200),
        (head("204 No Content"), Outcome.EMPTY, 204),
        (head("404 Not Found", body=b"gone"), Outcome.MISSING, 404),
        (head("410 Gone"), Outcome.MISSING, 410),
        (head("401 Unauthorized"), Outcome.CLOSED, 401),
        (head("403 Forbidden"), Outcome.CLOSED, 403),
        (head("429 Too Many Requests"), Outcome.CLOSED, 429),
        (head("500 Oops"), Outcome.BROKEN, 500),
        (head("503 Later"), Outcome.BROKEN, 503),
        (head("304 Not Modified"), Outcome.GARBLED, 304),
        (head("302 Found"), Outcome.GARBLED, 302),
        (b"SSH-2.0-OpenSSH_9.6\r\n", Outcome.GARBLED, None),
        (b"HTTP/1.1 abc\r\n\r\n", Outcome.GARBLED, None),
        (b"+PONG\r\n", Outcome.GARBLED, None),
        (b"", Outcome.UNREACHABLE, None),
        (b"HTTP/1.1 200 OK\r\nA: " + b"a" * 70_000 + b"\r\n\r\n", Outcome.GARBLED, None),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n", Outcome.GARBLED, None),
    ],
)
def test_answer_is_named(website: Website, answer: bytes, outcome: Outcome, code: int | None) -> None:
    website.answers["/"] = answer

    found = check_url(URL, website.network())

    assert (found.outcome, found.http_code, found.final_url) == (outcome, code, URL)


def test_request_names_the_site_and_carries_nothing_of_ours(website: Website) -> None:
    check_url("http://Good.org/a b/ü?x=ä&y=%20#part".replace(" ", "%20"), website.network())

    (asked,) = website.asked
    lines = asked.decode().split("\r\n")
    assert lines[0] == "GET /a%20b/%C3%BC?x=%C3%A4&y=%20 HTTP/1.1"
    assert {line.partition(":")[0] for line in lines[1:] if line} == {
        "Host",
        "User-Agent",
        "Accept",
        "Accept-Encoding",
        "Connection",
    }
    assert "Host: good.org" in lines
    assert website.resolved == ["good.org"]


def test_name_in_another_script_is_asked_for_in_ascii(website: Website) -> None:
    assert check_url("http://bücher.example/", website.network()).outcome == Outcome.PAGE
    assert website.resolved == ["xn--bcher-kva.example"]


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirect_is_followed_and_named(website: Website, code: int) -> None:
    website.answers["/"] = redirect("/privacy?x=1", code)

    found = check_url(URL, website.network())

    assert (found.outcome, found.final_url) == (Outcome.PAGE, "http://good.org/privacy?x=1")


def test_redirects_are_followed_three_times_and_checked_each_time(website: Website) -> None:
    for number in range(9):
        website.answers[f"/{number}"] = redirect(f"http://site{number}.org/{number + 1}")
    website.answers["/3"] = PAGE
    assert check_url("http://good.org/0", website.network()).outcome == Outcome.PAGE
    assert website.resolved == ["good.org", "site0.org", "site1.org", "site2.org"]

    website.answers["/3"] = redirect("/4")
    assert check_url("http://good.org/0", website.network()).outcome == Outcome.LOST
    assert len(website.asked) == 8


@pytest.mark.parametrize(
    "location",
    [
        "http://u:p@good.org/",
        "http://good.org:8080/",
        "http://[",
        "/" + "a" * 700,
        "mailto:a@b.org",
        "http://a\x01b.org/",
    ],
)
def test_redirect_to_what_is_no_address_is_named(website: Website, location: str) -> None:
    website.answers["/"] = redirect(location)

    found = check_url(URL, website.network())
    assert (found.outcome, found.final_url) == (Outcome.BAD_REDIRECT, URL)


def test_next_address_is_tried_when_one_does_not_answer(website: Website) -> None:
    website.names["good.org"] = ["2606:4700::1", "1.1.1.1", PUBLIC]

    def connect(address: str, port: int, seconds: float) -> socket.socket:
        if address == "1.1.1.1":
            website.connected.append(address)
            raise ConnectionRefusedError
        return website.connect(address, port, seconds)

    assert check_url(URL, website.network(connect=connect)).outcome == Outcome.PAGE
    assert website.connected == ["1.1.1.1", PUBLIC]


def test_no_connection_and_no_name_are_named(website: Website) -> None:
    def refuse(*_: object) -> socket.socket:
        raise ConnectionRefusedError

    def unknown(*_: object) -> list[str]:
        raise socket.gaierror(-2, "unknown")

    assert check_url(URL, website.network(connect=refuse)).outcome == Outcome.UNREACHABLE
    assert check_url(URL, website.network(resolve=unknown)).outcome == Outcome.NO_SUCH_HOST
    assert check_url(URL, website.network(resolve=lambda *_: [])).outcome == Outcome.NO_SUCH_HOST


def ask_in_vain(*_args: object, **_more: object) -> list[object]:
    time.sleep(1)
    return []


def test_resolver_that_does_not_answer_is_left_behind(
    monkeypatch: pytest.MonkeyPatch, website: Website
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", ask_in_vain)
    monkeypatch.setattr(fetch, "SECONDS", 0.3)

    with pytest.raises(NoAnswer):
        resolve("good.org", 80, 0.05)
    begun = time.monotonic()
    assert check_url(URL, website.network(resolve=resolve)).outcome == Outcome.TOO_SLOW
    assert time.monotonic() - begun < 0.9


def test_resolver_lists_every_address_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(0, 0, 0, "", (address, 80)) for address in ("1.1.1.1", "::1", "1.1.1.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: rows)

    assert resolve("good.org", 80, 1) == ["1.1.1.1", "::1"]


# --- Huge and slow -------------------------------------------------------------------------------


class Flood:
    """Sends the same bytes for as long as somebody takes them, and counts."""

    def __init__(self, begin: bytes, again: bytes, pause: float = 0.0) -> None:
        self.begin, self.again, self.pause, self.sent = begin, again, pause, 0

    def __call__(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
        end = time.monotonic() + 10
        with suppress(OSError):
            sock.sendall(self.begin)
            while time.monotonic() < end:
                sock.sendall(self.again)
                self.sent += len(self.again)
                time.sleep(self.pause)


@pytest.mark.parametrize(
    ("flood", "outcome"),
    [
        (Flood(head(), b"<p>more</p>" * 1000), Outcome.PAGE),
        (Flood(head(), b" " * 10_000), Outcome.EMPTY),
        (
            Flood(head().replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n"), b"\x1f\x8b" * 5000),
            Outcome.PAGE,
        ),
        (Flood(b"HTTP/1.1 200 OK\r\n", b"A: " + b"a" * 60_000 + b"\r\n"), Outcome.GARBLED),
        (Flood(b"", b"HTTP/1.1 100 Continue\r\nA: b\r\n\r\n" * 100), Outcome.GARBLED),
        (Flood(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100), Outcome.GARBLED),
        (Flood(b"HTTP/1.1 200 ", b"OK" * 5000), Outcome.GARBLED),
        (Flood(b"", b"\r\n" * 5000), Outcome.GARBLED),
    ],
)
def test_huge_answer_is_cut_off(website: Website, flood: Flood, outcome: Outcome) -> None:
    website.answers["/"] = flood

    begun = time.monotonic()
    assert check_url(URL, website.network()).outcome == outcome
    assert time.monotonic() - begun < fetch.SECONDS / 2
    # What the two sides' socket buffers hold comes on top of the 256 kB.
    assert flood.sent < 10 * 1024 * 1024


@pytest.mark.parametrize(
    ("begin", "again"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nA: ", b"a"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b" "),
        (b"HTTP/1.1 ", b"2"),
    ],
)
def test_slow_answer_is_cut_off_at_the_deadline_however_it_drips(
    website: Website, monkeypatch: pytest.MonkeyPatch, begin: bytes, again: bytes
) -> None:
    monkeypatch.setattr(fetch, "SECONDS", 0.5)
    website.answers["/"] = Flood(begin, again, pause=0.05)

    begun = time.monotonic()
    found = check_url(URL, website.network())

    assert found.outcome in (Outcome.TOO_SLOW, Outcome.EMPTY)
    assert 0.4 < time.monotonic() - begun < 1.5


def test_deadline_holds_for_the_whole_way_and_not_for_each_step(
    website: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "SECONDS", 0.6)

    def late(sock: socket.socket) -> None:
        time.sleep(0.4)
        sock.sendall(redirect("/"))

    website.answers["/"] = late
    assert check_url(URL, website.network()).outcome == Outcome.TOO_SLOW
    assert len(website.asked) == 2


# --- Certificates --------------------------------------------------------------------------------


def certified(website: Website, folder: Path, name: str = "good.org", days: int = 1) -> str:
    """Let the website speak TLS with a certificate for a name; returns the file of its authority."""
    key, subject = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")]),
    )
    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - dt.timedelta(days=30))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "site.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    website.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    website.tls.load_cert_chain(file)
    return str(file)


def test_https_asks_for_the_name_although_it_connects_to_an_address(website: Website, tmp_path: Path) -> None:
    file = certified(website, tmp_path)
    names: list[str | None] = []
    assert website.tls is not None
    website.tls.sni_callback = lambda _sock, name, _context: names.append(name)

    found = check_url("https://good.org/", website.network(authorities=file))

    assert (found.outcome, found.final_url, names) == (Outcome.PAGE, "https://good.org/", ["good.org"])
    assert website.connected == [PUBLIC]


@pytest.mark.parametrize(
    ("name", "days", "trusted", "problem"),
    [
        ("other.org", 1, True, "mismatch"),
        ("good.org", -1, True, "expired"),
        ("good.org", 1, False, "self-signed"),
    ],
)
def test_certificate_browsers_warn_of_is_named(
    website: Website, tmp_path: Path, name: str, days: int, trusted: bool, problem: str
) -> None:
    file = certified(website, tmp_path, name, days)

    found = check_url("https://good.org/", website.network(authorities=file if trusted else ""))

    assert found.outcome == Outcome.BAD_CERTIFICATE
    assert problem in found.certificate_problem.lower()
    assert website.asked == []


def test_server_without_tls_is_no_page_over_https(website: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "SECONDS", 0.5)

    assert check_url("https://good.org/", website.network()).outcome == Outcome.TOO_SLOW
    assert website.asked == []


# --- Addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "93.184.215.14",
        "100.63.255.255",
        "172.32.0.1",
        "192.1.0.1",
        "223.255.255.254",
        "2606:4700:4700::1111",
        "2a00:1450:4001::1",
        "2001:4860:4860::8888",
        "2400:cb00::1",
        "64:ff9b::808:808",
    ],
)
def test_public_addresses_may_be_called(address: str) -> None:
    assert is_public(address)
    assert is_public(ip_address(address).exploded)
