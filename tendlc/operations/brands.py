"""Brands: what to send, what proves that it happened, what to store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.history.enums import Source
from portal.outbox.kinds import Found, Kind, Sighting, register
from portal.outbox.models import Operation
from portal.vonage.http import ApiClient
from tendlc import wire
from tendlc.client import TenDlcClient
from tendlc.enums import BrandState
from tendlc.messages import path_of
from tendlc.models import Brand
from tendlc.operations.names import CREATE_BRAND
from tendlc.operations.storing import give_way, store_refusal
from tendlc.sync import Seen, absorb_brand


@register
class CreateBrand(Kind):
    """POST a brand. Evidence: tax number and its country; without one, company name and country."""

    name = CREATE_BRAND
    label = _("Register a brand")

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        began = timezone.now()
        walk = TenDlcClient(api).walk_brands()
        wanted = wire.Brand.from_json(operation.payload)
        found, possible = list[Found](), list[Found]()
        for brand in walk:
            if not brand.brand_id:
                continue
            if brand.ein and _tax_number(brand) == _tax_number(wanted):
                found.append(Found(brand.brand_id, brand.raw, began))
            elif not (brand.ein and wanted.ein) and _company(brand) == _company(wanted):
                possible.append(Found(brand.brand_id, brand.raw, began))
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

    def known_ids(self, operation: Operation) -> Iterable[str]:
        rows = Brand.objects.filter(account_id=operation.account_id).exclude(remote_id="")
        return rows.values_list("remote_id", flat=True)

    def page(self, operation: Operation) -> str:
        brand = Brand.objects.filter(pk=operation.object_id).first()
        return path_of(brand) if brand else ""

    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        brand = Brand.objects.get(pk=operation.object_id)
        store_refusal(operation, brand, problem, BrandState.REFUSED, "tendlc.brand_refused")


def _tax_number(brand: wire.Brand) -> tuple[str, str]:
    """What tells one business from another: letters and digits of the number, and its country."""
    country = (brand.ein_issuing_country or brand.country).upper()
    return "".join(filter(str.isalnum, brand.ein)).upper(), country


def _company(brand: wire.Brand) -> tuple[str, str]:
    return " ".join(brand.company_name.casefold().split()), brand.country.upper()
