"""What a person can do with 10DLC objects; one transaction each."""

from __future__ import annotations

from tendlc.actions.brands import (
    LEGAL_FIELDS,
    accept_facts,
    brand_payload,
    change_brand,
    change_fee,
    change_payload,
    delete_brand,
    revet_brand,
    submit_brand,
    why_no_revet,
)
from tendlc.actions.campaigns import campaign_payload, submit_campaign
from tendlc.actions.deadlines import finish_deadline
from tendlc.actions.importing import (
    NEW,
    Proposal,
    assign_clients,
    propose_clients,
    unconfirmed_brands,
)
from tendlc.actions.numbers import Linking, link_numbers
from tendlc.actions.submitting import NotNow, sync_now
from tendlc.actions.use_cases import campaign_fee, check_use_case
from tendlc.actions.vettings import SHARED_FIELDS, import_vetting, request_vetting

__all__ = [
    "LEGAL_FIELDS",
    "NEW",
    "SHARED_FIELDS",
    "Linking",
    "NotNow",
    "Proposal",
    "accept_facts",
    "assign_clients",
    "brand_payload",
    "campaign_fee",
    "campaign_payload",
    "change_brand",
    "change_fee",
    "change_payload",
    "check_use_case",
    "delete_brand",
    "finish_deadline",
    "import_vetting",
    "link_numbers",
    "propose_clients",
    "request_vetting",
    "revet_brand",
    "submit_brand",
    "submit_campaign",
    "sync_now",
    "unconfirmed_brands",
    "why_no_revet",
]
