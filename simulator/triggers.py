"""Which names and texts lead to which outcome. `docs/simulator.md` has the table for readers.

Triggers are whole words, in any case: "Conflict" is not in "Conflicted".
"""

from __future__ import annotations

import re
from typing import Any

from simulator.vocabulary import ATT, CARRIERS, TMO

WRONG_SECRET, FORBIDDEN_SECRET = "wrong", "forbidden"
GOOD_SCORE = 78
SCORES = {"lowscore": 25, "midscore": 60, "topscore": 92}
SHORTENERS = ("bit.ly", "tinyurl.com")
UNOWNED_NUMBER = "404"

Reason = tuple[str, str, tuple[str, ...]]
FEEDBACK: dict[str, Reason] = {
    "unverified": (
        "TAX_ID",
        "The tax number and the legal company name do not belong together.",
        ("ein", "company_name"),
    ),
    "unlisted": (
        "STOCK_SYMBOL",
        "The stock symbol was not found at this exchange.",
        ("stock_symbol", "stock_exchange"),
    ),
    "uncharitable": ("NONPROFIT", "The non-profit status could not be confirmed.", ("entity_type", "ein")),
}
EDITED: Reason = (
    "OTHERS",
    "The brand was changed after it was verified. Ask for a revet.",
    ("company_name", "ein", "entity_type"),
)


def words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", text.casefold()))


def brand_outcome(name: str) -> str | None:
    """The word a new brand ends in; None when it stays pending."""
    found = words(name)
    if "stuck" in found:
        return None
    return "UNVERIFIED" if found & FEEDBACK.keys() else "VERIFIED"


def feedback(name: str) -> list[dict[str, Any]]:
    """Why a brand is unverified, in the API's shape."""
    reasons = [FEEDBACK[word] for word in FEEDBACK if word in words(name)] or [EDITED]
    return [
        {"name": category, "description": description, "fields": [{"field": name} for name in fields]}
        for category, description, fields in reasons
    ]


def vetting_outcome(name: str) -> tuple[str | None, int | None]:
    """The status word a vetting ends in (None: it stays pending) and its score."""
    found = words(name)
    if "vetstuck" in found:
        return None, None
    if "fail" in found:
        return "FAILED", None
    if "unscored" in found:
        return "UNSCORE", None
    scores = [score for word, score in SCORES.items() if word in found]
    return "ACTIVE", scores[0] if scores else GOOD_SCORE


def vetting_expires(name: str) -> bool:
    return "expired" in words(name)


def import_outcome(name: str, vetting_id: str, token: str) -> tuple[str | None, int | None]:
    """Imports can also be made to fail by their id or token, so that one brand can show both."""
    if words(f"{vetting_id} {token}") & {"fail", "bad"}:
        return "FAILED", None
    return vetting_outcome(name)


def rejecting_carriers(description: str) -> frozenset[str]:
    """ "reject" means every carrier, "reject tmo" and "reject att" one of them."""
    text = description.casefold()
    named = {"att": ATT, "tmo": TMO}
    one = frozenset(named[name] for name in re.findall(r"\breject (att|tmo)\b", text))
    if one:
        return one
    return frozenset(CARRIERS) if "reject" in words(text) else frozenset()


def number_outcome(number: str) -> str | None:
    if number.endswith("99"):
        return None
    return "REJECTED" if number.endswith("13") else "APPROVED"
