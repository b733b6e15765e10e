"""Pull and absorb: the one door for facts from outside."""

from __future__ import annotations

from tendlc.sync.absorb import (
    Seen,
    absorb_brand,
    absorb_campaign,
    absorb_number,
    absorb_qualification,
    absorb_unlinked,
    absorb_vetting,
)
from tendlc.sync.owned import walk_owned
from tendlc.sync.poll import poll_key, refresh
from tendlc.sync.walk import Progress, Report, walk_key

__all__ = [
    "Progress",
    "Report",
    "Seen",
    "absorb_brand",
    "absorb_campaign",
    "absorb_number",
    "absorb_qualification",
    "absorb_unlinked",
    "absorb_vetting",
    "poll_key",
    "refresh",
    "walk_key",
    "walk_owned",
]
