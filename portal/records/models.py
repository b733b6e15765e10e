"""Abstract models without any domain in them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models


class Stamped(models.Model):
    """A row that knows when it was made and last changed."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Mirror(Stamped):
    """A row that mirrors an object of the provider.

    `remote_status` is the provider's word as it came; `raw` the last payload; `gone_at` marks what two
    complete runs and a read by id no longer found. Nothing here is ever deleted.
    """

    remote_id = models.TextField(blank=True, default="")
    remote_status = models.TextField(blank=True, default="")
    raw = models.JSONField(default=dict, blank=True)
    raw_hash = models.CharField(max_length=64, blank=True, default="")
    seen_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)
    missing_since = models.DateTimeField(null=True, blank=True)
    missing_runs = models.PositiveSmallIntegerField(default=0)
    waiting_on = models.CharField(max_length=20, blank=True, default="")
    waiting_since = models.DateTimeField(null=True, blank=True)
    expected_by = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


def clipped(model: type[models.Model] | models.Model, name: str, value: Any) -> Any:
    """What came from outside, in its column's length; where nothing may be lost the raw payload keeps all."""
    longest = getattr(model._meta.get_field(name), "max_length", None)
    return value[:longest] if longest and isinstance(value, str) else value


def digest(payload: Any) -> str:
    """SHA-256 of the canonical JSON of a payload; equal payloads have equal digests."""
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
