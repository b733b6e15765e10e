"""Campaigns: list, create, read, change, stop."""

from __future__ import annotations

from typing import Any

from simulator import bodies, fields, problems, standing, triggers
from simulator.call import Answer, Call
from simulator.problems import Invalid
from simulator.qualification import TABLE
from simulator.records import Brand, Campaign, Timeline
from simulator.store import Store
from simulator.vocabulary import ATT, CARRIERS, TMO

CARRIER_DELAYS = {ATT: "carrier_att", TMO: "carrier_tmo"}


def list_campaigns(call: Call, brand_id: str) -> Answer:
    call.brand(brand_id)
    page, size = call.paging("campaign")
    store = call.store
    found = [one for one in store.campaigns.below(brand_id) if store.visible(one.created)]
    listing = bodies.page("campaigns", found, lambda one: bodies.campaign(store, one), page, size)
    here = f"{bodies.BRANDS}/{brand_id}"
    listing["_links"] = {"brand": {"href": here}} | bodies.page_links(listing, f"{here}/campaigns")
    return Answer(200, listing)


def create_campaign(call: Call, brand_id: str) -> Answer:
    brand = call.brand(brand_id)
    sent = call.sent(fields.CAMPAIGN, "campaign")
    if sent["account_id"] != brand.fields["account_id"]:
        raise problems.not_found(sent["account_id"])
    _check_texts(sent, _missing_samples(sent))
    if sent["usecase"] not in brand.qualified:
        raise problems.not_qualified()
    campaign = add_campaign(call.store, brand, sent)
    call.effect(brand_id=brand_id, campaign_id=campaign.campaign_id)
    return Answer(201, bodies.campaign(call.store, campaign))


def _missing_samples(sent: dict[str, Any]) -> list[Invalid]:
    """Use cases that ask for two samples or more refuse a campaign without; one is not insisted on,
    since the document's shortest request has none."""
    wanted = TABLE[sent["usecase"]].samples
    return [
        Invalid(name, f"Field '{name}' is required for {sent['usecase']}")
        for name in (fields.SAMPLES[:wanted] if wanted > 1 else ())
        if name not in sent
    ]


def _check_texts(sent: dict[str, Any], found: list[Invalid]) -> None:
    shortened = [
        Invalid(name, f"Field '{name}' contains a public URL shortener")
        for name, text in sent.items()
        if isinstance(text, str) and any(host in text.casefold() for host in triggers.SHORTENERS)
    ]
    if found + shortened:
        raise problems.invalid_data("campaign", found + shortened)


def add_campaign(store: Store, brand: Brand, sent: dict[str, Any]) -> Campaign:
    """Put a campaign into review; its description says how that ends."""
    now = store.now()
    defaults = dict.fromkeys(fields.FLAGS, False) | {"auto_renewal": True}
    carriers = {network_id: Timeline.starting(now, "REVIEW") for network_id in CARRIERS}
    campaign = Campaign(
        store.new_id("C", 7, "0123456789ABCDEF"),
        brand.brand_id,
        brand.key,
        defaults | sent,
        Timeline.starting(now, "PENDING_REVIEW"),
        carriers,
        now,
        now,
    )
    _plan(store, campaign, triggers.words(sent["description"]))
    store.campaigns[campaign.campaign_id] = campaign
    return campaign


def _plan(store: Store, campaign: Campaign, named: frozenset[str]) -> None:
    """Our review, then the carriers one after the other; the last of them decides the campaign."""
    if "stuck" in named:
        return
    if "revise" in named:
        campaign.timeline.plan(store.after("campaign_review"), "UPDATES_REQUIRED")
        return
    campaign.timeline.plan(store.after("campaign_review"), "CARRIERS_REVIEW")
    rejecting = triggers.rejecting_carriers(campaign.fields["description"])
    for network_id, delay in CARRIER_DELAYS.items():
        word = "REJECTED" if network_id in rejecting else "APPROVED"
        campaign.carriers[network_id].plan(store.after(delay), word)
    decided = max(store.after(delay) for delay in CARRIER_DELAYS.values())
    if rejecting == frozenset(CARRIERS):
        campaign.timeline.plan(decided, "REJECTED")
        return
    campaign.timeline.plan(decided, "ACTIVE")
    _plan_end(store, campaign, named, decided)


def _plan_end(store: Store, campaign: Campaign, named: frozenset[str], active: float) -> None:
    delays, speed = store.settings.delays, store.settings.speed
    if "suspend" in named:
        suspended = active + delays["campaign_suspension"] / speed
        campaign.timeline.plan(suspended, "SUSPENDED")
        for timeline in campaign.carriers.values():
            timeline.plan(suspended, "SUSPENDED")
    elif "expire" in named:
        campaign.timeline.plan(active + delays["campaign_expiry"] / speed, "EXPIRED")


def read_campaign(call: Call, brand_id: str, campaign_id: str) -> Answer:
    return Answer(200, bodies.campaign(call.store, call.campaign(brand_id, campaign_id)))


def change_campaign(call: Call, brand_id: str, campaign_id: str) -> Answer:
    """A campaign sent back for changes goes into review again; others keep their status."""
    campaign = call.campaign(brand_id, campaign_id)
    sent = call.sent(fields.CAMPAIGN_PATCH, "campaign")
    fixed = campaign.fields.get("reseller_id")
    found = []
    if fixed and sent.get("reseller_id", fixed) != fixed:
        found.append(Invalid("reseller_id", "Field 'reseller_id' cannot be changed once it is set"))
    _check_texts(sent, found)
    campaign.fields |= sent
    campaign.updated = call.store.now()
    if campaign.timeline.current(call.store.now()).word == "UPDATES_REQUIRED":
        campaign.timeline.restart(call.store.now(), "PENDING_REVIEW")
        _plan(call.store, campaign, triggers.words(campaign.fields["description"]) - {"revise"})
    call.effect(brand_id=brand_id, campaign_id=campaign_id)
    return Answer(200, bodies.campaign(call.store, campaign))


def stop_campaign(call: Call, brand_id: str, campaign_id: str) -> Answer:
    """The campaign stays readable as it winds down; stopping it a second time finds nothing to stop."""
    campaign = call.campaign(brand_id, campaign_id)
    if standing.stopped(call.store, campaign):
        raise problems.not_found(campaign_id)
    campaign.timeline.restart(call.store.now(), "PENDING_CANCELLATION")
    campaign.timeline.plan(call.store.after("campaign_stop"), "CANCELED")
    campaign.updated = call.store.now()
    call.effect(brand_id=brand_id, campaign_id=campaign_id)
    return Answer(204)
