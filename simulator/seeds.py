"""Brands and applications that were there before: made elsewhere, not entered in the ledger."""

from __future__ import annotations

import uuid
from typing import Any

from simulator import applications, bodies, brands, campaigns, numbers, vettings
from simulator.records import Brand, Campaign
from simulator.staging import Mistake
from simulator.store import Store

KNOWN = frozenset({"key", "fields", "count", "status", "brand_id", "qualified", "vettings", "campaigns"})
BRAND: dict[str, Any] = {
    "entity_type": "PRIVATE_PROFIT",
    "display_name": "Made elsewhere",
    "company_name": "Made Elsewhere Ltd",
    "phone": "12125550100",
    "street": "1 Broad Street",
    "city": "New York",
    "state": "NY",
    "postal_code": "10004",
    "country": "US",
    "email": "compliance@example.com",
    "website": "https://example.com",
}


def plant(store: Store, sent: dict[str, Any]) -> list[dict[str, Any]]:
    """`count` brands of `key`; the fields given replace the defaults. Each has its status at once."""
    if unknown := sorted(sent.keys() - KNOWN):
        raise Mistake(f"Unknown: {', '.join(unknown)}. Known: {', '.join(sorted(KNOWN))}.")
    if not isinstance(sent.get("key"), str):
        raise Mistake("key must be the API key that owns the brand.")
    count = int(sent.get("count", 1))
    planted = [_brand(store, sent, index, count) for index in range(count)]
    store.save()
    return [bodies.brand(store, brand) for brand in planted]


def plant_application(store: Store, sent: dict[str, Any]) -> dict[str, Any]:
    """An application of `key`; with the `application_id` of one that is there, that one is changed elsewhere."""
    if not isinstance(sent.get("key"), str):
        raise Mistake("key must be the API key that owns the application.")
    fields = {"name": "Made elsewhere"} | sent.get("fields", {})
    application_id = str(sent.get("application_id", ""))
    planted = applications.add_application(store, sent["key"], fields, application_id)
    store.save()
    return bodies.application(planted)


def provision(store: Store, sent: dict[str, Any]) -> dict[str, Any]:
    """Let `key` ask for its subaccounts, which are these; without a list it may not ask any more."""
    if not isinstance(sent.get("key"), str):
        raise Mistake("key must be the API key of the primary account.")
    held = sent.get("subaccounts")
    if held is None:
        store.subaccounts.pop(sent["key"], None)
    elif not isinstance(held, list) or not all(isinstance(one, dict) and "api_key" in one for one in held):
        raise Mistake("subaccounts must be a list of objects, each with an api_key.")
    else:
        store.subaccounts[sent["key"]] = held
    store.save()
    return {"subaccounts": store.subaccounts.get(sent["key"])}


def _brand(store: Store, sent: dict[str, Any], index: int, count: int) -> Brand:
    given = BRAND | {"account_id": sent["key"]} | sent.get("fields", {})
    if "ein" not in given:
        given["ein"] = f"{80 + len(store.brands) // 10_000_000}-{len(store.brands) % 10_000_000:07}"
    if count > 1:
        given["display_name"] = f"{given['display_name']} {index + 1}"
        given["company_name"] = f"{given['company_name']} {index + 1}"
    brand = brands.add_brand(store, sent["key"], given)
    if "brand_id" in sent and count == 1:
        del store.brands[brand.brand_id]
        brand.brand_id = str(sent["brand_id"])
        store.brands[brand.brand_id] = brand
    brand.timeline.restart(store.now(), sent.get("status", "VERIFIED"))
    brand.qualified = list(sent.get("qualified", []))
    for one in sent.get("vettings", []):
        _vetting(store, brand, one)
    for one in sent.get("campaigns", []):
        _campaign(store, brand, one)
    return brand


def _vetting(store: Store, brand: Brand, sent: dict[str, Any]) -> None:
    record = {"vetting_id": str(uuid.uuid4()), "evp_id": "AEGIS", "vetting_class": "STANDARD"} | sent
    vetting = vettings.add_vetting(store, brand, record, (None, sent.get("score", 78)), "vetting")
    vetting.timeline.restart(store.now(), sent.get("status", "ACTIVE"))


def _campaign(store: Store, brand: Brand, sent: dict[str, Any]) -> Campaign:
    given = {
        "account_id": brand.fields["account_id"],
        "usecase": "LOW_VOLUME",
        "description": "Messages of a campaign that was made elsewhere",
        **sent.get("fields", {}),
    }
    campaign = campaigns.add_campaign(store, brand, given)
    campaign.timeline.restart(store.now(), sent.get("status", "ACTIVE"))
    for timeline in campaign.carriers.values():
        timeline.restart(store.now(), sent.get("carrier_status", "APPROVED"))
    for number in sent.get("numbers", []):
        linked = numbers.add_number(store, campaign, str(number), "US")
        linked.timeline.restart(store.now(), "APPROVED")
    return campaign
