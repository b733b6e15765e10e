"""Looking at a page somebody typed the address of, without letting them turn us against our own network.

Nothing here takes a name and connects to it: a name is resolved once, every address it has must be public, and
the connection goes to the very address that was checked, with the name in SNI and Host. A redirect begins anew.
The exchange is made by hand on that socket, so there is no proxy, cookie, credential or retry to switch off.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NoReturn
from urllib.parse import urljoin

import certifi
from django.utils import timezone

from portal.reach.addresses import is_public
from portal.reach.enums import Outcome
from portal.reach.network import INTERNET, Network, NoAnswer
from portal.reach.syntax import MAX_URL, Target, read_url
from portal.vonage.transport import Journey

SECONDS: Final = 5.0
MAX_BYTES: Final = 256 * 1024
ENOUGH: Final = 16 * 1024
HOPS: Final = 3
ADDRESSES_TRIED: Final = 3
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
HEADERS: Final = {
    "User-Agent": "RegistrationPortal-PageCheck/1.0",
    "Accept": "text/html, text/*;q=0.9, */*;q=0.1",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
TEXTS: Final = ("text/", "application/xhtml")


@dataclass(frozen=True)
class ReachResult:
    """What a look at a page found; nothing of the page itself is kept."""

    outcome: Outcome
    url: str
    final_url: str
    http_code: int | None = None
    certificate_problem: str = ""
    checked_at: datetime = field(default_factory=timezone.now)


class _Found(Exception):
    """The look is over; says with what."""

    def __init__(self, outcome: Outcome, *, code: int | None = None, certificate: str = "") -> None:
        super().__init__(outcome)
        self.outcome, self.code, self.certificate = outcome, code, certificate


def check_url(url: str, network: Network = INTERNET) -> ReachResult:
    """Look at a page: at most five seconds, 256 kB, and three redirects. Never raises for what it finds."""
    look = _Look(network, time.monotonic() + SECONDS, url.strip()[:MAX_URL])
    try:
        with Journey(SECONDS) as journey:
            look.walk(url, journey)
    except _Found as found:
        return ReachResult(found.outcome, url, look.at, found.code, found.certificate)


@dataclass
class _Look:
    network: Network
    deadline: float
    at: str

    @property
    def left(self) -> float:
        return max(self.deadline - time.monotonic(), 0.0)

    def walk(self, url: str, journey: Journey) -> NoReturn:
        """Follow redirects, each checked like the first address, until something is found."""
        target = _target(url, Outcome.BAD_ADDRESS)
        for _hop in range(HOPS + 1):
            self.at = target.url
            try:
                onward = self._visit(target, journey)
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise self._failure(error, journey) from error
            target = _target(onward[: MAX_URL + 1], Outcome.BAD_REDIRECT, base=target.url)
        raise _Found(Outcome.LOST)

    def _visit(self, target: Target, journey: Journey) -> str:
        """Ask one page. Answers where it sends us; raises _Found for a page that sends us nowhere."""
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.response_class = _Bounded
        connection.sock = self._open(target, journey)
        with closing(connection):
            connection.putrequest("GET", target.path, skip_host=True, skip_accept_encoding=True)
            for name, value in {"Host": target.netloc, **HEADERS}.items():
                connection.putheader(name, value)
            connection.endheaders()
            with closing(connection.getresponse()) as answer:
                onward = answer.getheader("Location") if answer.status in REDIRECTS else None
                if onward is None:
                    raise _Found(_judge(answer), code=answer.status)
                return onward

    def _open(self, target: Target, journey: Journey) -> socket.socket:
        """A connection to an address that was just checked, within TLS if the scheme says so."""
        failure: OSError | None = None
        for address in self._addresses(target)[:ADDRESSES_TRIED]:
            try:
                sock = self.network.connect(address, target.port, self.left)
            except OSError as error:
                failure = error
                continue
            journey.hold(sock)
            sock.settimeout(max(self.left, 0.01))
            return self._wrapped(sock, target) if target.scheme == "https" else sock
        raise failure or OSError("no address")

    def _addresses(self, target: Target) -> list[str]:
        """The addresses of a name, IPv4 first; one that is not public condemns them all."""
        try:
            found = list(self.network.resolve(target.host, target.port, self.left))
        except NoAnswer as error:
            raise _Found(Outcome.TOO_SLOW) from error
        except OSError as error:
            raise _Found(Outcome.NO_SUCH_HOST) from error
        if not found:
            raise _Found(Outcome.NO_SUCH_HOST)
        if not all(is_public(address) for address in found):
            raise _Found(Outcome.NOT_PUBLIC)
        return sorted(found, key=lambda address: ":" in address)

    def _wrapped(self, sock: socket.socket, target: Target) -> socket.socket:
        context = ssl.create_default_context(cafile=self.network.authorities or certifi.where())
        try:
            return context.wrap_socket(sock, server_hostname=target.host)
        except BaseException:
            sock.close()
            raise

    def _failure(self, error: Exception, journey: Journey) -> _Found:
        """An error of the connection in our words; past the deadline every error is lateness."""
        if journey.expired or isinstance(error, TimeoutError) or self.left == 0.0:
            return _Found(Outcome.TOO_SLOW)
        if isinstance(error, ssl.SSLCertVerificationError):
            return _Found(Outcome.BAD_CERTIFICATE, certificate=error.verify_message[:200])
        is_cut = isinstance(error, ConnectionError)  # also the BadStatusLine of a server that said nothing
        is_garbled = isinstance(error, http.client.HTTPException | ValueError) and not is_cut
        return _Found(Outcome.GARBLED if is_garbled else Outcome.UNREACHABLE)


def _target(url: str, otherwise: Outcome, base: str = "") -> Target:
    try:
        return read_url(urljoin(base, url))
    except ValueError as error:  # BadUrl, or what cannot even be put together
        raise _Found(otherwise) from error


def _judge(answer: http.client.HTTPResponse) -> Outcome:
    """What a visitor would see; of the page only its beginning is read, and forgotten."""
    if answer.status in (404, 410):
        return Outcome.MISSING
    if answer.status >= 500:
        return Outcome.BROKEN
    if answer.status >= 400:
        return Outcome.CLOSED
    if not 200 <= answer.status < 300:
        return Outcome.GARBLED
    beginning = answer.read(ENOUGH)
    if not beginning.strip():
        return Outcome.EMPTY
    kind = (answer.getheader("Content-Type") or "").strip().lower()
    is_text = kind.startswith(TEXTS) if kind else b"\0" not in beginning
    return Outcome.PAGE if is_text else Outcome.NOT_A_PAGE


class _Counted(io.RawIOBase):
    """A connection that breaks off after so many bytes, status line and headers included."""

    def __init__(self, raw: Any) -> None:
        self._raw, self._left = raw, MAX_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._left <= 0:
            raise http.client.HTTPException("more than we read")
        read = self._raw.readinto(memoryview(buffer)[: self._left]) or 0
        self._left -= read
        return int(read)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Bounded(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_Counted(sock.makefile("rb", buffering=0)))
