"""What must not reach a log line: addresses that are keys themselves."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

# Invitations, password resets, confirmations, the end of mails: whoever has the address may use it.
_SECRET_PATHS = re.compile(r"(/me/(?:invitations|password/reset/key|confirm-email)/|/unsubscribe/)[^/\s]+")


def mask_secret_paths(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: the token in such an address becomes an ellipsis."""
    for key, value in event.items():
        if isinstance(value, str) and "/" in value:
            event[key] = _SECRET_PATHS.sub(r"\1…", value)
    return event
