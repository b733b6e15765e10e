"""What the gate must answer, written a second time, from the guide and issue 3 and without the product's code.

The product asks one check after the other. Here all complaints are gathered first, from plain words, and the one
that ranks highest is the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# Highest first. Who asks comes before what was registered, and that before what the operator says.
RANKING = [
    "malformed",
    "unknown_application",
    "application_deleted",
    "not_enabled",
    "mode_mismatch",
    "key_not_of_application",
    "feature_unknown",
    "playground_number_missing",
    "playground_number_not_allowed",
    "key_not_assigned",
    "profile_deleted",
    "profile_withdrawn",
    "operator_unknown",
    "country_not_requested",
    "feature_not_in_profile",
    "purpose_mismatch",
    "feature_not_offered",
    "vetting_failed",
    "vetting_declined@business",
    "business_excluded",
    "business_withdrawn",
    "business_closed",
    "business_rejected",
    "vetting_required",
    "business_information",
    "business_pending",
    "business_suspended",
    "business_revoked",
    "vetting_declined@feature",
    "excluded",
    "withdrawn",
    "closed",
    "rejected",
    "information",
    "pending",
    "suspended",
    "revoked",
]


def expected(facts: Mapping[str, Any]) -> str:
    """The reason, "" for allow. The words of `facts` are listed in `test_gate.FRONT` and `test_gate.BACK`."""
    complaints = set(_about_who_asks(facts))
    if facts["access"] == "playground":
        complaints |= set(_about_the_number(facts))
    elif facts["access"] == "production":
        complaints |= set(_about_what_was_registered(facts)) | set(_about_what_the_operator_says(facts))
    worst = min(complaints, key=RANKING.index, default="")
    return worst.partition("@")[0]


def _about_who_asks(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts["written"] != "well" or facts["mode"] == "sandbox" or facts["number"] == "garbled":
        yield "malformed"
    if facts["application"] in ("absent", "submitting", "refused"):
        yield "unknown_application"
    if facts["application"] == "deleted" or facts["gone"]:
        yield "application_deleted"
    if facts["access"] == "off":
        yield "not_enabled"
    if facts["mode"] in ("playground", "production") and facts["mode"] != facts["access"]:
        yield "mode_mismatch"
    if facts["key"] == "other":
        yield "key_not_of_application"
    if not facts["feature_exists"]:
        yield "feature_unknown"


def _about_the_number(facts: Mapping[str, Any]) -> Iterator[str]:
    """The guide's Playground: test numbers that were named before, and virtual ones, which begin with +990."""
    if facts["number"] == "none":
        yield "playground_number_missing"
    if facts["number"] == "stranger":
        yield "playground_number_not_allowed"


def _about_what_was_registered(facts: Mapping[str, Any]) -> Iterator[str]:
    """ "If sent from an Application linked to a profile": with an assigned key, as the profile says."""
    demands = {
        "assigned": "key_not_assigned",
        "kept": "profile_deleted",
        "standing": "profile_withdrawn",
        "operator_exists": "operator_unknown",
        "country": "country_not_requested",
        "offered": "feature_not_offered",
    }
    for fact, complaint in demands.items():
        if not facts[fact]:
            yield complaint
    if facts["purpose"] == "no such feature":
        yield "feature_not_in_profile"
    elif facts["purpose"] == "another":
        yield "purpose_mismatch"


def _about_what_the_operator_says(facts: Mapping[str, Any]) -> Iterator[str]:
    """ "Only … accepted by that Operator", on both levels; vetting where the operator requires it."""
    if facts["vetting"] == "failed":
        yield "vetting_failed"
    if facts["business"] in ("never asked", "waiting", "processing"):
        vetted = facts["vetting"] in ("not required", "passed", "expired")
        yield "business_pending" if vetted else "vetting_required"
    elif facts["business"] == "excluded: vetting declined":
        yield "vetting_declined@business"
    elif facts["business"] != "accepted":
        yield f"business_{facts['business'].partition(':')[0]}"
    if facts["feature"] in ("never asked", "waiting", "processing"):
        yield "pending"
    elif facts["feature"] == "excluded: vetting declined":
        yield "vetting_declined@feature"
    elif facts["feature"] != "accepted":
        yield facts["feature"].partition(":")[0]
