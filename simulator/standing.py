"""Where a thing stands now. The one place that turns timelines into status words."""

from __future__ import annotations

from simulator.records import Brand, Campaign, Number, Vetting
from simulator.store import Store
from simulator.vocabulary import CAMPAIGN_IN_REVIEW, STOPPED_CAMPAIGN

VETTED = frozenset({"VERIFIED", "UNVERIFIED"})


def brand_status(store: Store, brand: Brand) -> str:
    """A scored vetting lifts a brand out of verified or unverified, unless a word was forced on it."""
    if "brand" in store.settings.words:
        return store.settings.words["brand"]
    step = brand.timeline.current(store.now())
    if not step.forced and step.word in VETTED and score_of(store, brand) is not None:
        return "VETTED_VERIFIED"
    return step.word


def vetting_status(store: Store, vetting: Vetting) -> str:
    return store.settings.words.get("vetting") or vetting.timeline.current(store.now()).word


def vetting_score(store: Store, vetting: Vetting) -> int | None:
    """Shown once the vetting is no longer pending; an expired vetting keeps showing it."""
    return vetting.score if vetting.timeline.current(store.now()).word != "PENDING" else None


def score_of(store: Store, brand: Brand) -> int | None:
    scores = [
        vetting.score
        for vetting in store.vettings.below(brand.brand_id)
        if vetting.score is not None and vetting.timeline.current(store.now()).word == "ACTIVE"
    ]
    return max(scores, default=None)


def campaign_status(store: Store, campaign: Campaign) -> str:
    return store.settings.words.get("campaign") or campaign.timeline.current(store.now()).word


def carrier_status(store: Store, campaign: Campaign, network_id: str) -> str:
    word = campaign.carriers[network_id].current(store.now()).word
    return store.settings.words.get("carrier") or word


def stopped(store: Store, campaign: Campaign) -> bool:
    return campaign.timeline.current(store.now()).word in STOPPED_CAMPAIGN


def live_campaigns(store: Store, brand: Brand) -> list[Campaign]:
    return [campaign for campaign in store.campaigns.below(brand.brand_id) if not stopped(store, campaign)]


def number_status(store: Store, number: Number) -> str:
    """A number waits for its campaign: as long as that is in review it stays pending."""
    if "number" in store.settings.words:
        return store.settings.words["number"]
    step = number.timeline.current(store.now())
    campaign = store.campaigns[number.campaign_id]
    in_review = campaign.timeline.current(store.now()).word in CAMPAIGN_IN_REVIEW
    return "PENDING" if in_review and not step.forced else step.word


def linked(store: Store, number: str) -> list[Number]:
    """Where a number is linked now; one that sits in a stopped campaign is free again."""
    return [
        one
        for one in store.numbers.values()
        if one.number == number and not stopped(store, store.campaigns[one.campaign_id])
    ]


def numbers_of(store: Store, campaign: Campaign) -> list[Number]:
    if stopped(store, campaign):
        return []
    return store.numbers.below(campaign.campaign_id)
