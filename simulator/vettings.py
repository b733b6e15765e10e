"""Vettings: the list, an order, an import, and the two lists of values."""

from __future__ import annotations

import uuid
from typing import Any

from simulator import bodies, fields, problems, triggers
from simulator.call import Answer, Call
from simulator.problems import Invalid
from simulator.records import Brand, Timeline, Vetting
from simulator.store import Store
from simulator.vocabulary import PROVIDERS, VETTING_CLASSES


def list_vettings(call: Call, brand_id: str) -> Answer:
    """A bare array, all of it: the document knows no pages here."""
    call.brand(brand_id)
    store = call.store
    found = [one for one in store.vettings.below(brand_id) if store.visible(one.created)]
    return Answer(200, [bodies.vetting(store, one) for one in found])


def order_vetting(call: Call, brand_id: str) -> Answer:
    brand = call.brand(brand_id)
    sent = call.sent(fields.VETTING, "vetting")
    provider = _provider(sent)
    if not provider["tcr_billable"]:
        raise problems.invalid_data("vetting", [Invalid("evp_id", "Field 'evp_id' can only be imported")])
    if call.store.settings.uniqueness and _pending(call.store, brand_id, sent):
        raise problems.invalid_data("vetting", [Invalid.not_unique("evp_id")])
    named = triggers.words(brand.name)
    if "vetconflict" in named:
        raise problems.vetting_conflict()
    outcome = triggers.vetting_outcome(brand.name)
    vetting = add_vetting(call.store, brand, sent | {"vetting_id": str(uuid.uuid4())}, outcome, "vetting")
    call.effect(brand_id=brand_id, vetting_id=vetting.vetting_id)
    if "vetconflicted" in named:
        raise problems.vetting_conflict()
    return Answer(200, bodies.vetting(call.store, vetting))


def import_vetting(call: Call, brand_id: str, vetting_id: str) -> Answer:
    brand = call.brand(brand_id)
    sent = call.sent(fields.VETTING_IMPORT, "vetting")
    provider = _provider(sent)
    if not provider["tcr_billable"] and "vetting_token" not in sent:
        said = "Field 'vetting_token' is required by this provider"
        raise problems.invalid_data("vetting", [Invalid("vetting_token", said)])
    if vetting_id in call.store.vettings:
        raise problems.invalid_data("vetting", [Invalid.not_unique("evp_id")])
    outcome = triggers.import_outcome(brand.name, vetting_id, sent.get("vetting_token", ""))
    add_vetting(call.store, brand, sent | {"vetting_id": vetting_id}, outcome, "vetting_import")
    call.effect(brand_id=brand_id, vetting_id=vetting_id)
    return Answer(200, bodies.vetting(call.store, call.store.vettings[vetting_id]))


def add_vetting(
    store: Store, brand: Brand, sent: dict[str, Any], outcome: tuple[str | None, int | None], delay: str
) -> Vetting:
    word, score = outcome
    vetting = Vetting(
        sent["vetting_id"],
        brand.brand_id,
        brand.key,
        sent["evp_id"],
        sent["vetting_class"],
        sent.get("vetting_token", uuid.uuid4().hex),
        score,
        Timeline.starting(store.now(), "PENDING"),
        store.now(),
    )
    if word:
        vetting.timeline.plan(store.after(delay), word)
    if word == "ACTIVE" and triggers.vetting_expires(brand.name):
        expiry = store.settings.delays["vetting_expiry"] / store.settings.speed
        vetting.timeline.plan(store.after(delay) + expiry, "EXPIRED")
    store.vettings[vetting.vetting_id] = vetting
    return vetting


def _provider(sent: dict[str, Any]) -> dict[str, Any]:
    enabled = {one["id"] for one in VETTING_CLASSES if one["enabled"]}
    for provider in PROVIDERS:
        if provider["evp_id"] == sent["evp_id"]:
            if sent["vetting_class"] in enabled & set(provider["vetting_classes"]):
                return provider
            raise problems.invalid_data("vetting", [Invalid.not_valid("vetting_class")])
    raise problems.invalid_data("vetting", [Invalid.not_valid("evp_id")])


def _pending(store: Store, brand_id: str, sent: dict[str, Any]) -> bool:
    return any(
        (one.evp_id, one.vetting_class) == (sent["evp_id"], sent["vetting_class"])
        and one.timeline.current(store.now()).word == "PENDING"
        for one in store.vettings.below(brand_id)
    )


def list_classes(_: Call) -> Answer:
    return Answer(200, list(VETTING_CLASSES))


def list_providers(_: Call) -> Answer:
    return Answer(200, list(PROVIDERS))
