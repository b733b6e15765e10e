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
from tendlc.actions.campaign_changes import (
    campaign_change_payload,
    campaign_changes,
    edit_campaign,
    editable_now,
    note_comment,
    stop_campaign,
)
from tendlc.actions.campaign_templates import NameTaken, remove_template, save_template
from tendlc.actions.campaigns import campaign_payload, submit_campaign
from tendlc.actions.deadlines import finish_deadline
from tendlc.actions.importing import (
    NEW,
    Proposal,
    assign_clients,
    propose_clients,
    unconfirmed_brands,
)
from tendlc.actions.many import check_use_case_of_many, set_client, set_responsible, sync_many
from tendlc.actions.numbers import (
    Linking,
    link_number,
    link_numbers,
    may_be_unlinked,
    read_owned,
    unlink_number,
)
from tendlc.actions.submitting import BRAND_CHANGE, CAMPAIGN_CHANGE, NotNow, sync_now
from tendlc.actions.use_cases import campaign_fee, check_use_case, check_use_cases
from tendlc.actions.vettings import SHARED_FIELDS, import_vetting, request_vetting

__all__ = [
    "BRAND_CHANGE",
    "CAMPAIGN_CHANGE",
    "LEGAL_FIELDS",
    "NEW",
    "SHARED_FIELDS",
    "Linking",
    "NameTaken",
    "NotNow",
    "Proposal",
    "accept_facts",
    "assign_clients",
    "brand_payload",
    "campaign_change_payload",
    "campaign_changes",
    "campaign_fee",
    "campaign_payload",
    "change_brand",
    "change_fee",
    "change_payload",
    "check_use_case",
    "check_use_case_of_many",
    "check_use_cases",
    "delete_brand",
    "edit_campaign",
    "editable_now",
    "finish_deadline",
    "import_vetting",
    "link_number",
    "link_numbers",
    "may_be_unlinked",
    "note_comment",
    "propose_clients",
    "read_owned",
    "remove_template",
    "request_vetting",
    "revet_brand",
    "save_template",
    "set_client",
    "set_responsible",
    "stop_campaign",
    "submit_brand",
    "submit_campaign",
    "sync_many",
    "sync_now",
    "unconfirmed_brands",
    "unlink_number",
    "why_no_revet",
]
