"""What a person can do with 10DLC objects; one transaction each."""

from __future__ import annotations

from tendlc.actions.brands import brand_payload, submit_brand
from tendlc.actions.campaigns import campaign_payload, submit_campaign
from tendlc.actions.numbers import (
    Linking,
    link_number,
    link_numbers,
    may_be_unlinked,
    read_owned,
    unlink_number,
)
from tendlc.actions.submitting import NotNow, sync_now
from tendlc.actions.use_cases import campaign_fee, check_use_case

__all__ = [
    "Linking",
    "NotNow",
    "brand_payload",
    "campaign_fee",
    "campaign_payload",
    "check_use_case",
    "link_number",
    "link_numbers",
    "may_be_unlinked",
    "read_owned",
    "submit_brand",
    "submit_campaign",
    "sync_now",
    "unlink_number",
]
