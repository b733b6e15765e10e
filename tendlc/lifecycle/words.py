"""From the provider's word to our state. A word that is not in a table is *unknown*: shown as it came.

The document leaves most status words open, so both vocabularies seen in the field are here: the dashboard's
and the older one of The Campaign Registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tendlc.enums import BrandState, CampaignState, CarrierState, NumberState, VettingState

BRAND_WORDS: Final[Mapping[str, BrandState]] = {
    "pending": BrandState.PENDING,
    "self_declared": BrandState.UNVERIFIED,
    "unverified": BrandState.UNVERIFIED,
    "verified": BrandState.VERIFIED,
    "vetted_verified": BrandState.VETTED,
}
VETTING_WORDS: Final[Mapping[str, VettingState]] = {
    "pending": VettingState.PENDING,
    "active": VettingState.SCORED,
    "unscore": VettingState.UNSCORED,
    "unscored": VettingState.UNSCORED,
    "failed": VettingState.FAILED,
    "expired": VettingState.EXPIRED,
}
CAMPAIGN_WORDS: Final[Mapping[str, CampaignState]] = {
    "pending": CampaignState.IN_REVIEW,
    "pending_review": CampaignState.IN_REVIEW,
    "carriers_review": CampaignState.IN_REVIEW,
    "active": CampaignState.ACTIVE,
    # It waits for corrections from us, as a rejected one does.
    "updates_required": CampaignState.REJECTED,
    "rejected": CampaignState.REJECTED,
    "suspended": CampaignState.SUSPENDED,
    "pending_cancellation": CampaignState.STOPPING,
    "canceled": CampaignState.STOPPED,
    "cancelled": CampaignState.STOPPED,
    "terminated": CampaignState.STOPPED,
    "expired": CampaignState.EXPIRED,
}
NUMBER_WORDS: Final[Mapping[str, NumberState]] = {
    "pending": NumberState.PENDING,
    "linking": NumberState.PENDING,
    # A documented word: the carriers have not said anything yet. Not our own *unknown*.
    "unknown": NumberState.PENDING,
    "approved": NumberState.LINKED,
    "linked": NumberState.LINKED,
    "rejected": NumberState.REJECTED,
    "unlinking": NumberState.UNLINKING,
    "unlinked": NumberState.UNLINKED,
}
CARRIER_WORDS: Final[Mapping[str, CarrierState]] = {
    "unknown": CarrierState.REVIEW,  # as for numbers
    "pending": CarrierState.REVIEW,
    "review": CarrierState.REVIEW,
    "approved": CarrierState.APPROVED,
    "rejected": CarrierState.REJECTED,
    "suspended": CarrierState.SUSPENDED,
}
GOOD_NEWS: Final = frozenset(
    {
        BrandState.VERIFIED,
        BrandState.VETTED,
        VettingState.SCORED,
        CampaignState.ACTIVE,
        NumberState.LINKED,
        CarrierState.APPROVED,
    }
)


def brand_state(word: str) -> BrandState:
    return BRAND_WORDS.get(plain(word), BrandState.UNKNOWN)


def vetting_state(word: str) -> VettingState:
    return VETTING_WORDS.get(plain(word), VettingState.UNKNOWN)


def campaign_state(word: str) -> CampaignState:
    return CAMPAIGN_WORDS.get(plain(word), CampaignState.UNKNOWN)


def number_state(word: str) -> NumberState:
    return NUMBER_WORDS.get(plain(word), NumberState.UNKNOWN)


def carrier_state(word: str) -> CarrierState:
    return CARRIER_WORDS.get(plain(word), CarrierState.UNKNOWN)


def is_good_news(state: BrandState | VettingState | CampaignState | NumberState | CarrierState) -> bool:
    """Whether it is something to be glad about; the enum counts, since several states share a word."""
    return any(state is good for good in GOOD_NEWS)


def plain(word: str) -> str:
    """A word of the provider's in the one writing in which words are compared.

    One with other letters than ASCII's is none of theirs, whatever it looks like: case folding makes an ordinary
    k of a Kelvin sign.
    """
    if not word.isascii():
        return word
    return word.strip().casefold().replace(" ", "_").replace("-", "_")
