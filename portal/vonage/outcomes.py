"""What an attempt at Vonage came to; the engine decides by this word alone whether to send again."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """The six ends of an attempt. Only *not_sent* and *throttled* may be sent again without looking."""

    NOT_SENT = "not_sent"  # no byte of the request left
    THROTTLED = "throttled"  # 429: nothing was done, come back later
    HELD = "held"  # the key was refused: nothing was done, and nothing will be until a person acts
    REFUSED = "refused"  # a final no, in words that say nothing was done
    APPLIED = "applied"  # done, with what proves it
    UNKNOWN = "unknown"  # it may have been done: look before anything else


# A problem document with another status than these is no proof that nothing was done.
REFUSING_STATUSES = frozenset({400, 403, 404, 409, 413, 415, 422})
