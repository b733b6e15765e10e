"""Brands: list, create, read, change, delete, feedback, revet, use case check."""

from __future__ import annotations

import uuid
from typing import Any

from simulator import bodies, fields, problems, qualification, standing, triggers
from simulator.call import Answer, Call, parse
from simulator.problems import Invalid
from simulator.records import Brand, Timeline
from simulator.store import Store
from simulator.vocabulary import USE_CASES

# A change to one of these means that the identity has to be verified again.
IDENTITY = frozenset({"company_name", "ein", "ein_issuing_country", "entity_type"})


def list_brands(call: Call) -> Answer:
    page, size = call.paging("brand")
    store = call.store
    listed = [*store.brands.values(), *(store.deleted.values() if store.settings.lists_deleted else ())]
    mine = [one for one in listed if one.key == call.key and store.visible(one.created)]
    listing = bodies.page("brands", mine, lambda one: bodies.brand(store, one), page, size)
    listing["_links"] = bodies.page_links(listing, bodies.BRANDS)
    return Answer(200, listing)


def create_brand(call: Call) -> Answer:
    sent = call.sent(fields.BRAND, "brand")
    if call.key not in (sent["account_id"], sent.get("primary_account_id")):
        raise problems.not_found(sent["account_id"])
    _check_brand(call, sent, "brand")
    named = triggers.words(sent["company_name"])
    if "refuse" in named:
        raise problems.error_type("The registry refuses this company name.")
    if "conflict" in named:
        raise problems.brand_conflict()
    brand = add_brand(call.store, call.key, sent)
    call.effect(brand_id=brand.brand_id)
    if "conflicted" in named:
        raise problems.brand_conflict()
    return Answer(201, bodies.brand(call.store, brand))


def add_brand(store: Store, key: str, sent: dict[str, Any]) -> Brand:
    """Put a pending brand in; its name says how it ends."""
    now = store.now()
    defaults = {"primary_account_id": sent["account_id"], "ein_issuing_country": sent["country"]}
    brand = Brand(
        store.new_id("B", 6),
        key,
        defaults | sent,
        Timeline.starting(now, "PENDING"),
        now,
        now,
        uuid.uuid4().hex,
    )
    _plan(store, brand, "brand")
    store.brands[brand.brand_id] = brand
    return brand


def _plan(store: Store, brand: Brand, delay: str) -> None:
    outcome = triggers.brand_outcome(brand.name)
    if outcome:
        brand.timeline.plan(store.after(delay), outcome)


def _check_brand(call: Call, brand: dict[str, Any], subject: str, itself: str = "") -> None:
    found = fields.brand_rules(brand)
    if "duplicate" in triggers.words(brand["company_name"]):
        found.append(Invalid.not_unique("company_name"))
    if call.store.settings.uniqueness and _ein_taken(call, brand, itself):
        found.append(Invalid.not_unique("ein"))
    if found:
        raise problems.invalid_data(subject, found)


def _ein_taken(call: Call, brand: dict[str, Any], itself: str) -> bool:
    if "ein" not in brand:
        return False
    return any(
        one.key == call.key and one.brand_id != itself and _identity(one.fields) == _identity(brand)
        for one in call.store.brands.values()
    )


def _identity(brand: dict[str, Any]) -> tuple[str, str]:
    issued_in = brand.get("ein_issuing_country", brand["country"])
    return issued_in, fields.tax_number(brand.get("ein", ""))


def read_brand(call: Call, brand_id: str) -> Answer:
    return Answer(200, bodies.brand(call.store, call.brand(brand_id)))


def change_brand(call: Call, brand_id: str) -> Answer:
    """Refusals come as invalid-vetting-data: that is what is documented for this operation."""
    brand = call.brand(brand_id)
    sent = call.sent(fields.BRAND_PATCH, "vetting")
    changed = {name for name in sent.keys() & IDENTITY if sent[name] != brand.fields.get(name)}
    if changed and _fixed(call.store, brand):
        said = "cannot be changed while the brand has a campaign or a vetting"
        raise problems.invalid_data(
            "vetting", [Invalid(name, f"Field '{name}' {said}") for name in sorted(changed)]
        )
    _check_brand(call, brand.fields | sent, "vetting", itself=brand_id)
    brand.fields |= sent
    brand.updated = call.store.now()
    if changed:
        brand.timeline.restart(call.store.now(), "UNVERIFIED")
    call.effect(brand_id=brand_id)
    return Answer(200, bodies.brand(call.store, brand))


def _fixed(store: Store, brand: Brand) -> bool:
    return bool(standing.live_campaigns(store, brand)) or standing.score_of(store, brand) is not None


def delete_brand(call: Call, brand_id: str) -> Answer:
    brand = call.brand(brand_id)
    if standing.live_campaigns(call.store, brand):
        raise problems.error_type("This brand has campaigns. Stop them before you remove the brand.")
    remove_brand(call.store, brand_id)
    call.effect(brand_id=brand_id)
    return Answer(204)


def remove_brand(store: Store, brand_id: str) -> None:
    """The brand and all that hangs on it."""
    for campaign in store.campaigns.below(brand_id):
        remove_campaign(store, campaign.campaign_id)
    for vetting in store.vettings.below(brand_id):
        del store.vettings[vetting.vetting_id]
    store.deleted[brand_id] = store.brands.pop(brand_id)


def remove_campaign(store: Store, campaign_id: str) -> None:
    for number in store.numbers.below(campaign_id):
        del store.numbers[number.place]
    del store.campaigns[campaign_id]


def read_feedback(call: Call, brand_id: str) -> Answer:
    brand = call.brand(brand_id)
    if "feedbackless" in triggers.words(brand.name):
        raise problems.error_type("The registry has no feedback to give about this brand.")
    unverified = brand.timeline.current(call.store.now()).word == "UNVERIFIED"
    return Answer(200, {"categories": triggers.feedback(brand.name) if unverified else []})


def revet_brand(call: Call, brand_id: str) -> Answer:
    """Once a brand. The second time is a 409 of the kind that says that nothing was done."""
    brand = call.brand(brand_id)
    unwanted = fields.check({}, parse(call.data))
    if unwanted:
        raise problems.invalid_data("brand", unwanted)
    if brand.revetted and call.store.settings.revet_limit:
        raise problems.error_type("This brand has been revetted before. That is possible once.", status=409)
    brand.revetted = True
    brand.updated = call.store.now()
    brand.timeline.restart(call.store.now(), "PENDING")
    _plan(call.store, brand, "revet")
    call.effect(brand_id=brand_id)
    return Answer(200, bodies.brand(call.store, brand))


def check_use_case(call: Call, brand_id: str, usecase: str) -> Answer:
    """A read that leaves a trace: only a use case asked for here can be used in a campaign."""
    brand = call.brand(brand_id)
    if usecase not in USE_CASES:
        raise problems.unknown_use_case()
    if not qualification.allowed(call.store, brand, usecase):
        raise problems.use_case_denied()
    if usecase not in brand.qualified:
        brand.qualified.append(usecase)
    return Answer(200, qualification.answer(call.store, brand, usecase))
