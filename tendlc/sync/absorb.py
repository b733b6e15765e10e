"""One function a thing takes in what the provider says: columns, raw payload, change rows and notices together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import ApiKey, Client
from portal.history.actions import note_change, note_refusal
from portal.history.enums import Resubmittable, Source
from portal.notices.actions import resolve, tell
from portal.records.models import clipped, digest
from tendlc import lifecycle, wire
from tendlc.enums import (
    Axis,
    CampaignState,
    CarrierState,
    NumberState,
    Presence,
    VettingState,
    carrier_label,
)
from tendlc.messages import NOTICE_OF, kinds_about, path_of
from tendlc.models import Brand, Campaign, CampaignCarrier, NumberLink, Qualification, Vetting
from tendlc.sync import elsewhere
from tendlc.sync.told import (
    AXIS_OF,
    Row,
    Seen,
    Told,
    owner_of,
    reason_in,
    set_waiting,
    told_of_brand,
    told_of_campaign,
    told_of_number,
    told_of_vetting,
    write_on,
)

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


@transaction.atomic
def absorb_brand(record: wire.Brand, *, api_key: ApiKey, seen: Seen, brand: Brand | None = None) -> Brand:
    """Take in a brand; `brand` names the row that asked for it, otherwise the remote id finds or makes one."""
    found = Brand.objects.select_for_update().filter(account_id=api_key.account_id)
    row = found.filter(pk=brand.pk).first() if brand else found.filter(remote_id=record.brand_id).first()
    row = row or Brand(account_id=api_key.account_id, client=self_client(api_key), api_key=api_key)
    told = told_of_brand(row, record, seen)
    changed = elsewhere.changed_fields(row, record) if seen.source is Source.SYNC else []
    if _take_in(row, told, seen) and changed:
        elsewhere.note_fields(row, changed, seen.asked_at, seen.source)
    return row


@transaction.atomic
def absorb_vetting(
    record: wire.Vetting, *, brand: Brand, seen: Seen, vetting: Vetting | None = None
) -> Vetting:
    """Take in one vetting of a brand. A score of 0 is a score; an import counts once the list carries it."""
    rows = Vetting.objects.select_for_update().filter(account_id=brand.account_id)
    row = rows.filter(pk=vetting.pk).first() if vetting else rows.filter(remote_id=record.vetting_id).first()
    row = row or Vetting(brand=brand, **owner_of(brand))
    _take_in(row, told_of_vetting(row, record, seen), seen)
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
    row = row or Campaign(brand=brand, **owner_of(brand))
    if _take_in(row, told_of_campaign(row, record, seen), seen):
        for carrier in record.mno_metadata:
            _absorb_carrier(row, carrier, seen)
    return row


@transaction.atomic
def absorb_stop(campaign: Campaign, *, seen: Seen) -> None:
    """Vonage took a stop without a word on where the campaign stands: it is ending until it is read again."""
    row = Campaign.objects.select_for_update().get(pk=campaign.pk)
    before, not_before = (row.state, row.remote_status), row.seen_at
    row.state, row.seen_at = CampaignState.STOPPING, seen.asked_at
    set_waiting(row, Axis.CAMPAIGN, row.state, seen.asked_at)
    row.save(update_fields=["state", "seen_at", "waiting_on", "waiting_since", "expected_by", "updated_at"])
    if before[0] != row.state:
        _note(row, Axis.CAMPAIGN, before, not_before, seen)


def network_of(record: wire.MnoMetadata) -> str:
    """What one carrier of a campaign is known by; "" for one that cannot be told from others."""
    return (record.network_id or record.mno)[:40]


def write_carrier(row: CampaignCarrier, record: wire.MnoMetadata, seen: Seen) -> None:
    row.name = clipped(row, "name", record.mno or row.name)
    row.remote_status = record.status
    row.state = lifecycle.carrier_state(record.status)
    row.raw, row.seen_at = record.raw or {}, seen.asked_at


def _absorb_carrier(campaign: Campaign, record: wire.MnoMetadata, seen: Seen) -> None:
    network_id = network_of(record)
    if not network_id:
        return
    row = CampaignCarrier.objects.filter(campaign=campaign, network_id=network_id).first()
    is_new = row is None
    row = row or CampaignCarrier(account_id=campaign.account_id, campaign=campaign, network_id=network_id)
    before, not_before = (row.state, row.remote_status), row.seen_at
    write_carrier(row, record, seen)
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
    row = rows.filter(pk=link.pk).first() if link else rows.filter(number=record.digits[:20]).first()
    row = row or NumberLink(campaign=campaign, number=record.digits[:20], **owner_of(campaign))
    _take_in(row, told_of_number(row, record, seen), seen)
    return row


@transaction.atomic
def absorb_unlinked(link: NumberLink, *, seen: Seen, confirmed: bool) -> NumberLink:
    """A number was deleted from its campaign: off once a read no longer found it, on its way out before that."""
    row = NumberLink.objects.select_for_update().get(pk=link.pk)
    state = NumberState.UNLINKED if confirmed else NumberState.UNLINKING
    before, not_before = (row.state, row.remote_status), row.seen_at
    row.seen_at, row.gone_at, row.missing_since, row.missing_runs = seen.asked_at, None, None, 0
    if row.state != state:
        set_waiting(row, Axis.NUMBER, state, seen.asked_at)
        row.state, row.remote_status = state, ""
        _changed(row, Axis.NUMBER, before, not_before, seen)
    row.save()
    return row


def absorb_qualification(
    record: wire.Qualification | None, *, brand: Brand, use_case: str, reason: str = "", raw: object = None
) -> Qualification:
    """Keep an answer to a use case check; None means denied. Every answer is a row of its own.

    One carrier's yes is a yes. Where none says yes or no, the answer is kept as neither.
    """
    said = {carrier.qualify for carrier in record.mno_metadata} if record else {False}
    qualified = True if True in said else False if said == {False} else None
    return Qualification.objects.create(
        account_id=brand.account_id,
        client_id=brand.client_id,
        brand=brand,
        use_case=use_case,
        qualified=qualified,
        reason=reason,
        quarterly_fee=_money(record.quarterly_fee) if record else None,
        annual_fee=_money(record.annual_fee) if record else None,
        raw=(record.raw if record else raw) or {},
        checked_at=timezone.now(),
    )


def _money(fee: Decimal | None) -> Decimal | None:
    """To the cent, if it is a fee that anybody could be asked for."""
    return None if fee is None or abs(fee) >= 10**10 else round(fee, 2)


def self_client(api_key: ApiKey) -> Client:
    return Client.objects.get(account_id=api_key.account_id, is_self=True)


def _take_in(row: Row, told: Told, seen: Seen) -> bool:
    """Write facts, state, change and notice of one row; False when there was nothing new."""
    if row.seen_at is not None and seen.asked_at < row.seen_at:
        return False  # asked before our last news: this answer is older than what we know
    is_new, was_gone = row.pk is None, row.gone_at
    known = not is_new and row.remote_id == told.remote_id and was_gone is None
    before, not_before = (row.state, row.remote_status), row.seen_at or row.created_at
    if known and before == told.standing and row.raw_hash == digest(told.raw):
        row.seen_at, row.missing_since, row.missing_runs = seen.asked_at, None, 0
        row.save(update_fields=["seen_at", "missing_since", "missing_runs"])
        return False
    write_on(row, told, seen)
    row.save()
    if is_new or before != told.standing:
        _changed(row, told.axis, ("", "") if is_new else before, not_before, seen)
    elif was_gone:
        _note(row, told.axis, before, was_gone, seen, reason=Presence.RETURNED)
    return True


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
    reason = reason_in(row)
    _note(row, axis, before, not_before, seen, reason)
    if before[0] and before[0] != row.state:
        if row.state in NOES[axis]:
            note_refusal(row, said_by=str(NOES_BY[axis]), code=row.remote_status, text=reason)
        resolve(row, *kinds_about(axis))
        _tell(row, axis, row.state, seen)


def _tell(row: Row, axis: Axis, state: str, seen: Seen, part: str = "") -> None:
    is_import = isinstance(row, Vetting) and row.is_import and state == VettingState.SCORED
    kind = "tendlc.vetting_imported" if is_import else NOTICE_OF.get((str(axis), str(state)))
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
        values={
            "carrier": carrier_label(part),
            "word": row.remote_status,
            "object": str(row),
            **({"brand": str(row.brand)} if isinstance(row, Vetting) else {}),
        },
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
    """Note that something is not at Vonage any more, nor is what hung on it; states stay.

    The caller has marked the row itself.
    """
    _note(
        row, AXIS_OF[type(row)], (row.state, row.remote_status), row.seen_at, Seen(now), reason=Presence.GONE
    )
    _mark_below(row, now)
    resolve(row)


def _mark_below(row: Row, now: datetime) -> None:
    """Nobody lists what belonged to something that is gone; should it return, its lists bring the rest back."""
    below: dict[type[Row], tuple[Any, ...]] = {
        Brand: (
            Vetting.objects.filter(brand=row.pk),
            Campaign.objects.filter(brand=row.pk),
            NumberLink.objects.filter(campaign__brand=row.pk),
        ),
        Campaign: (NumberLink.objects.filter(campaign=row.pk),),
    }
    for rows in below.get(type(row), ()):
        rows.exclude(remote_id="").filter(gone_at=None).update(gone_at=now, seen_at=now, waiting_on="")


@transaction.atomic
def absorb_deleted_brand(brand: Brand, *, seen: Seen) -> None:
    """Note that a brand was deleted from here: it and what hung on it is not at Vonage any more; rows stay."""
    before = Brand.objects.select_for_update().get(pk=brand.pk).seen_at
    now = seen.asked_at  # seen then as well: what a list asked for before that says is old
    if not Brand.objects.filter(pk=brand.pk, gone_at=None).update(gone_at=now, seen_at=now, waiting_on=""):
        return
    brand.refresh_from_db()
    _note(brand, Axis.BRAND, (brand.state, brand.remote_status), before, seen, reason=Presence.GONE)
    _mark_below(brand, now)
    resolve(brand)
    tell("tendlc.brand_deleted", brand, key=f"brand_deleted:{brand.pk}", path=path_of(brand))
