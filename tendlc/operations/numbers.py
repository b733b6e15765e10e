"""Numbers of campaigns: what to send, what proves that it happened, what to store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.history.enums import Source
from portal.outbox.kinds import Found, Kind, Sighting, register
from portal.outbox.models import Operation
from portal.vonage.http import ApiClient
from portal.vonage.problems import NotFound
from tendlc import wire
from tendlc.client import TenDlcClient
from tendlc.enums import NumberState
from tendlc.lifecycle import number_state
from tendlc.messages import path_of
from tendlc.models import NumberLink
from tendlc.operations.names import LINK_NUMBER
from tendlc.operations.storing import store_refusal
from tendlc.sync import Seen, absorb_number

# Still listed there, but not linked: linking again is a request of its own.
NOT_LINKED = (NumberState.REJECTED, NumberState.UNLINKING, NumberState.UNLINKED)


@register
class LinkNumber(Kind):
    """POST a number to a campaign. Evidence: the number can be read there."""

    name = LINK_NUMBER
    label = _("Link a number")
    idempotent = True

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        link = _link(operation)
        campaign = link.campaign
        try:
            record = TenDlcClient(api).get_number(campaign.brand.remote_id, campaign.remote_id, link.number)
        except NotFound:
            return Sighting()
        if number_state(record.status) in NOT_LINKED:
            return Sighting()
        return Sighting((Found(record.digits, record.raw),))

    def send(self, operation: Operation, api: ApiClient) -> Found:
        campaign = _link(operation).campaign
        record = TenDlcClient(api).link_number(
            campaign.brand.remote_id, campaign.remote_id, operation.payload
        )
        return Found(record.digits, record.raw)

    def applied(self, operation: Operation, found: Found) -> None:
        link = _link(operation)
        record = wire.NumberLink.from_json(dict(found.raw))
        absorb_number(record, campaign=link.campaign, seen=Seen(found.asked_at, Source.ANSWER), link=link)

    def page(self, operation: Operation) -> str:
        return path_of(_link(operation))

    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        store_refusal(operation, _link(operation), problem, NumberState.REFUSED, "tendlc.number_refused")


def _link(operation: Operation) -> NumberLink:
    return NumberLink.objects.select_related("campaign__brand").get(pk=operation.object_id)
