"""Brands: what to send, what proves that it happened, what to store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.history.enums import Source
from portal.outbox.kinds import Found, Kind, Sighting, register
from portal.outbox.models import Operation
from portal.vonage.http import ApiClient
from portal.vonage.problems import NotFound
from tendlc import wire
from tendlc.client import TenDlcClient
from tendlc.enums import BrandState
from tendlc.lifecycle import brand_state
from tendlc.messages import path_of
from tendlc.models import Brand
from tendlc.operations.names import CREATE_BRAND, DELETE_BRAND, REVET_BRAND, UPDATE_BRAND
from tendlc.operations.storing import give_way, store_refusal, store_refused_act
from tendlc.sync import Seen, absorb_brand, absorb_deleted_brand


@register
class CreateBrand(Kind):
    """POST a brand. Evidence: tax number and its country; without one, company name and country."""

    name = CREATE_BRAND
    label = _("Register a brand")
    refusal_notice = "tendlc.brand_refused"

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        began = timezone.now()
        client = TenDlcClient(api)
        walk = client.walk_brands()
        wanted = wire.Brand.from_json(operation.payload)
        found, possible = list[Found](), list[Found]()
        for brand in walk:
            if brand.ein and _tax_number(brand) == _tax_number(wanted):
                alike = found
            elif not (brand.ein and wanted.ein) and _company(brand) == _company(wanted):
                alike = possible
            else:
                continue
            if brand.brand_id and not _is_deleted(client, operation, brand.brand_id):
                alike.append(Found(brand.brand_id, brand.raw, began))
        if not wanted.ein:  # then name and country are all the evidence there is
            found, possible = possible, []
        return Sighting(tuple(found), walk.complete, tuple(possible))

    def send(self, operation: Operation, api: ApiClient) -> Found:
        brand = TenDlcClient(api).create_brand(operation.payload)
        return Found(brand.brand_id, brand.raw)

    def applied(self, operation: Operation, found: Found) -> None:
        brand = Brand.objects.select_related("api_key").get(pk=operation.object_id)
        found = give_way(brand, found)
        record = wire.Brand.from_json(dict(found.raw))
        absorb_brand(record, api_key=brand.api_key, seen=Seen(found.asked_at, Source.ANSWER), brand=brand)

    def known_ids(self, operation: Operation, before: datetime) -> Iterable[str]:
        rows = Brand.objects.filter(account_id=operation.account_id, created_at__lt=before)
        return rows.exclude(remote_id="").values_list("remote_id", flat=True)

    def page(self, operation: Operation) -> str:
        brand = Brand.objects.filter(pk=operation.object_id).first()
        return path_of(brand) if brand else ""

    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        brand = Brand.objects.get(pk=operation.object_id)
        store_refusal(operation, brand, problem, BrandState.REFUSED, self.refusal_notice)


class BrandAct(Kind):
    """What is done to a brand that Vonage knows; a refusal leaves the brand as it is."""

    def applied(self, operation: Operation, found: Found) -> None:
        brand = _brand(operation)
        record = wire.Brand.from_json(dict(found.raw))
        absorb_brand(record, api_key=brand.api_key, seen=Seen(found.asked_at, Source.ANSWER), brand=brand)

    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        store_refused_act(operation, _brand(operation), problem, self.refusal_notice)

    def page(self, operation: Operation) -> str:
        return path_of(_brand(operation))


@register
class UpdateBrand(BrandAct):
    """PATCH a brand. Evidence: reading it shows every value as it was wished for."""

    name = UPDATE_BRAND
    label = _("Change a brand")
    idempotent = True
    refusal_notice = "tendlc.brand_change_refused"

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        record = TenDlcClient(api).get_brand(_brand(operation).remote_id)
        wished = operation.payload.items()
        if not all(wire.same_letters(name, str(value), str(getattr(record, name))) for name, value in wished):
            return Sighting()
        return Sighting((Found(record.brand_id, record.raw),))

    def send(self, operation: Operation, api: ApiClient) -> Found:
        record = TenDlcClient(api).update_brand(_brand(operation).remote_id, operation.payload)
        return Found(record.brand_id, record.raw)

    def applied(self, operation: Operation, found: Found) -> None:
        """What the registry said of the old values is asked anew."""
        super().applied(operation, found)
        Brand.objects.filter(pk=operation.object_id).update(feedback_at=None)

    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        """What was taken back is no wish any more; what Vonage refused stays one, to be corrected."""
        super().refused(operation, problem)
        if problem.get("code") == "cancelled":
            brand = _brand(operation)
            kept = {name: wish for name, wish in brand.wished.items() if name not in operation.payload}
            Brand.objects.filter(pk=brand.pk).update(wished=kept)


@register
class DeleteBrand(BrandAct):
    """DELETE a brand. Evidence: a 404 for what this key has read before, while it may still read its list."""

    name = DELETE_BRAND
    label = _("Delete a brand")
    idempotent = True
    refusal_notice = "tendlc.brand_delete_refused"

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        client, brand_id = TenDlcClient(api), _brand(operation).remote_id
        try:
            client.get_brand(brand_id)
        except NotFound:
            client.list_brands(page=1, page_size=1)
            return Sighting((Found(brand_id),))
        return Sighting()

    def send(self, operation: Operation, api: ApiClient) -> Found:
        client, brand_id = TenDlcClient(api), _brand(operation).remote_id
        try:
            client.delete_brand(brand_id)
        except NotFound:
            client.list_brands(page=1, page_size=1)
        return Found(brand_id)

    def applied(self, operation: Operation, found: Found) -> None:
        absorb_deleted_brand(_brand(operation), seen=Seen(found.asked_at, Source.ANSWER))


@register
class RevetBrand(BrandAct):
    """POST a revet. Evidence: the brand is being checked, which it was not before; a brand that merely
    changed may have been revetted, and a person says so."""

    name = REVET_BRAND
    label = _("Revet a brand")
    max_resends = 0
    refusal_notice = "tendlc.brand_revet_refused"

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        brand = TenDlcClient(api).get_brand(_brand(operation).remote_id)
        if brand_state(brand.status) == BrandState.PENDING:
            return Sighting((Found(f"{brand.brand_id}@{brand.status}", brand.raw),), is_standing=True)
        raw = brand.raw if isinstance(brand.raw, dict) else {}
        stamp = f"{brand.brand_id}@{brand.status}@{raw.get('last_updated', '')}"
        return Sighting(possible=(Found(stamp, brand.raw),), is_standing=True)

    def send(self, operation: Operation, api: ApiClient) -> Found:
        brand = TenDlcClient(api).revet_brand(_brand(operation).remote_id)
        return Found(brand.brand_id, brand.raw)


def _brand(operation: Operation) -> Brand:
    return Brand.objects.select_related("api_key").get(pk=operation.object_id)


def _tax_number(brand: wire.Brand) -> tuple[str, str]:
    """What tells one business from another: letters and digits of the number, and its country."""
    return wire.tax_number(brand.ein), (brand.ein_issuing_country or brand.country).upper()


def _company(brand: wire.Brand) -> tuple[str, str]:
    return " ".join(brand.company_name.casefold().split()), brand.country.upper()


def _is_deleted(client: TenDlcClient, operation: Operation, brand_id: str) -> bool:
    """Whether a listed brand is one that was deleted: lists may go on carrying it, a read by id does not.

    Asked only of what is marked as gone here: of a new brand a 404 proves nothing.
    """
    marked = Brand.objects.filter(account_id=operation.account_id, remote_id=brand_id)
    if not marked.exclude(gone_at=None).exists():
        return False
    try:
        client.get_brand(brand_id)
    except NotFound:
        return True
    return False
