"""One function a thing takes in what the provider says: columns, raw payload, change rows and notices together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import ApiKey, Client
from portal.history.actions import note_change, note_refusal
from portal.history.enums import Resubmittable, Source
from portal.notices.actions import resolve, tell
from portal.records.models import clipped, digest
from tendlc import lifecycle, wire
from tendlc.enums import Axis, CampaignState, CarrierState, NumberState, VettingState
from tendlc.labels import split_label
from tendlc.messages import NOTICE_OF, kinds_about, path_of
from tendlc.models import Brand, Campaign, CampaignCarrier, NumberLink, Qualification, Vetting

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
# Which states are a no, and who says it. Why a brand is not verified comes with its feedback.
NOES: Mapping[Axis, frozenset[str]] = {
    Axis.BRAND: frozenset(),
    Axis.VETTING: frozenset({VettingState.FAILED}),
    Axis.CAMPAIGN: frozenset({CampaignState.REJECTED, CampaignState.SUSPENDED}),
    Axis.NUMBER: frozenset({NumberState.REJECTED}),
}
NOES_BY: Mapping[Axis, str] = {
    Axis.BRAND: "registry",
    Axis.VETTING: "provider",
    Axis.CAMPAIGN: "review",
    Axis.NUMBER: "carriers",
}


@dataclass(frozen=True)
class Seen:
    """When we asked and how we came to know; what we asked before the row's last news is stale."""

    asked_at: datetime
    source: Source = Source.SYNC

    @classmethod
    def now(cls, source: Source = Source.SYNC) -> Seen:
        return cls(timezone.now(), source)


@transaction.atomic
def absorb_brand(record: wire.Brand, *, api_key: ApiKey, seen: Seen, brand: Brand | None = None) -> Brand:
    """Take in a brand; `brand` names the row that asked for it, otherwise the remote id finds or makes one."""
    found = Brand.objects.select_for_update().filter(account_id=api_key.account_id)
    row = found.filter(pk=brand.pk).first() if brand else found.filter(remote_id=record.brand_id).first()
    row = row or Brand(account_id=api_key.account_id, client=_self_client(api_key), api_key=api_key)
    facts = {
        "display_name": record.display_name or row.display_name,
        "company_name": record.company_name or row.company_name,
        "entity_type": record.entity_type or row.entity_type,
        "ein": wire.digits(record.ein) or record.ein or row.ein,
        "ein_country": record.ein_issuing_country or record.country or row.ein_country,
        "country": record.country or row.country,
        "vertical": record.vertical or row.vertical,
        "website": record.website or row.website,
        "relationship": record.brand_relationship,
        "campaign_count": record.campaign_count,
        "remote_created_at": record.created_date,
        "remote_updated_at": record.last_updated,
    }
    _take_in(row, Axis.BRAND, record.brand_id, record.status, record.raw, facts, seen)
    return row


@transaction.atomic
def absorb_vetting(record: wire.Vetting, *, brand: Brand, seen: Seen) -> Vetting:
    """Take in one vetting of a brand. A score of 0 is a score."""
    rows = Vetting.objects.select_for_update().filter(account_id=brand.account_id)
    row = rows.filter(remote_id=record.vetting_id).first() or Vetting(brand=brand, **_owner(brand))
    facts = {
        "evp_id": record.evp_id,
        "vetting_class": record.vetting_class,
        "score": record.vetting_score,
        "remote_created_at": record.create_date,
        "vetted_at": record.vetted_date,
    }
    raw = {name: value for name, value in dict(record.raw or {}).items() if name != "vetting_token"}
    _take_in(row, Axis.VETTING, record.vetting_id, record.vetting_status, raw, facts, seen)
    return row


@transaction.atomic
def absorb_campaign(
    record: wire.Campaign, *, brand: Brand, seen: Seen, campaign: Campaign | None = None
) -> Campaign:
    """Take in a campaign and what each carrier says of it."""
    rows = Campaign.objects.select_for_update().filter(account_id=brand.account_id)
    row = (
        rows.filter(pk=campaign.pk).first() if campaign else rows.filter(remote_id=record.campaign_id).first()
    )
    row = row or Campaign(brand=brand, **_owner(brand))
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
    if _take_in(row, Axis.CAMPAIGN, record.campaign_id, record.status, record.raw, facts, seen):
        for carrier in record.mno_metadata:
            _absorb_carrier(row, carrier, seen)
    return row


