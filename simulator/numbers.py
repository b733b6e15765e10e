"""Numbers of a campaign: list, link, read, unlink."""

from __future__ import annotations

from simulator import bodies, fields, problems, standing, triggers
from simulator.call import Answer, Call
from simulator.problems import Invalid
from simulator.records import Campaign, Number, Timeline
from simulator.store import Store
from simulator.vocabulary import CLOSED_CAMPAIGN


def list_numbers(call: Call, brand_id: str, campaign_id: str) -> Answer:
    """Without `_links`, unlike the other lists: so it is documented."""
    campaign = call.campaign(brand_id, campaign_id)
    page, size = call.paging("number")
    store = call.store
    found = [one for one in standing.numbers_of(store, campaign) if store.visible(one.created)]
    return Answer(200, bodies.page("numbers", found, lambda one: bodies.number(store, one), page, size))


def link_number(call: Call, brand_id: str, campaign_id: str) -> Answer:
    campaign = call.campaign(brand_id, campaign_id)
    sent = call.sent(fields.LINK, "number")
    if sent["number"].endswith(triggers.UNOWNED_NUMBER):
        raise problems.not_found(sent["number"])
    if campaign.timeline.current(call.store.now()).word in CLOSED_CAMPAIGN:
        said = f"Campaign '{campaign_id}' does not take numbers"
        raise problems.invalid_data("number", [Invalid("number", said)])
    if call.store.settings.uniqueness and standing.linked(call.store, sent["number"]):
        raise problems.number_already_linked()
    number = add_number(call.store, campaign, sent["number"], sent["country"])
    call.effect(brand_id=brand_id, campaign_id=campaign_id, number=number.number)
    return Answer(201, bodies.number(call.store, number))


def add_number(store: Store, campaign: Campaign, number: str, country: str) -> Number:
    now = store.now()
    timeline = Timeline.starting(now, "PENDING")
    outcome = triggers.number_outcome(number)
    if outcome:
        timeline.plan(store.after("number"), outcome)
    linked = Number(number, country, campaign.campaign_id, campaign.key, timeline, now)
    store.numbers[linked.place] = linked
    return linked


def _find(call: Call, brand_id: str, campaign_id: str, number: str) -> Number:
    campaign = call.campaign(brand_id, campaign_id)
    for one in standing.numbers_of(call.store, campaign):
        if one.number == number and (call.row is not None or call.store.visible(one.created)):
            return one
    raise problems.not_found(number)


def read_number(call: Call, brand_id: str, campaign_id: str, number: str) -> Answer:
    return Answer(200, bodies.number(call.store, _find(call, brand_id, campaign_id, number)))


def unlink_number(call: Call, brand_id: str, campaign_id: str, number: str) -> Answer:
    del call.store.numbers[_find(call, brand_id, campaign_id, number).place]
    call.effect(brand_id=brand_id, campaign_id=campaign_id, number=number)
    return Answer(204)
