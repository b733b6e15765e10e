"""The ways in which one write, or the looks around it, can fail (reference: reliability, fault matrix F4 to F28).

A cell is what the simulator is told before one operation is submitted. What fails before the first byte (F1 to F3:
name, connection, TLS) is not sent by definition, and proven at the client (tests/vonage). F28, links that point
at another host, is in every answer of the simulator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DEEP = "[" * 5000


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
    """`lag` hides new things from reads for so many seconds; `late` is how long, in real time, a request
    that was given up goes on. `hidden` says that by design only a person can tell, so review is right."""

    name: str
    faults: tuple[Fault, ...] = ()
    lag: float = 0.0
    late: float = 0.0
    hidden: bool = False
    refused: bool = False


def _status(code: int, when: str, count: int = 1, **params: Any) -> Fault:
    return Fault("status", when, count=count, params={"code": code, **params})


_RETRIES: tuple[Any, ...] = (None, 30, -5, 10**9, "soon")
_LISTS: tuple[Mapping[str, Any], ...] = (
    {"set": {"total_items": 7}},
    {"set": {"total_items": 0, "_embedded": {}}},
    {"set": {"_embedded": {"brands": [], "campaigns": [], "numbers": []}}},
    {"drop": ["_embedded"]},
    {"set": {"page": 9, "total_pages": 0}},
)

CELLS: tuple[Cell, ...] = (
    Cell("F0 nothing"),
    Cell("F4 reset before the work", (Fault("reset"),)),
    Cell("F5 closed before the work", (Fault("close"),)),
    Cell("F6 reset after the work", (Fault("reset", "after"),)),
    Cell("F6 closed after the work", (Fault("close", "after"),)),
    Cell("F7 truncated", (Fault("truncated", "after"),)),
    Cell("F8 given up, then done", (Fault("hang", params={"seconds": 0.4, "then": "work"}),), late=0.5),
    Cell("F9 given up, never done", (Fault("hang", params={"seconds": 0.4}),), late=0.5),
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
    Cell("F21 odd values", (Fault("alter", "after", params={"set": {"partner": "false,", "owner": 0}}),)),
    Cell("F22 an unknown word", (Fault("alter", "after", params={"set": {"status": "MARVELLOUS"}}),)),
    *(
        Cell(f"F23 a list that is wrong ({place})", (Fault("alter", "after", "list", 2, params),))
        for place, params in enumerate(_LISTS)
    ),
    *(
        Cell(
            f"F23 lost, then a list that is wrong ({place})",
            (Fault("reset", "after"), Fault("alter", "after", "list", 2, params)),
        )
        for place, params in enumerate(_LISTS)
    ),
    *(
        Cell(f"F25 lost, seen after {lag} s", (Fault("reset", "after"),), lag=lag)
        for lag in (1, 60, 170, 300)
    ),
    Cell("F25 done and seen late", lag=300),
    Cell("F27 a redirect after the work", (Fault("redirect", "after"),)),
    Cell("F27 a redirect before the work", (Fault("redirect"),)),
)
