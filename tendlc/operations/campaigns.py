"""Campaigns: what to send, what proves that it happened, what to store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.history.enums import Source
from portal.outbox.kinds import Found, Kind, Sighting, register
from portal.outbox.models import Operation
from portal.vonage.http import ApiClient
from tendlc import queries, wire
from tendlc.client import TenDlcClient
from tendlc.enums import CampaignState
from tendlc.labels import split_label
from tendlc.messages import path_of
from tendlc.models import Campaign
from tendlc.operations.names import CREATE_CAMPAIGN
from tendlc.operations.storing import give_way, store_refusal
from tendlc.operations.use_cases import qualify
from tendlc.sync import Seen, absorb_campaign


@register
class CreateCampaign(Kind):
    """POST a campaign. Evidence: our code at the end of its label, within its brand."""

    name = CREATE_CAMPAIGN
    label = _("Submit a campaign")

    def prepare(self, operation: Operation, api: ApiClient) -> None:
        """The use case is checked again when the last answer is too old; a denial refuses the campaign unsent."""
        campaign = _campaign(operation)
        if queries.is_fresh(queries.qualification_of(campaign.brand, campaign.use_case)):
            return
        qualify(campaign.brand, campaign.use_case, api)

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

    def known_ids(self, operation: Operation) -> Iterable[str]:
        rows = Campaign.objects.filter(brand_id=_campaign(operation).brand_id).exclude(remote_id="")
        return rows.values_list("remote_id", flat=True)

    def page(self, operation: Operation) -> str:
        return path_of(_campaign(operation))

    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        store_refusal(
            operation, _campaign(operation), problem, CampaignState.REFUSED, "tendlc.campaign_refused"
        )


def _campaign(operation: Operation) -> Campaign:
    return Campaign.objects.select_related("brand__api_key").get(pk=operation.object_id)
