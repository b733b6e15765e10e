"""Vettings: what to send, what proves that it happened, what to store. Tokens are sent and never stored in clear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.history.enums import Source
from portal.notices.actions import tell
from portal.outbox.kinds import Found, Kind, Sighting, register
from portal.outbox.models import Operation
from portal.vonage.http import ApiClient
from tendlc import wire
from tendlc.client import TenDlcClient
from tendlc.enums import VettingState
from tendlc.lifecycle import vetting_state
from tendlc.messages import path_of
from tendlc.models import Vetting
from tendlc.operations.names import IMPORT_VETTING, REQUEST_VETTING
from tendlc.operations.storing import give_way, store_refusal
from tendlc.sync import Seen, absorb_vetting


class VettingKind(Kind):
    """What both ways to a vetting share."""

    notice = ""
    refusal_notice = "tendlc.vetting_refused"

    def applied(self, operation: Operation, found: Found) -> None:
        vetting = _vetting(operation)
        found = give_way(vetting, found)
        record = wire.Vetting.from_json({name: one for name, one in found.raw.items() if name != LISTED})
        seen = Seen(found.asked_at, self.source(found))
        row = absorb_vetting(record, brand=vetting.brand, seen=seen, vetting=vetting)
        Vetting.objects.filter(pk=row.pk).update(token="")
        if self.notice:
            tell(
                self.notice,
                row,
                key=f"{self.notice}:{operation.pk}",
                path=path_of(row),
                also=[row.brand],
                values={"brand": str(row.brand)},
            )

    def source(self, found: Found) -> Source:
        return Source.ANSWER

    def known_ids(self, operation: Operation, before: datetime) -> Iterable[str]:
        rows = Vetting.objects.filter(brand_id=_vetting(operation).brand_id, created_at__lt=before)
        own = operation.object_id  # an import knows its id beforehand
        return rows.exclude(pk=own).exclude(remote_id="").values_list("remote_id", flat=True)

    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        store_refusal(operation, _vetting(operation), problem, VettingState.REFUSED, self.refusal_notice)
        Vetting.objects.filter(pk=operation.object_id).update(token="")

    def page(self, operation: Operation) -> str:
        return path_of(_vetting(operation))


@register
class RequestVetting(VettingKind):
    """POST a vetting: paid, and sent again by nobody but a person. Evidence: a new id of its provider and class."""

    name = REQUEST_VETTING
    label = _("Request a vetting")
    max_resends = 0
    notice = "tendlc.vetting_requested"

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        """Finished ones of the same kind are there all the time; one under way may be what is wanted."""
        wanted = (operation.payload["evp_id"], operation.payload["vetting_class"])
        records = [
            record
            for record in TenDlcClient(api).list_vettings(_vetting(operation).brand.remote_id)
            if record.vetting_id and (record.evp_id, record.vetting_class) == wanted
        ]
        under_way = any(vetting_state(record.vetting_status) == VettingState.PENDING for record in records)
        return Sighting(tuple(map(_found, records)), is_standing=not under_way)

    def send(self, operation: Operation, api: ApiClient) -> Found:
        brand_id = _vetting(operation).brand.remote_id
        return _found(TenDlcClient(api).request_vetting(brand_id, operation.payload))


@register
class ImportVetting(VettingKind):
    """PUT a vetting that was done elsewhere. Evidence: the brand's list carries its id."""

    name = IMPORT_VETTING
    label = _("Import a vetting")
    idempotent = True

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        vetting = _vetting(operation)
        records = TenDlcClient(api).list_vettings(vetting.brand.remote_id)
        return Sighting(
            tuple(
                Found(record.vetting_id, {**_bare(record), LISTED: True})
                for record in records
                if record.vetting_id == vetting.remote_id
            )
        )

    def send(self, operation: Operation, api: ApiClient) -> Found:
        vetting = _vetting(operation)
        body = dict(operation.payload) | ({"vetting_token": vetting.token} if vetting.token else {})
        return _found(TenDlcClient(api).import_vetting(vetting.brand.remote_id, vetting.remote_id, body))

    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        """Its id is free again for another try; one that the list has meanwhile carried stays as it is."""
        if _vetting(operation).listed_at is None:
            super().refused(operation, problem)
            Vetting.objects.filter(pk=operation.object_id).update(remote_id="")

    def source(self, found: Found) -> Source:
        """What was found in the list has been validated; an answer to the import has not."""
        return Source.SYNC if found.raw.get(LISTED) else Source.ANSWER


LISTED = "found_in_list"


def _found(record: wire.Vetting) -> Found:
    return Found(record.vetting_id, _bare(record))


def _bare(record: wire.Vetting) -> dict[str, Any]:
    """The payload without its token, which is a secret and comes in every answer."""
    raw = record.raw if isinstance(record.raw, dict) else {}
    return {name: value for name, value in raw.items() if name != "vetting_token"}


def _vetting(operation: Operation) -> Vetting:
    return Vetting.objects.select_related("brand__api_key", "api_key").get(pk=operation.object_id)