def _absorb_carrier(campaign: Campaign, record: wire.MnoMetadata, seen: Seen) -> None:
    network_id = (record.network_id or record.mno)[:40]
    if not network_id:
        return
    row = CampaignCarrier.objects.filter(campaign=campaign, network_id=network_id).first()
    is_new = row is None
    row = row or CampaignCarrier(account_id=campaign.account_id, campaign=campaign, network_id=network_id)
    before, not_before = (row.state, row.remote_status), row.seen_at
    row.name = clipped(row, "name", record.mno or row.name)
    row.remote_status = record.status
    row.state = lifecycle.carrier_state(record.status)
    row.raw, row.seen_at = record.raw or {}, seen.asked_at
    row.save()
    after = (row.state, row.remote_status)
    if before == after and not is_new:
        return
    note_change(
        campaign,
        axis=Axis.CARRIER,
        part=row.name or network_id,
        before=("", "") if is_new else before,
        after=after,
        seen_at=seen.asked_at,
        not_before=not_before,
        source=seen.source,
    )
    if not is_new and before[0] != after[0]:
        _tell(campaign, Axis.CARRIER, row.state, seen, part=row.name or network_id)
    if row.state in (CarrierState.REJECTED, CarrierState.SUSPENDED) and not is_new and before[0] != row.state:
        note_refusal(campaign, said_by=f"carrier:{row.name or network_id}", code=record.status)


@transaction.atomic
def absorb_number(
    record: wire.NumberLink, *, campaign: Campaign, seen: Seen, link: NumberLink | None = None
) -> NumberLink:
    """Take in one number of a campaign; its remote id is its digits."""
    rows = NumberLink.objects.select_for_update().filter(account_id=campaign.account_id, campaign=campaign)
    row = rows.filter(pk=link.pk).first() if link else rows.filter(number=record.digits).first()
    row = row or NumberLink(campaign=campaign, number=record.digits[:20], **_owner(campaign))
    facts = {"country": record.country or row.country, "compliance": list(record.compliance)}
    _take_in(row, Axis.NUMBER, record.digits, record.status, record.raw, facts, seen)
    return row


def absorb_qualification(
    record: wire.Qualification | None, *, brand: Brand, use_case: str, reason: str = "", raw: object = None
) -> Qualification:
    """Keep an answer to a use case check; None means denied. Every answer is a row of its own."""
    refusing = [carrier for carrier in record.mno_metadata if carrier.qualify is False] if record else []
    qualified = record is not None and (not refusing or len(refusing) < len(record.mno_metadata))
    return Qualification.objects.create(
        account_id=brand.account_id,
        client_id=brand.client_id,
        brand=brand,
        use_case=use_case,
        qualified=qualified,
        reason=reason,
        quarterly_fee=_whole(record.quarterly_fee) if record else None,
        annual_fee=_whole(record.annual_fee) if record else None,
        raw=(record.raw if record else raw) or {},
        checked_at=timezone.now(),
    )


def _whole(fee: Any) -> int | None:
    return None if fee is None else int(fee)


def _self_client(api_key: ApiKey) -> Client:
    return Client.objects.get(account_id=api_key.account_id, is_self=True)


def _owner(parent: Brand | Campaign) -> dict[str, Any]:
    return {
        "account_id": parent.account_id,
        "client_id": parent.client_id,
        "api_key_id": parent.api_key_id,
        "responsible_id": parent.responsible_id,
    }


