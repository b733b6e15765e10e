"""What a record says of a row: read here for one row and for very many alike, written by whoever absorbs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from portal.history.enums import Source
from portal.records.models import clipped, digest
from tendlc import lifecycle, wire
from tendlc.enums import Axis, VettingState
from tendlc.labels import split_label
from tendlc.models import Brand, Campaign, NumberLink, Vetting
from tendlc.sync import elsewhere

Row = Brand | Vetting | Campaign | NumberLink
STATE_OF: Mapping[Axis, Callable[[str], str]] = {
    Axis.BRAND: lifecycle.brand_state,
    Axis.VETTING: lifecycle.vetting_state,
    Axis.CAMPAIGN: lifecycle.campaign_state,
    Axis.NUMBER: lifecycle.number_state,
}
AXIS_OF: Mapping[type[Row], Axis] = {
    Brand: Axis.BRAND,
    Vetting: Axis.VETTING,
    Campaign: Axis.CAMPAIGN,
    NumberLink: Axis.NUMBER,
}


@dataclass(frozen=True)
class Seen:
    """When we asked and how we came to know; what we asked before the row's last news is stale."""

    asked_at: datetime
    source: Source = Source.SYNC

    @classmethod
    def now(cls, source: Source = Source.SYNC) -> Seen:
        return cls(timezone.now(), source)


@dataclass(frozen=True)
class Told:
    """Id and word there, our state for that word, the payload to keep, and facts by column."""

    axis: Axis
    remote_id: str
    word: str
    state: str
    raw: dict[str, Any]
    facts: Mapping[str, Any]

    @property
    def standing(self) -> tuple[str, str]:
        return self.state, self.word


def told_of_brand(row: Brand, record: wire.Brand, seen: Seen) -> Told:
    changed = elsewhere.changed_fields(row, record) if seen.source is Source.SYNC else []
    apart = elsewhere.still_apart(row, record) | dict.fromkeys(changed, seen.asked_at.isoformat())
    facts: dict[str, Any] = {
        "display_name": record.display_name or row.display_name,
        "company_name": record.company_name or row.company_name,
        "entity_type": record.entity_type or row.entity_type,
        "ein": wire.tax_number(record.ein) or row.ein,
        "ein_country": record.ein_issuing_country or record.country or row.ein_country,
        "country": record.country or row.country,
        "vertical": record.vertical or row.vertical,
        "website": record.website or row.website,
        "email": record.email or row.email,
        "phone": wire.digits(record.phone) or row.phone,
        "alt_business_id": record.alt_business_id or row.alt_business_id,
        "relationship": record.brand_relationship,
        "campaign_count": record.campaign_count,
        "remote_created_at": record.created_date,
        "remote_updated_at": record.last_updated,
        "elsewhere": apart,
    }
    return _told(Axis.BRAND, record.brand_id, record.status, record.raw, facts)


def told_of_vetting(row: Vetting, record: wire.Vetting, seen: Seen) -> Told:
    """A score of 0 is a score; an import counts once the list carries it."""
    listed_at = row.listed_at or (seen.asked_at if seen.source is Source.SYNC else None)
    facts: dict[str, Any] = {
        "evp_id": record.evp_id,
        "vetting_class": record.vetting_class,
        "score": record.vetting_score,
        "remote_created_at": record.create_date,
        "vetted_at": record.vetted_date,
        "listed_at": listed_at,
    }
    is_unproven = row.is_import and listed_at is None
    word = "" if is_unproven else record.vetting_status
    state = VettingState.PENDING if is_unproven else ""
    return _told(Axis.VETTING, record.vetting_id, word, without_token(record), facts, state)


def without_token(record: wire.Vetting) -> dict[str, Any]:
    """The payload of a vetting; its token is sent once and kept nowhere."""
    given = record.raw if isinstance(record.raw, dict) else {}
    return {name: value for name, value in given.items() if name != "vetting_token"}


def told_of_campaign(row: Campaign, record: wire.Campaign, seen: Seen) -> Told:
    label, code = split_label(record.label)
    facts = {
        "use_case": record.usecase or row.use_case,
        "vertical": record.vertical or row.vertical,
        "label": label or row.label,
        "label_code": code or row.label_code,
        "description": record.description or row.description,
        "traffic_enabled": record.traffic_enabled,
        "tcr_campaign_id": record.tcr_campaign_id,
        "remote_created_at": record.created_date,
        "remote_updated_at": record.last_updated,
    }
    return _told(Axis.CAMPAIGN, record.campaign_id, record.status, record.raw, facts)


def told_of_number(row: NumberLink, record: wire.NumberLink, seen: Seen) -> Told:
    facts = {"country": record.country or row.country, "compliance": list(record.compliance)}
    return _told(Axis.NUMBER, record.digits, record.status, record.raw, facts)


def _told(axis: Axis, remote_id: str, word: str, raw: Any, facts: Mapping[str, Any], state: str = "") -> Told:
    payload = raw if isinstance(raw, dict) else {}
    return Told(axis, remote_id, word, state or STATE_OF[axis](word), payload, facts)


def write_on(row: Row, told: Told, seen: Seen) -> None:
    """Columns, payload, state and who has to move next; the row is left to be saved."""
    for name, value in told.facts.items():
        setattr(row, name, clipped(row, name, value))
    row.remote_id, row.remote_status, row.raw = told.remote_id, told.word, told.raw
    row.raw_hash, row.seen_at = digest(told.raw), seen.asked_at
    if row.pk is None or row.state != told.state:
        set_waiting(row, told.axis, told.state, seen.asked_at)
    row.state, row.gone_at, row.missing_since, row.missing_runs = told.state, None, None, 0
    if isinstance(row, Brand):
        row.descended_at = None  # who has news of a brand may have some of what is below it: the walk looks


def set_waiting(row: Row, axis: Axis, state: str, now: datetime) -> None:
    """Who has to move next, since when, and by when that usually happens."""
    row.waiting_on, row.waiting_since = lifecycle.waiting_on(axis, state), now
    row.expected_by = lifecycle.expected_by(axis, state, now)


def reason_in(row: Row) -> str:
    """Why, as the payload says."""
    told = row.raw.get("reasons")
    return "; ".join(str(one) for one in told)[:2000] if isinstance(told, list) else ""


def owner_of(parent: Brand | Campaign) -> dict[str, Any]:
    """Whose a new row below this one is."""
    return {
        "account_id": parent.account_id,
        "client_id": parent.client_id,
        "api_key_id": parent.api_key_id,
        "responsible_id": parent.responsible_id,
    }
