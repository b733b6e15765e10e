"""From bytes on the wire to JSON that a database can keep: limited in time, size and depth."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

import requests
from urllib3.exceptions import HTTPError

from portal.vonage.transport import Journey

BODY_LIMIT: Final = 5 * 1024 * 1024
DEPTH_LIMIT: Final = 32
_CHUNK: Final = 65536
# PostgreSQL stores neither in text nor in JSON: NUL, and half of a surrogate pair.
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


class Unreadable(Exception):
    """The answer cannot be used; `reason` is one word: truncated, too_slow, too_big, too_deep or not_json."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_body(response: requests.Response, journey: Journey, limit: int = BODY_LIMIT) -> bytes:
    """The whole body, or Unreadable. Whatever happens, it is over when the journey's deadline passes."""
    parts: list[bytes] = []
    size = 0
    try:
        while part := response.raw.read1(_CHUNK, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > limit:
                raise Unreadable("too_big")
    except (HTTPError, OSError):
        raise Unreadable("too_slow" if journey.expired else "truncated") from None
    if journey.expired:  # without a length, a connection cut by us looks like a complete answer
        raise Unreadable("too_slow")
    return b"".join(parts)


def parse_json(body: bytes) -> Any:
    """JSON made harmless: no NaN or infinity, no NUL, no lone surrogate, at most 32 levels."""
    try:
        return _clean(json.loads(body.decode("utf-8-sig"), parse_constant=lambda _name: None), DEPTH_LIMIT)
    except RecursionError:
        raise Unreadable("too_deep") from None
    except ValueError:  # bad UTF-8, bad JSON, or a number of thousands of digits
        raise Unreadable("not_json") from None


def _clean(value: Any, levels: int) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict | list):
        if levels == 0:
            raise Unreadable("too_deep")
        if isinstance(value, list):
            return [_clean(item, levels - 1) for item in value]
        return {_clean(key, 1): _clean(item, levels - 1) for key, item in value.items()}
    return value
