"""Numbers of campaigns: what to send, what proves that it happened, what to store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.history.enums import Source
from portal.outbox.kinds import Found, Kind, Sighting, register
from portal.outbox.models import Operation
from portal.vonage.http import ApiClient
from portal.vonage.problems import NotFound, VonageError
from tendlc import wire
from tendlc.client import TenDlcClient
from tendlc.enums import NumberState
from tendlc.lifecycle import number_state
from tendlc.messages import path_of
from tendlc.models import NumberLink
from tendlc.operations.names import LINK_NUMBER, UNLINK_NUMBER
from tendlc.operations.storing import store_refusal
from tendlc.sync import Seen, absorb_number, absorb_unlinked

# Still listed there, but not linked: linking again is a request of its own.
NOT_LINKED = (NumberState.REJECTED, NumberState.UNLINKING, NumberState.UNLINKED)
# Still listed there, and on its way out or out: there is nothing left to delete.
GOING = (NumberState.UNLINKING, NumberState.UNLINKED)


@register
class LinkNumber(Kind):
    """POST a number to a campaign. Evidence: the number can be read there; one that was turned down was there before,
    or our request was made and turned down since. One on its way out may still be an earlier link's."""

    name = LINK_NUMBER
    label = _("Link a number")
    refusal_notice = "tendlc.number_refused"
    idempotent = True

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        link = _link(operation)
        campaign = link.campaign
        try:
            record = TenDlcClient(api).get_number(campaign.brand.remote_id, campaign.remote_id, link.number)
        except NotFound:
            return Sighting()
        state = number_state(record.status)
        if state not in NOT_LINKED:
            return Sighting((Found(record.digits, record.raw),))
        found = (Found(f"{record.digits}@{record.status}", record.raw),)
        return (
            Sighting(possible=found, is_standing=True)
            if state in GOING
            else Sighting(found, is_standing=True)
        )

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
        store_refusal(operation, _link(operation), problem, NumberState.REFUSED, self.refusal_notice)


@register
class UnlinkNumber(Kind):
    """DELETE a number of a campaign. Evidence: it cannot be read there any more, while its campaign can."""

    name = UNLINK_NUMBER
    label = _("Unlink a number")
    refusal_notice = "tendlc.unlink_refused"
    idempotent = True

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        client, number = TenDlcClient(api), operation.payload["number"]
        try:
            record = client.get_number(*_place(operation), number)
        except NotFound:
            client.get_campaign(*_place(operation))  # a 404 alone may mean "no access"
            return Sighting((Found(number),))
        is_going = number_state(record.status) in GOING
        return Sighting((Found(number, record.raw),) if is_going else ())

    def send(self, operation: Operation, api: ApiClient) -> Found:
        """Whoever sends has just read the number with this key, so "not found" means that it is off."""
        client, number = TenDlcClient(api), operation.payload["number"]
        try:
            client.unlink_number(*_place(operation), number)
        except NotFound:
            return Found(number)
        return Found(number, _read_back(operation, client))

    def applied(self, operation: Operation, found: Found) -> None:
        link, seen = _link(operation), Seen(found.asked_at, Source.ANSWER)
        record = wire.NumberLink.from_json(dict(found.raw))
        if number_state(record.status) in GOING:
            absorb_number(record, campaign=link.campaign, seen=seen, link=link)
        else:
            absorb_unlinked(link, seen=seen, confirmed=not found.raw)

    def page(self, operation: Operation) -> str:
        return path_of(_link(operation))

    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        """The number stays where it is, in the state it is in; a wish taken back leaves nothing behind."""
        if problem.get("code") != "cancelled":
            link = _link(operation)
            store_refusal(operation, link, problem, link.state, self.refusal_notice)


def _place(operation: Operation) -> tuple[str, str]:
    return operation.payload["brand_id"], operation.payload["campaign_id"]


def _read_back(operation: Operation, client: TenDlcClient) -> Mapping[str, Any]:
    """What Vonage says of a number that it has just deleted: nothing, once it is really off.

    When it cannot be read right now the last payload stands in, and polling finds out.
    """
    try:
        raw = client.get_number(*_place(operation), operation.payload["number"]).raw
    except NotFound:
        return {}
    except VonageError:
        raw = None
    return raw or _link(operation).raw or {"number": operation.payload["number"]}


def _link(operation: Operation) -> NumberLink:
    return NumberLink.objects.select_related("campaign__brand").get(pk=operation.object_id)
