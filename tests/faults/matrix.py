"""The ways in which one write, or the looks around it, can fail (reference: reliability, fault matrix F1 to F29).

A cell is what the simulator is told before one operation is submitted. What is not a cell:

- F1 to F3, name, connection, TLS: no byte leaves. tests/vonage/test_http.py holds that each is "not sent"
  (`test_unknown_name_is_not_sent`, `test_refused_connection_is_not_sent`, `test_failed_tls_handshake_is_not_sent`),
  test_trials.py that every kind is sent once when the connection is back
  (`test_effect_is_made_once_after_refused_connections`).
- F5 in the middle of the request: tests/vonage/test_http.py, and here closed before the work, which comes to the same.
- F23, pages that repeat, shrink or grow while they are walked: tests/tendlc/test_client.py
  (`test_walk_over_a_list_that_does_not_add_up_is_not_complete`) and
  test_sync.py (`test_a_spoilt_list_removes_nothing`).
- F28, links that point at another host, and of F29 dates without a zone: in every answer of the simulator, in
  every cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

DEEP = "[" * 5000
# Real seconds, longer than the client waits here (conftest.py): it gives up, and the request goes on.
HANG = 0.3


@dataclass(frozen=True)
class Fault:
    """One entry for the simulator; `on` is "write" or "list", resolved by the kind that is tried."""

    kind: str
    when: str = "before"
    on: str = "write"
    count: int = 1
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """`lag` hides new things from reads for so many seconds, `skew` is how far Vonage's clock is ahead of ours
    (seconds), `twin` when the same thing is made elsewhere. `hidden` says that by design only a person can tell,
    so review is right."""

    name: str
    faults: tuple[Fault, ...] = ()
    lag: float = 0.0
    skew: float = 0.0
    twin: Literal["", "before", "meanwhile"] = ""
    hidden: bool = False
    refused: bool = False


def _status(code: int, when: str, count: int = 1, **params: Any) -> Fault:
    return Fault("status", when, count=count, params={"code": code, **params})


LOST = Fault("reset", "after")
_RETRIES: tuple[Any, ...] = (None, 30, -5, 10**9, "soon")
_LISTS: Mapping[str, Mapping[str, Any]] = {
    "F23 a total that is wrong": {"set": {"total_items": 7}},
    "F24 an empty list": {"set": {"total_items": 0, "_embedded": {}}},
    "F24 an empty list, with its total": {
        "set": {"_embedded": {"brands": [], "campaigns": [], "numbers": []}}
    },
    "F24 no list at all": {"drop": ["_embedded"]},
    "F23 a page that does not exist": {"set": {"page": 9, "total_pages": 0}},
}

CELLS: tuple[Cell, ...] = (
    Cell("F0 nothing"),
    Cell("F4 reset before the work", (Fault("reset"),)),
    Cell("F5 closed before the work", (Fault("close"),)),
    Cell("F6 reset after the work", (Fault("reset", "after"),)),
    Cell("F6 closed after the work", (Fault("close", "after"),)),
    Cell("F7 truncated", (Fault("truncated", "after"),)),
    Cell("F8 given up, then done", (Fault("hang", params={"seconds": HANG, "then": "work"}),)),
    Cell("F9 given up, never done", (Fault("hang", params={"seconds": HANG}),)),
    Cell("F10 a byte at a time", (Fault("slow", "after", params={"bytes_per_second": 40}),)),
    *(Cell(f"F11 429 retry_after={wait}", (_status(429, "before", retry_after=wait),)) for wait in _RETRIES),
    Cell("F12 a storm of 429", (_status(429, "before", 6, retry_after=100),)),
    *(Cell(f"F13 {code} after the work", (_status(code, "after"),)) for code in (500, 502, 503, 504)),
    *(Cell(f"F14 {code} before the work", (_status(code, "before"),)) for code in (500, 502, 503, 504)),
    Cell("F15 401 in the middle", (_status(401, "before"),)),
    Cell("F16 403", (_status(403, "before"),)),
    Cell("F16 404", (_status(404, "before"),), refused=True),
    Cell("F17 conflict with the effect", (Fault("conflict", "after"),)),
    Cell("F17 conflict without", (Fault("conflict"),)),
    Cell("F18 an answer without id", (Fault("wrong_id", "after"),)),
    Cell("F19 HTML after the work", (Fault("html", "after"),)),
    Cell("F19 HTML before the work", (Fault("html"),)),
    Cell("F20 not JSON", (Fault("invalid_json", "after"),)),
    Cell("F20 too deep", (Fault("body", "after", params={"text": DEEP}),)),
    Cell("F20 too large", (Fault("body", "after", params={"text": "x" * 1000, "repeat": 7000}),)),
    Cell(
        "F20 no UTF-8", (Fault("body", "after", params={"text": "\xff\xfe", "content_type": "text/plain"}),)
    ),
    Cell(
        "F21 odd values",
        (
            Fault(
                "alter",
                "after",
                params={"set": {"partner": "false,", "owner": 0, "created": None, "tcr": "7"}},
            ),
        ),
    ),
    Cell("F21 a list for an object", (Fault("body", "after", params={"text": "[1]"}),)),
    Cell("F21 null", (Fault("body", "after", params={"text": "null"}),)),
    Cell("F22 an unknown word", (Fault("alter", "after", params={"set": {"status": "MARVELLOUS"}}),)),
    *(Cell(name, (Fault("alter", "after", "list", 2, params),)) for name, params in _LISTS.items()),
    *(
        Cell(f"{name}, after a lost answer", (LOST, Fault("alter", "after", "list", 2, params)))
        for name, params in _LISTS.items()
    ),
    *(Cell(f"F25 lost, seen after {lag} s", (LOST,), lag=lag) for lag in (1, 60, 170, 300)),
    Cell("F25 done and seen late", lag=300),
    Cell("F26 there already, made elsewhere", twin="before"),
    Cell("F26 lost, and made elsewhere meanwhile", (LOST,), lag=60, twin="meanwhile"),
    Cell("F27 a redirect after the work", (Fault("redirect", "after"),)),
    Cell("F27 a redirect before the work", (Fault("redirect"),)),
    *(Cell(f"F29 lost, with clocks {skew} s apart", (LOST,), skew=skew) for skew in (-600, 600)),
)
