"""Faults waiting for their requests, and what each does to an answer."""

from __future__ import annotations

import itertools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from werkzeug.wrappers import Response

from simulator import problems
from simulator.call import Answer

STAND_IN = Answer(200, {"status": "ok"})
IDS = ("id", "brand_id", "campaign_id", "vetting_id", "number", "tcr_campaign_id")


class Dropped(ConnectionError):
    """End the connection without a (further) byte; the server's request handler knows how."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__("reset" if reset else "close")
        self.reset = reset


class BadFault(ValueError):
    """A fault that cannot be set, with the sentence to answer."""


@dataclass
class Fault:
    """Meets the requests that fit after `skip` of them, `count` times."""

    id: int
    kind: str
    method: str = ""
    path_regex: str = ""
    operation: str = ""
    count: int = 1
    skip: int = 0
    when: Literal["before", "after"] = "before"
    params: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    used: int = 0

    def fits(self, method: str, path: str, operation: str) -> bool:
        return (
            self.method.upper() in ("", method)
            and self.operation in ("", operation)
            and re.search(self.path_regex, path) is not None
        )


class Faults:
    """The caller holds the store's lock, except to `wait`."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._waiting: list[Fault] = []
        self._released = threading.Event()

    def add(self, values: dict[str, Any]) -> Fault:
        known = set(Fault.__dataclass_fields__) - {"id", "seen", "used"}
        if unknown := sorted(values.keys() - known):
            raise BadFault(f"Unknown: {', '.join(unknown)}.")
        if values.get("kind") not in KINDS:
            raise BadFault(f"kind must be one of {', '.join(sorted(KINDS))}.")
        if values.get("when", "before") not in ("before", "after"):
            raise BadFault("when must be before or after.")
        if not all(isinstance(values.get(name, 0), int) for name in ("count", "skip")):
            raise BadFault("count and skip must be whole numbers.")
        try:
            re.compile(values.get("path_regex", ""))
        except (re.error, TypeError) as problem:
            raise BadFault(f"path_regex: {problem}.") from problem
        fault = Fault(next(self._ids), **values)
        self._waiting.append(fault)
        return fault

    def take(self, method: str, path: str, operation: str) -> Fault | None:
        """The first fault due for this request; those before it in the list count it as seen."""
        for fault in self._waiting:
            if not fault.fits(method, path, operation):
                continue
            fault.seen += 1
            if fault.seen <= fault.skip:
                continue
            fault.used += 1
            if fault.used >= fault.count:
                self._waiting.remove(fault)
            return fault
        return None

    def listed(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._waiting]

    def clear(self) -> None:
        """Forget every fault and let go of the requests that hang."""
        self._waiting.clear()
        released, self._released = self._released, threading.Event()
        released.set()

    def wait(self, fault: Fault) -> None:
        self._released.wait(float(fault.params.get("seconds", 60)))


def respond(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status=answer.status)
    return Response(json.dumps(answer.body), answer.status, content_type="application/json")


def spoil(fault: Fault, answer: Answer | None, operation: str) -> Response:
    """What leaves instead of `answer`, which is None when the work was not done."""
    return KINDS[fault.kind](fault.params, answer or STAND_IN, operation)


def _reset(params: dict[str, Any], answer: Answer, operation: str) -> Response:
    raise Dropped(reset=True)


def _close(params: dict[str, Any], answer: Answer, operation: str) -> Response:
    raise Dropped(reset=False)


def _hang(params: dict[str, Any], answer: Answer, operation: str) -> Response:
    """The waiting is over by now; this is what follows."""
    return respond(answer)


def _slow(params: dict[str, Any], answer: Answer, operation: str) -> Response:
    whole = respond(answer)
    response = Response(
        _drip(whole.get_data(), float(params.get("bytes_per_second", 10))), headers=whole.headers
    )
    response.status_code = answer.status
    return response


def _drip(data: bytes, rate: float) -> Iterator[bytes]:
    for byte in data:
        time.sleep(1 / rate)
        yield bytes([byte])


def _status(params: dict[str, Any], answer: Answer, operation: str) -> Response:
    """Any code; the problem document is the usual one of that code unless `body` says otherwise."""
    code = int(params.get("code", 500))
    body = params.get("body", True)
    if body is True:
        body = _usual(code, params)
    response = respond(Answer(code, body if body is not False else None))
    response.headers.extend(params.get("headers", {}))
    return response


def _usual(code: int, params: dict[str, Any]) -> dict[str, Any]:
    usual: dict[int, Callable[[], problems.Problem]] = {
        401: problems.unauthorized,
        403: problems.forbidden,
        404: lambda: problems.not_found("ABC123"),
        429: lambda: problems.throttled(params.get("retry_after")),
    }
    if code in usual:
        return usual[code]().document()
    kind = f"{problems.GENERAL}{params.get('type', 'internal-error')}"
    return problems.Problem(code, kind, "Injected fault", "The simulator was told to answer so.").document()


def _html(params: dict[str, Any], answer: Answer, operation: str) -> Response:
    page = "<!doctype html><title>Bad gateway</title><h1>Something between us is broken</h1>"
    return Response(page, int(params.get("code", 200)), content_type="text/html; charset=utf-8")


def _truncated(params: dict[str, Any], answer: Answer, operation: str) -> Response:
    whole = respond(answer)
    data = whole.get_data()
    response = Response(data[: int(params.get("bytes", len(data) // 2))], headers=whole.headers)
    response.status_code = answer.status
    response.headers["Content-Length"] = str(max(len(data), 1))
    return response


def _invalid_json(params: dict[str, Any], answer: Answer, operation: str) -> Response:
    data = json.dumps(answer.body)
    return Response(data[:-1] + ',"', answer.status, content_type="application/json")


def _body(params: dict[str, Any], answer: Answer, operation: str) -> Response:
    """Any text at all, `repeat` times: deep nesting, megabytes, other types."""
    text = str(params.get("text", "")) * int(params.get("repeat", 1))
    return Response(
        text,
        int(params.get("code", answer.status)),
        content_type=str(params.get("content_type", "application/json")),
    )


def _redirect(params: dict[str, Any], answer: Answer, operation: str) -> Response:
    location = str(params.get("location", "https://elsewhere.invalid/v1/10dlc/brands"))
    return Response(status=int(params.get("code", 302)), headers={"Location": location})


def _conflict(params: dict[str, Any], answer: Answer, operation: str) -> Response:
    vetting = operation in ("order_vetting", "import_vetting")
    problem = problems.vetting_conflict() if vetting else problems.brand_conflict()
    return respond(Answer(problem.status, problem.document()))


def _wrong_id(params: dict[str, Any], answer: Answer, operation: str) -> Response:
    return _alter({"drop": IDS}, answer, operation)


def _alter(params: dict[str, Any], answer: Answer, operation: str) -> Response:
    """Set or drop keys at the top of the real body."""
    body = answer.body
    if isinstance(body, dict):
        kept = {name: value for name, value in body.items() if name not in params.get("drop", ())}
        body = kept | params.get("set", {})
    return respond(Answer(int(params.get("code", answer.status)), body))


KINDS: dict[str, Callable[[dict[str, Any], Answer, str], Response]] = {
    "reset": _reset,
    "close": _close,
    "hang": _hang,
    "slow": _slow,
    "status": _status,
    "html": _html,
    "truncated": _truncated,
    "invalid_json": _invalid_json,
    "body": _body,
    "redirect": _redirect,
    "conflict": _conflict,
    "wrong_id": _wrong_id,
    "alter": _alter,
}
