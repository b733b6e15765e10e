"""Which brand may run which use case, at what fee, and what each carrier makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator import standing
from simulator.records import Brand
from simulator.store import Store
from simulator.vocabulary import ATT, CARRIERS, TMO, USE_CASES

# What a brand may do that is verified but not vetted. The real registry allows LOW_VOLUME alone.
VERIFIED_USE_CASES = frozenset(
    {"LOW_VOLUME", "2FA", "CUSTOMER_CARE", "ACCOUNT_NOTIFICATION", "DELIVERY_NOTIFICATION", "MIXED"}
)
NON_PROFIT_USE_CASES = frozenset({"POLITICAL", "CHARITY", "EMERGENCY"})
DENIED = frozenset({"PENDING", "UNVERIFIED"})


@dataclass(frozen=True)
class UseCase:
    """Fees in whole dollars; `att_class` is set where the score does not decide it."""

    quarterly_fee: int = 30
    annual_fee: int = 120
    samples: int = 1
    opt_out: bool = True
    att_class: str | None = None
    att_tpm: int | None = None
    declared: bool = True
    tmo: bool = True
    review: bool = False


TABLE = {name: UseCase() for name in USE_CASES} | {
    "2FA": UseCase(opt_out=False),
    "LOW_VOLUME": UseCase(6, 24, att_class="T", att_tpm=75),
    "MIXED": UseCase(declared=False),
    "MARKETING": UseCase(samples=2, declared=False),
    "POLITICAL": UseCase(30, 30, samples=2, att_class="Q", att_tpm=2000, review=True),
    "CHARITY": UseCase(9, 36, att_class="P", att_tpm=2400),
    "EMERGENCY": UseCase(15, 60, att_class="X", att_tpm=4500, review=True),
    "SWEEPSTAKE": UseCase(samples=2, review=True),
    "TRIAL": UseCase(0, 0, att_class="T", att_tpm=75, tmo=False),
    "CARRIER_EXEMPT": UseCase(review=True),
    "SOCIAL": UseCase(review=True),
}

# From this score on: AT&T class of a declared use case, of a mixed one, messages a minute, T-Mobile tier.
TIERS = (
    (75, "A", "B", 4500, "TOP"),
    (50, "C", "D", 2400, "HIGH_MID"),
    (25, "E", "F", 240, "LOW_MID"),
    (0, "E", "F", 240, "LOW"),
)


@dataclass(frozen=True)
class Throughput:
    att_class: str
    att_tpm: int
    tmo_tier: str


def allowed(store: Store, brand: Brand, usecase: str) -> bool:
    """An unknown status word denies nothing but what needs a non-profit brand."""
    status = standing.brand_status(store, brand)
    if status in DENIED:
        return False
    if status == "VERIFIED":
        return usecase in VERIFIED_USE_CASES
    return usecase not in NON_PROFIT_USE_CASES or brand.fields.get("entity_type") == "NON_PROFIT"


def throughput(score: int | None, usecase: str) -> Throughput:
    entry = TABLE[usecase]
    _, declared, mixed, tpm, tier = next(row for row in TIERS if (score or 0) >= row[0])
    if entry.att_class and entry.att_tpm:
        return Throughput(entry.att_class, entry.att_tpm, tier)
    return Throughput(declared if entry.declared else mixed, tpm, tier)


def answer(store: Store, brand: Brand, usecase: str) -> dict[str, Any]:
    entry = TABLE[usecase]
    reached = throughput(standing.score_of(store, brand), usecase)
    shared = {
        "min_msg_samples": entry.samples,
        "req_subscriber_opt_in": True,
        "req_subscriber_help": True,
        "req_subscriber_opt_out": entry.opt_out,
        "mno_review": entry.review,
        "no_embedded_link": usecase == "POLITICAL",
    }
    return {
        "usecase": usecase,
        "quarterly_fee": entry.quarterly_fee,
        "annual_fee": entry.annual_fee,
        "mno_metadata": [shared | _att(reached), shared | _tmo(reached, usecase)],
    }


def _att(reached: Throughput) -> dict[str, Any]:
    """What belongs to the other carrier is null, as documented."""
    return {
        "network_id": ATT,
        "att_msg_class": reached.att_class,
        "mno": CARRIERS[ATT],
        "att_tpm": reached.att_tpm,
        "mno_support": True,
        "qualify": True,
        "tmo_brand_tier": None,
    }


def _tmo(reached: Throughput, usecase: str) -> dict[str, Any]:
    supported = TABLE[usecase].tmo
    return {
        "network_id": TMO,
        "mno": CARRIERS[TMO],
        "mno_support": supported,
        "no_embedded_phone": usecase == "POLITICAL",
        "qualify": supported,
        "tmo_brand_tier": reached.tmo_tier,
        "att_tpm": None,
        "att_msg_class": None,
    }
