"""Problem documents as Vonage sends them, read tolerantly: any junk gives an empty one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from portal.vonage.redaction import token
from portal.vonage.values import first

RETRY_DEFAULT: Final = 30
RETRY_LEAST: Final = 1
RETRY_MOST: Final = 900
_TEXT_LIMIT: Final = 2000
_FIELDS_LIMIT: Final = 100


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What was wrong with one field, in the provider's spelling; numbers' entries carry no code."""

    code: int | None
    field: str
    description: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document read tolerantly; `kind` is the fragment of its type, since the host may change."""

    kind: str = ""
    title: str = ""
    detail: str = ""
    instance: str = ""
    fields: tuple[FieldProblem, ...] = ()
    retry_after: object = None

    @classmethod
    def from_json(cls, body: object) -> Problem:
        if not isinstance(body, dict):
            return cls()
        return cls(
            kind=_fragment(body.get("type")),
            title=_text(body.get("title")),
            detail=_text(body.get("detail")),
            instance=token(body.get("instance"), 200),
            fields=_field_problems(body),
            retry_after=body.get("retry_after"),
        )


def retry_seconds(value: object, headers: Mapping[str, str] | None = None) -> int:
    """How long to pause: the body's word, else the Retry-After header, else 30; always 1 to 900 seconds."""
    wait = _seconds(value)
    if wait is None:
        header = (headers or {}).get("Retry-After")
        wait = _seconds(header)
        if wait is None:
            wait = _seconds_until(header)
    if wait is None:
        return RETRY_DEFAULT
    return int(min(max(math.ceil(wait), RETRY_LEAST), RETRY_MOST))


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        wait = float(value)
    except (ValueError, OverflowError):
        # An integer too large for a float is still a wish to wait very long.
        return float(RETRY_MOST) if isinstance(value, int) and value > 0 else None
    if math.isnan(wait):
        return None
    return min(max(wait, -1.0), float(RETRY_MOST))


def _seconds_until(value: str | None) -> float | None:
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None


def _fragment(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return token(value.rpartition("#")[2].strip().lower(), 64) if "#" in value else ""


def _field_problems(body: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    entries = [
        entry
        for key in ("invalid_parameters", "errors")
        for entry in (body[key] if isinstance(body.get(key), list) else ())
        if isinstance(entry, dict)
    ]
    return tuple(
        FieldProblem(
            _code(entry.get("code")),
            _text(first(entry, "field", "name"))[:100],
            _text(first(entry, "description", "reason")),
        )
        for entry in entries[:_FIELDS_LIMIT]
    )


def _code(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:10])
    return value if isinstance(value, int) and 0 <= value < 10**9 else None


def _text(value: object) -> str:
    return value.strip()[:_TEXT_LIMIT] if isinstance(value, str) else ""
