"""When an action does not fit where things stand; the text of each says why, for a person."""

from __future__ import annotations


class NotNow(Exception):
    """The action does not fit where the object stands."""


class LimitReached(Exception):
    """Vonage allows no more business profiles for this account."""
