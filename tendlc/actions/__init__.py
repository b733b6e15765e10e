"""What a person can do with 10DLC objects; one transaction each."""

from __future__ import annotations

from tendlc.actions.brands import brand_payload, submit_brand
from tendlc.actions.campaign_changes import (
    campaign_changes,
    change_payload,
    edit_campaign,
    editable_now,
    note_comment,
    stop_campaign,
)
from tendlc.actions.campaign_templates import NameTaken, remove_template, save_template
from tendlc.actions.campaigns import campaign_payload, submit_campaign
from tendlc.actions.numbers import Linking, link_numbers
from tendlc.actions.submitting import NotNow, sync_now
from tendlc.actions.use_cases import campaign_fee, check_use_case, check_use_cases

__all__ = [
    "Linking",
    "NameTaken",
    "NotNow",
    "brand_payload",
    "campaign_changes",
    "campaign_fee",
    "campaign_payload",
    "change_payload",
    "check_use_case",
    "check_use_cases",
    "edit_campaign",
    "editable_now",
    "link_numbers",
    "note_comment",
    "remove_template",
    "save_template",
    "stop_campaign",
    "submit_brand",
    "submit_campaign",
    "sync_now",
]
