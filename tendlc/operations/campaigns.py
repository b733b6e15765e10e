"""Campaigns: what to send, what proves that it happened, what to store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.history.enums import Source
from portal.outbox.kinds import Found, Kind, Sighting, register
from portal.outbox.models import Operation
from portal.records.money import Fee
from portal.vonage.http import ApiClient
from portal.vonage.problems import NotFound
from tendlc import prices, queries, wire
from tendlc.client import TenDlcClient
from tendlc.enums import BrandState, CampaignState
from tendlc.labels import split_label
from tendlc.lifecycle import campaign_state
from tendlc.messages import path_of
from tendlc.models import Brand, Campaign
from tendlc.operations.names import CREATE_CAMPAIGN, STOP_CAMPAIGN, UPDATE_CAMPAIGN
from tendlc.operations.storing import give_way, store_refusal, store_refused_act
from tendlc.operations.use_cases import qualify
from tendlc.sync import Seen, absorb_campaign, absorb_stop

SOONEST_QUESTION, LATEST_QUESTION = 5.0, 600.0  # seconds
# A campaign that is on its way out, or out: what a stop wants is so.
ENDING = (CampaignState.STOPPING, CampaignState.STOPPED, CampaignState.EXPIRED)


@register
class CreateCampaign(Kind):
    """POST a campaign. Evidence: our code at the end of its label, within its brand."""

    name = CREATE_CAMPAIGN
    label = _("Submit a campaign")
    refusal_notice = "tendlc.campaign_refused"

    def prepare(self, operation: Operation, api: ApiClient) -> None:
        """The use case is checked again when the last answer is too old; a denial refuses the campaign unsent.

        One that waited for its brand was agreed to without an answer: it needs a yes, and gets one asked for
        until the registry has checked the brand.
        """
        campaign = _campaign(operation)
        answer = queries.qualification_of(campaign.brand, campaign.use_case)
        waited = operation.depends_on_id is not None
        if answer is not None and queries.is_fresh(answer) and (answer.qualified or not waited):
            return
        patience = _patience(operation, campaign.brand) if waited else 0
        answer = qualify(campaign.brand, campaign.use_case, api, patience=patience)
        if operation.fee_minor is None:
            _note_fee(operation, prices.quarterly(answer.quarterly_fee))

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        """By our code, and by those of earlier submissions: one that was taken back may have arrived."""
        walk = TenDlcClient(api).walk_campaigns(_campaign(operation).brand.remote_id)
        codes = set(
            Operation.objects.filter(
                kind=self.name, object_type=operation.object_type, object_id=operation.object_id
            ).values_list("code", flat=True)
        )
        found = tuple(
            Found(campaign.campaign_id, campaign.raw)
            for campaign in walk
            if campaign.campaign_id and split_label(campaign.label)[1] in codes
        )
        return Sighting(found, walk.complete)

    def send(self, operation: Operation, api: ApiClient) -> Found:
        brand_id = _campaign(operation).brand.remote_id
        campaign = TenDlcClient(api).create_campaign(brand_id, operation.payload)
        return Found(campaign.campaign_id, campaign.raw)

    def applied(self, operation: Operation, found: Found) -> None:
        campaign = _campaign(operation)
        found = give_way(campaign, found)
        record = wire.Campaign.from_json(dict(found.raw))
        seen = Seen(found.asked_at, Source.ANSWER)
        absorb_campaign(record, brand=campaign.brand, seen=seen, campaign=campaign)

    def known_ids(self, operation: Operation, before: datetime) -> Iterable[str]:
        rows = Campaign.objects.filter(brand_id=_campaign(operation).brand_id, created_at__lt=before)
        return rows.exclude(remote_id="").values_list("remote_id", flat=True)

    def page(self, operation: Operation) -> str:
        return path_of(_campaign(operation))

    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        store_refusal(operation, _campaign(operation), problem, CampaignState.REFUSED, self.refusal_notice)


@register
class UpdateCampaign(Kind):
    """PATCH a campaign. Evidence: its fields read as asked for, so setting them twice does no more than once."""

    name = UPDATE_CAMPAIGN
    label = _("Edit a campaign")
    refusal_notice = "tendlc.campaign_edit_refused"
    idempotent = True

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        record = _read(operation, api)
        is_so = all(_reads_as(record, name, value) for name, value in operation.payload.items())
        return Sighting((Found(record.campaign_id, record.raw),) if is_so else ())

    def send(self, operation: Operation, api: ApiClient) -> Found:
        campaign = _campaign(operation)
        record = TenDlcClient(api).update_campaign(
            campaign.brand.remote_id, campaign.remote_id, operation.payload
        )
        return Found(record.campaign_id, record.raw)

    def applied(self, operation: Operation, found: Found) -> None:
        """What was asked for becomes the wish; the answer is the fact, which may differ from it."""
        campaign = _campaign(operation)
        wished = dict(operation.payload)
        if "label" in wished:
            wished["label"] = split_label(wished["label"])[0]
        Campaign.objects.filter(pk=campaign.pk).update(wished=campaign.wished | wished)
        record = wire.Campaign.from_json(dict(found.raw))
        seen = Seen(found.asked_at, Source.ANSWER)
        absorb_campaign(record, brand=campaign.brand, seen=seen, campaign=campaign)

    def page(self, operation: Operation) -> str:
        return path_of(_campaign(operation))

    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        store_refused_act(operation, _campaign(operation), problem, self.refusal_notice)


@register
class StopCampaign(Kind):
    """DELETE a campaign. Evidence: it is ending, or it is gone while the same key still reads its brand."""

    name = STOP_CAMPAIGN
    label = _("Stop a campaign")
    refusal_notice = "tendlc.campaign_stop_refused"
    idempotent = True

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        try:
            record = _read(operation, api)
        except NotFound:
            return Sighting((_gone(operation, api),))
        is_ending = campaign_state(record.status) in ENDING
        return Sighting((Found(record.campaign_id, record.raw),) if is_ending else ())

    def send(self, operation: Operation, api: ApiClient) -> Found:
        campaign = _campaign(operation)
        try:
            TenDlcClient(api).stop_campaign(campaign.brand.remote_id, campaign.remote_id)
        except NotFound:
            return _gone(operation, api)
        return Found(campaign.remote_id)

    def applied(self, operation: Operation, found: Found) -> None:
        campaign = _campaign(operation)
        seen = Seen(found.asked_at, Source.ANSWER)
        if found.raw:
            record = wire.Campaign.from_json(dict(found.raw))
            absorb_campaign(record, brand=campaign.brand, seen=seen, campaign=campaign)
        else:
            absorb_stop(campaign, seen=seen)

    def page(self, operation: Operation) -> str:
        return path_of(_campaign(operation))

    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        store_refused_act(operation, _campaign(operation), problem, self.refusal_notice)


def _patience(operation: Operation, brand: Brand) -> float:
    """Seconds to the next question whether a young brand may: soon at first, then a quarter of the time waited.

    0 once the registry has decided; a word of its we do not know counts as a decision after a day.
    """
    waited = (timezone.now() - operation.created_at).total_seconds()
    is_early = waited < settings.OUTBOX_GIVE_UP_SECONDS
    is_checked = brand.state != BrandState.PENDING and not (brand.state == BrandState.UNKNOWN and is_early)
    if brand.gone_at or is_checked:
        return 0
    soonest = max(SOONEST_QUESTION, float(settings.OUTBOX_HELD_RETRY_SECONDS))
    return min(max(waited / 4, soonest), LATEST_QUESTION)


def _note_fee(operation: Operation, fee: Fee) -> None:
    if fee.minor is not None:
        Operation.objects.filter(pk=operation.pk).update(
            fee_minor=fee.minor, fee_currency=fee.currency, fee_source=fee.source
        )


def _read(operation: Operation, api: ApiClient) -> wire.Campaign:
    campaign = _campaign(operation)
    return TenDlcClient(api).get_campaign(campaign.brand.remote_id, campaign.remote_id)


def _gone(operation: Operation, api: ApiClient) -> Found:
    """A 404 means "not there" only while the key reads the brand. Raises VonageError when it does not."""
    campaign = _campaign(operation)
    TenDlcClient(api).get_brand(campaign.brand.remote_id)
    return Found(campaign.remote_id)


def _reads_as(record: wire.Campaign, name: str, value: Any) -> bool:
    """Whether a field reads as it was asked for; white space at line ends and edges makes no difference."""
    fact = getattr(record, name)
    return fact == value or (isinstance(value, str) and str(fact).split() == value.split())


def _campaign(operation: Operation) -> Campaign:
    return Campaign.objects.select_related("brand__api_key").get(pk=operation.object_id)
