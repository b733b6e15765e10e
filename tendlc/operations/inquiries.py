"""Reads that somebody waits for: testing a key, reading one object or a whole key again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.outbox.actions import release_key
from portal.outbox.inquiries import keep
from portal.outbox.kinds import answers
from portal.outbox.models import Inquiry
from portal.records.pulse import Pulse
from portal.vonage.http import ApiClient
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import VonageError
from tendlc.client import TenDlcClient
from tendlc.models import Brand, Campaign, NumberLink, Vetting
from tendlc.operations.names import CATALOGUE, KEY_TEST, OWNED, REFRESH, SYNC_KEY
from tendlc.sync import read_catalogue, read_catalogue_once, refresh, walk_key, walk_owned


@answers(KEY_TEST)
def test_key(inquiry: Inquiry, api: ApiClient) -> Mapping[str, Any]:
    """The smallest read there is; success releases what the key held up."""
    page = TenDlcClient(api).list_brands(page=1, page_size=1)
    release_key(inquiry.api_key)
    return {"brands": page.total_items}


_MODELS: Mapping[str, Any] = {
    "tendlc.brand": Brand.objects.select_related("api_key"),
    "tendlc.campaign": Campaign.objects.select_related("brand__api_key"),
    "tendlc.numberlink": NumberLink.objects.select_related("campaign__brand"),
    "tendlc.vetting": Vetting.objects.select_related("brand"),
}


@answers(REFRESH)
def refresh_now(inquiry: Inquiry, api: ApiClient) -> Mapping[str, Any]:
    """Read one object again because somebody asked."""
    row = _MODELS[inquiry.object_type].get(pk=inquiry.object_id)
    refresh(row, api)
    return {}


@answers(CATALOGUE)
def catalogue_now(inquiry: Inquiry, api: ApiClient) -> Mapping[str, Any]:
    """Read who vets and what because somebody asked."""
    read_catalogue(inquiry.api_key, api)
    return {}


@answers(SYNC_KEY)
def sync_key_now(inquiry: Inquiry, api: ApiClient) -> Mapping[str, Any]:
    """Walk everything a key holds because somebody asked."""
    report = walk_key(inquiry.api_key, api, progress=Pulse(lambda: keep(inquiry)))
    read_catalogue_once(inquiry.api_key, api)
    return report.as_json()


@answers(OWNED)
def read_owned_now(inquiry: Inquiry, api: ApiClient) -> Mapping[str, Any]:
    """Read which numbers a key owns because somebody asked.

    The Numbers API is on a host of its own; a key it does not let in may be in order at the 10DLC API.
    """
    try:
        run = walk_owned(inquiry.api_key, api, progress=Pulse(lambda: keep(inquiry)))
    except VonageError as error:
        if error.outcome is not Outcome.HELD:
            raise
        return {"ok": False, "problem": error.as_record()}
    return {"ok": run.complete and not run.problem, "objects": run.unique_ids}
