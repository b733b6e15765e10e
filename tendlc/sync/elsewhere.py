"""Fields of a brand that changed at Vonage although nobody here wished for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from portal.history.actions import note_change
from portal.history.enums import Source
from tendlc import wire
from tendlc.enums import Axis
from tendlc.models import Brand

# The part of a change of fields, beside the states.
DETAILS: Final = "details"


def changed_fields(row: Brand, record: wire.Brand) -> list[str]:
    """The fields of a known brand whose new value is neither the old one nor our wish, in normal form."""
    if not row.raw or row.gone_at:
        return []
    before = wire.Brand.from_json(row.raw)
    changed = []
    for name in sorted(wire.BRAND_PATCH_FIELDS):
        old, new = str(getattr(before, name)), str(getattr(record, name))
        wish = str(row.wished.get(name, ""))
        if old and new and not wire.same(name, old, new) and not wire.same(name, wish, new):
            changed.append(name)
    return changed


def still_apart(row: Brand, record: wire.Brand) -> dict[str, Any]:
    """What was noted before, but for the fields that have come to agree with our wish."""
    return {
        name: when
        for name, when in row.elsewhere.items()
        if not wire.same(name, str(row.wished.get(name, "")), str(getattr(record, name)))
    }


def note_fields(row: Brand, names: Sequence[str], seen_at: datetime, source: Source) -> None:
    """A change of fields, without their values: they may identify a person."""
    standing = (row.state, row.remote_status)
    note_change(
        row,
        axis=Axis.BRAND,
        part=DETAILS,
        before=standing,
        after=standing,
        seen_at=seen_at,
        not_before=None,
        reason=", ".join(names),
        source=source,
    )
