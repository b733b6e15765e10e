"""What a person can do with 10DLC objects; one transaction each."""

from __future__ import annotations

from tendlc.actions.brands import brand_payload, submit_brand
from tendlc.actions.campaigns import campaign_payload, submit_campaign
from tendlc.actions.many import check_use_case_of_many, set_client, set_responsible, sync_many
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
    "check_use_case_of_many",
    "link_number",
    "link_numbers",
    "may_be_unlinked",
    "read_owned",
    "set_client",
    "set_responsible",
    "submit_brand",
    "submit_campaign",
    "sync_many",
    "sync_now",
    "unlink_number",
]