def _take_in(
    row: Row, axis: Axis, remote_id: str, word: str, raw: Any, facts: Mapping[str, Any], seen: Seen
) -> bool:
    """Write facts, state, change and notice of one row; False when there was nothing new."""
    if row.seen_at is not None and seen.asked_at < row.seen_at:
        return False  # asked before our last news: this answer is older than what we know
    payload = raw if isinstance(raw, dict) else {}
    new_hash, is_new, was_gone = digest(payload), row.pk is None, row.gone_at
    known = not is_new and row.raw_hash == new_hash and row.remote_id == remote_id and row.gone_at is None
    before, not_before = (row.state, row.remote_status), row.seen_at or row.created_at
    state = STATE_OF[axis](word)
    row.seen_at = seen.asked_at
    if known and before == (state, word):
        row.missing_since, row.missing_runs = None, 0
        row.save(update_fields=["seen_at", "missing_since", "missing_runs"])
        return False
    for name, value in facts.items():
        setattr(row, name, clipped(row, name, value))
    row.remote_id, row.remote_status, row.raw, row.raw_hash = remote_id, word, payload, new_hash
    if is_new or row.state != state:
        _set_waiting(row, axis, state, seen.asked_at)
    row.state, row.gone_at, row.missing_since, row.missing_runs = state, None, None, 0
    row.save()
    if is_new or before != (state, word):
        _changed(row, axis, ("", "") if is_new else before, not_before, seen)
    elif was_gone:
        _note(row, axis, before, was_gone, seen, reason="returned")
    return True


def _set_waiting(row: Row, axis: Axis, state: str, now: datetime) -> None:
    """Who has to move next, since when, and by when that usually happens."""
    row.waiting_on, row.waiting_since = lifecycle.waiting_on(axis, state), now
    row.expected_by = lifecycle.expected_by(axis, state, now)


def _note(
    row: Row, axis: Axis, before: tuple[str, str], not_before: datetime | None, seen: Seen, reason: str = ""
) -> None:
    note_change(
        row,
        axis=axis,
        before=before,
        after=(row.state, row.remote_status),
        seen_at=seen.asked_at,
        not_before=not_before,
        reason=reason,
        source=seen.source,
    )


def _changed(row: Row, axis: Axis, before: tuple[str, str], not_before: datetime | None, seen: Seen) -> None:
    """One change row; and for a new state of a known object, notice and, if it is a no, refusal."""
    reasons = row.raw.get("reasons") if isinstance(row.raw.get("reasons"), list) else []
    reason = "; ".join(str(one) for one in reasons)[:2000]
    _note(row, axis, before, not_before, seen, reason)
    if before[0] and before[0] != row.state:
        if row.state in NOES[axis]:
            note_refusal(row, said_by=str(NOES_BY[axis]), code=row.remote_status, text=reason)
        resolve(row, *kinds_about(axis))
        _tell(row, axis, row.state, seen)


def _tell(row: Row, axis: Axis, state: str, seen: Seen, part: str = "") -> None:
    kind = NOTICE_OF.get((str(axis), str(state)))
    if kind is None:
        return
    tell(
        kind,
        row,
        key=f"{kind}:{row.pk}:{part}:{seen.asked_at.isoformat(timespec='milliseconds')}",
        path=path_of(row),
        also=[row.brand]
        if isinstance(row, Vetting)
        else [row.campaign]
        if isinstance(row, NumberLink)
        else [],
        values={"carrier": part, "word": row.remote_status, "object": str(row)},
    )


def absorb_feedback(record: wire.Feedback, *, brand: Brand) -> None:
    """Keep why a brand was not verified, beside it and, when it is news, as a refusal."""
    found = [
        {"name": one.name, "description": one.description, "fields": list(one.fields)}
        for one in record.categories
    ]
    is_news = found != brand.feedback
    Brand.objects.filter(pk=brand.pk).update(feedback=found, feedback_at=timezone.now())
    for one in record.categories if is_news else ():
        note_refusal(
            brand,
            said_by="registry",
            code=one.name,
            text=one.description,
            fields=[{"field": name} for name in one.fields],
            resubmittable=Resubmittable.YES,
        )


def absorb_absence(row: Row, now: datetime) -> None:
    """Note that something is not at Vonage any more; its state stays, and the caller has marked the row."""
    _note(row, AXIS_OF[type(row)], (row.state, row.remote_status), row.seen_at, Seen(now), reason="gone")
    resolve(row)
