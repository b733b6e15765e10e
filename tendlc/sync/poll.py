"""Reading again what moves, one object at a time, longest untried first."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db.models import F
from django.utils import timezone

from portal.accounts.models import ApiKey
from portal.vonage.http import ApiClient
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import NotFound, VonageError
from tendlc.client import TenDlcClient
from tendlc.enums import BrandState, NumberState
from tendlc.lifecycle import number_state
from tendlc.models import Brand, Campaign, NumberLink, Vetting
from tendlc.sync.absorb import (
    absorb_brand,
    absorb_campaign,
    absorb_feedback,
    absorb_number,
    absorb_unlinked,
    absorb_vetting,
)
from tendlc.sync.told import Seen
from tendlc.sync.walk import MOVING_BRANDS, MOVING_CAMPAIGNS, MOVING_NUMBERS, MOVING_VETTINGS

logger = logging.getLogger("tendlc.sync")
FAILURES_IN_A_ROW = 3
Row = Brand | Vetting | Campaign | NumberLink


def moving(api_key: ApiKey, limit: int = 40) -> list[Row]:
    """What of a key moves at Vonage, longest untried first: one that fails does not keep the others waiting."""
    oldest = F("tried_at").asc(nulls_first=True)
    rows: list[Row] = [
        *_alive(Brand, api_key).filter(MOVING_BRANDS).order_by(oldest)[:limit],
        *_alive(Vetting, api_key).filter(MOVING_VETTINGS).select_related("brand").order_by(oldest)[:limit],
        *_alive(Campaign, api_key)
        .filter(MOVING_CAMPAIGNS)
        .select_related("brand")
        .distinct()
        .order_by(oldest)[:limit],
        *_alive(NumberLink, api_key)
        .filter(MOVING_NUMBERS)
        .select_related("campaign__brand")
        .order_by(oldest)[:limit],
    ]
    return sorted(rows, key=lambda row: row.tried_at or row.created_at)[:limit]


def _alive(model: type[Row], api_key: ApiKey):  # type: ignore[no-untyped-def]
    return model.objects.filter(api_key=api_key, gone_at=None).exclude(remote_id="")


def poll_key(api_key: ApiKey, api: ApiClient) -> int:
    """Refresh what moves; returns how many were read. Stops at a refused or throttled key, and when
    several in a row fail. A 404 decides nothing here: only complete walks do."""
    read = failed = 0
    for row in moving(api_key):
        row._meta.default_manager.filter(pk=row.pk).update(tried_at=timezone.now())  # type: ignore[union-attr]
        try:
            refresh(row, api)
        except VonageError as error:
            if error.outcome in (Outcome.HELD, Outcome.THROTTLED):
                raise
            logger.info("poll %s %s: %s", row._meta.label, row.pk, error)
            failed = 0 if isinstance(error, NotFound) else failed + 1
            if failed >= FAILURES_IN_A_ROW:
                return read
        else:
            read, failed = read + 1, 0
    return read


def refresh(row: Row, api: ApiClient) -> None:
    """Read one object by id and absorb it. Raises VonageError."""
    REFRESH[type(row)](row, TenDlcClient(api))


def _brand(row: Brand, client: TenDlcClient) -> None:
    seen = Seen.now()
    brand = absorb_brand(client.get_brand(row.remote_id), api_key=row.api_key, seen=seen, brand=row)
    if brand.state == BrandState.UNVERIFIED:
        absorb_feedback(client.get_feedback(brand.remote_id), brand=brand)


def _vetting(row: Vetting, client: TenDlcClient) -> None:
    seen = Seen.now()
    for record in client.list_vettings(row.brand.remote_id):
        if record.vetting_id:
            absorb_vetting(record, brand=row.brand, seen=seen)


def _campaign(row: Campaign, client: TenDlcClient) -> None:
    seen = Seen.now()
    record = client.get_campaign(row.brand.remote_id, row.remote_id)
    absorb_campaign(record, brand=row.brand, seen=seen, campaign=row)


def _number(row: NumberLink, client: TenDlcClient) -> None:
    """One that we unlinked is off when it cannot be read; until then an old answer does not bring it back."""
    seen, campaign = Seen.now(), row.campaign
    try:
        record = client.get_number(campaign.brand.remote_id, campaign.remote_id, row.number)
    except NotFound:
        if row.state != NumberState.UNLINKING:
            raise
        absorb_unlinked(row, seen=seen, confirmed=True)
        return
    is_late = row.expected_by is not None and row.expected_by < seen.asked_at
    if row.state != NumberState.UNLINKING or number_state(record.status) != NumberState.LINKED or is_late:
        absorb_number(record, campaign=campaign, seen=seen, link=row)


REFRESH: dict[type[Row], Callable[..., None]] = {
    Brand: _brand,
    Vetting: _vetting,
    Campaign: _campaign,
    NumberLink: _number,
}
