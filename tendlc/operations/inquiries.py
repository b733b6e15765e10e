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


class Hold:
    """Keeps the reading of a whole key in hand. It got on if more brands are gone through than a moment ago.

    So an import that is killed often goes on as long as it gets on, and one that dies at the same place each time
    is given up.
    """

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry
        self._done = self._gone_through()

    def __call__(self) -> None:
        before, self._done = self._done, self._gone_through()
        keep(self._inquiry, got_on=self._done > before)

    def _gone_through(self) -> int:
        asked = self._inquiry
        rows = Brand.objects.filter(account_id=asked.account_id, api_key_id=asked.api_key_id)
        return rows.filter(descended_at__gte=asked.asked_at).count()


@answers(SYNC_KEY)
def sync_key_now(inquiry: Inquiry, api: ApiClient) -> Mapping[str, Any]:
    """Walk everything a key holds because somebody asked, from where a worker that died had come to."""
    pulse = Pulse(Hold(inquiry), every=5)
    report = walk_key(inquiry.api_key, api, progress=pulse, since=inquiry.asked_at)
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
