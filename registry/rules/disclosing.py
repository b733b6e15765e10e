"""Which fields leave the house for whom, by the names under which snapshots and profiles hold them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

CONTACT_FIELDS: Final = ("contact_name", "contact_phone", "contact_email")
APPLICATION_FIELDS: Final = (
    "name",
    "category_code",
    "locations",
    "use_case",
    "privacy_policy_url",
    "terms_url",
)
# What a feature line of an application profile and the answer to a requirement are called in a disclosure.
FEATURE, REQUIREMENT = "feature:", "requirement:"


def business_fields(
    values: Mapping[str, Any], personal: Mapping[str, Any], *, requirements: Iterable[str] = ()
) -> list[str]:
    """The filled fields of a business profile: empty ones tell nobody anything. The vetting contact is not of them."""
    held = {**values, **personal}
    return [
        *sorted(name for name, value in held.items() if value not in ("", None, [], {})),
        *(f"{REQUIREMENT}{code}" for code in sorted(requirements)),
    ]


def application_fields(features: Iterable[str], *, requirements: Iterable[str] = ()) -> list[str]:
    """Everything of an application profile, but of its features only those that the operator is asked for."""
    return [
        *APPLICATION_FIELDS,
        *(f"{FEATURE}{code}" for code in sorted(features)),
        *(f"{REQUIREMENT}{code}" for code in sorted(requirements)),
    ]
