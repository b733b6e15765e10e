"""One call to Vonage: JSON in, JSON out, and an error class for everything else.

Writes travel on a connection of their own and are never repeated here; whether one may be sent again is
for the outbox to decide, from the error's `outcome`.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, urlencode

import requests
from requests.auth import HTTPBasicAuth
from urllib3.exceptions import HTTPError, NameResolutionError, SSLError

from portal.vonage.hosts import (
    Family,
    Origin,
    address_of,
    origin_of,
    require_private,
    require_same_origin,
)
from portal.vonage.problems import (
    AnswerLost,
    MissingSecret,
    Unreachable,
    UnusableId,
    VonageError,
    error_for,
)
from portal.vonage.reading import Unreadable, parse_json, read_body
from portal.vonage.redaction import token
from portal.vonage.transport import Journey, open_session, travelling

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
USER_AGENT = "registration-portal"
logger = logging.getLogger("portal.vonage")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. `read` and `write` are the longest silence, the totals the longest call, however slow."""

    connect: float = 5.0
    read: float = 15.0
    write: float = 60.0
    total_read: float = 30.0
    total_write: float = 75.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """A key and its secret. Neither appears in a repr, a log line or an error."""

    key: str = field(repr=False)
    secret: str = field(repr=False)

    def __str__(self) -> str:
        return repr(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer: its status and its JSON (None for an empty body)."""

    status: int
    body: Any = field(repr=False)


class ApiClient:
    """Talks to one origin with one key. Safe to keep for a series of calls of one thread.

    `entered_for` is the host the key was entered for: with another base URL nothing is ever sent.
    Raises WrongHost at once for an address that must not receive a secret: plain http is for this machine
    only, or, with `plain_allowed`, for a simulator in a container of its own.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        api_secret: str,
        *,
        timeouts: Timeouts | None = None,
        trust_env: bool = False,
        entered_for: str | None = None,
        plain_allowed: bool = False,
    ) -> None:
        self.origin: Origin = origin_of(base_url)
        if not plain_allowed:
            require_private(self.origin)
        if entered_for is not None:
            require_same_origin(entered_for, self.origin)
        self.base_url = base_url.rstrip("/")
        self.timeouts = timeouts or Timeouts()
        self._trust_env = trust_env
        self._plain_allowed = plain_allowed
        self._credentials = Credentials(api_key, api_secret)
        self._reads: requests.Session | None = None
        self._siblings: dict[str, ApiClient] = {}

    def __repr__(self) -> str:
        return f"<ApiClient {self.origin}>"

    def close(self) -> None:
        """Let go of the connections kept for reads, those of siblings too."""
        for sibling in self._siblings.values():
            sibling.close()
        if self._reads is not None:
            self._reads.close()
            self._reads = None

    def at(self, family: Family) -> ApiClient:
        """The same key at the host that serves this family; closed together with this client.

        Raises WrongHost where no such host is known. Loopback and `plain_allowed` mean a stand-in.
        """
        stand_in = self._plain_allowed or self.origin.is_loopback
        address = address_of(family, self.base_url, stand_in=stand_in)
        if address == self.base_url:
            return self
        if address not in self._siblings:
            self._siblings[address] = ApiClient(
                address,
                self._credentials.key,
                self._credentials.secret,
                timeouts=self.timeouts,
                trust_env=self._trust_env,
            )
        return self._siblings[address]

    def call(
        self,
        method: Method,
        template: str,
        *,
        ids: Mapping[str, str] | None = None,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Answer:
        """Make one call; `template` is a path such as `/v1/10dlc/brands/{brand_id}` filled from `ids`.

        A 2xx is an Answer if its body is JSON or empty; a page that some proxy put in its place proves nothing.
        Everything else raises a VonageError, whose `outcome` says whether anything may have been done.
        """
        url = self._address(template, ids or {}, query or {})
        request = self._request(method, url, body)
        started = time.monotonic()
        result = self._perform(request)
        _log(method, template, result, time.monotonic() - started)
        if isinstance(result, VonageError):
            raise result
        return result

    def _address(self, template: str, ids: Mapping[str, str], query: Mapping[str, object]) -> str:
        escaped = {name: _path_segment(value) for name, value in ids.items()}
        url = self.base_url + template.format_map(escaped)
        if query:
            url = f"{url}?{urlencode(query)}"
        require_same_origin(url, self.origin)
        return url

    def _request(self, method: Method, url: str, body: Mapping[str, object] | None) -> requests.Request:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": USER_AGENT}
        data = None
        if body is not None:
            data = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
            headers["Content-Type"] = "application/json"
        if method != "GET":
            headers["Connection"] = "close"
        return requests.Request(method, url, headers=headers, data=data)

    def _perform(self, request: requests.Request) -> Answer | VonageError:
        if not self._credentials.secret:
            return MissingSecret()
        is_read = request.method == "GET"
        total = self.timeouts.total_read if is_read else self.timeouts.total_write
        with travelling(Journey(total)) as journey:
            session = self._session(is_read=is_read)
            try:
                return self._exchange(session, request, journey)
            except (requests.RequestException, HTTPError, OSError) as failure:
                return _failure(failure, journey)
            finally:
                if not is_read:
                    session.close()

    def _exchange(
        self, session: requests.Session, request: requests.Request, journey: Journey
    ) -> Answer | VonageError:
        silence = self.timeouts.read if request.method == "GET" else self.timeouts.write
        # The header is made here and handed over as `auth`, or a .netrc of the machine would replace it.
        request.auth = HTTPBasicAuth(self._credentials.key.encode(), self._credentials.secret.encode())
        prepared = session.prepare_request(request)
        require_same_origin(prepared.url or "", self.origin)
        settings = session.merge_environment_settings(prepared.url, {}, True, None, None)
        response = session.send(
            prepared, timeout=(self.timeouts.connect, silence), allow_redirects=False, **settings
        )
        try:
            return _understand(response, journey)
        except Unreadable as failure:
            return AnswerLost(http_status=response.status_code, reason=failure.reason)
        finally:
            response.close()

    def _session(self, *, is_read: bool) -> requests.Session:
        if not is_read:
            return open_session(trust_env=self._trust_env, retry_connects=False)
        if self._reads is None:
            self._reads = open_session(trust_env=self._trust_env, retry_connects=True)
        return self._reads


def _path_segment(value: str) -> str:
    if not value or value in (".", "..") or len(value) > 200:
        raise UnusableId()
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:
        raise UnusableId() from None


def _understand(response: requests.Response, journey: Journey) -> Answer | VonageError:
    status = response.status_code
    if 200 <= status < 300:
        content = read_body(response, journey)
        return Answer(status, parse_json(content) if content.strip() else None)
    return error_for(status, response.headers, _problem_body(response, journey))


def _problem_body(response: requests.Response, journey: Journey) -> Any:
    """The body of a refusal, if it can be read; for 401 and 429 the status line says enough."""
    try:
        return parse_json(read_body(response, journey))
    except Unreadable as failure:
        if failure.reason == "not_json" or response.status_code in (401, 429):
            return None
        raise


def _failure(failure: Exception, journey: Journey) -> VonageError:
    """What a broken exchange amounts to: only before the first byte is it certain that nothing was done."""
    if not journey.begun:
        return Unreachable(reason=_unreachable_reason(failure))
    if journey.expired:
        return AnswerLost(reason="too_slow")
    return AnswerLost(reason="timeout" if isinstance(failure, requests.Timeout) else "reset")


def _unreachable_reason(failure: BaseException) -> str:
    for cause in _causes(failure):
        if isinstance(cause, NameResolutionError):
            return "dns"
        if isinstance(cause, SSLError):
            return "tls"
        if isinstance(cause, ConnectionRefusedError):
            return "refused"
        if isinstance(cause, TimeoutError):
            return "connect_timeout"
    return "connection"


def _causes(failure: BaseException) -> list[BaseException]:
    """The failure and what it was made from: causes, and the reasons that urllib3 wraps in arguments."""
    found: list[BaseException] = []
    waiting: list[object] = [failure]
    while waiting and len(found) < 20:
        item = waiting.pop(0)
        if isinstance(item, BaseException) and item not in found:
            found.append(item)
            waiting += [item.__cause__, item.__context__, getattr(item, "reason", None), *item.args]
    return found


def _log(method: str, template: str, result: Answer | VonageError, seconds: float) -> None:
    instance = getattr(result, "instance", "")
    what = result.status if isinstance(result, Answer) else result.code
    status = result.status if isinstance(result, Answer) else (result.http_status or "-")
    logger.info(
        "%s %s status=%s result=%s ms=%d instance=%s",
        method,
        template,
        status,
        what,
        seconds * 1000,
        token(instance) or "-",
    )
