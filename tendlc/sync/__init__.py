"""Pull and absorb: the one door for facts from outside."""

from __future__ import annotations

from tendlc.sync.absorb import (
    absorb_brand,
    absorb_campaign,
    absorb_deleted_brand,
    absorb_feedback,
    absorb_number,
    absorb_qualification,
    absorb_stop,
    absorb_unlinked,
    absorb_vetting,
)
from tendlc.sync.catalogue import absorb_catalogue, read_catalogue, read_catalogue_once
from tendlc.sync.deadlines import keep_deadlines, months_after
from tendlc.sync.elsewhere import DETAILS
from tendlc.sync.gathering import Progress, Report
from tendlc.sync.owned import absorb_owned, walk_owned
from tendlc.sync.poll import poll_key, refresh
from tendlc.sync.told import Seen
from tendlc.sync.walk import ROTATION, cycle_key, walk_key

__all__ = [
    "DETAILS",
    "ROTATION",
    "Progress",
    "Report",
    "Seen",
    "absorb_brand",
    "absorb_campaign",
    "absorb_catalogue",
    "absorb_deleted_brand",
    "absorb_feedback",
    "absorb_number",
    "absorb_owned",
    "absorb_qualification",
    "absorb_stop",
    "absorb_unlinked",
    "absorb_vetting",
    "cycle_key",
    "keep_deadlines",
    "months_after",
    "poll_key",
    "read_catalogue",
    "read_catalogue_once",
    "refresh",
    "walk_key",
    "walk_owned",
]
