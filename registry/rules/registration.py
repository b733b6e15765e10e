"""A business registration as values: what a form collects, a snapshot keeps and a change request compares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from registry.rules.disclosing import CONTACT_FIELDS

PERSONAL: Final = frozenset({"privacy_email", "dpo_email"})
Values = dict[str, Any]


@dataclass(frozen=True)
class Registration:
    """`consent` is None where vetting was not asked for. `answers` are by code of the requirement.

    What is personal stands in `personal`, `contact` and `personal_answers`, and nowhere else.
    """

    countries: tuple[str, ...] = ()
    values: Values = field(default_factory=dict)
    personal: Values = field(default_factory=dict)
    consent: bool | None = None
    contact: Values = field(default_factory=dict)
    answers: Values = field(default_factory=dict)
    personal_answers: Values = field(default_factory=dict)

    def as_wish(self) -> tuple[Values, Values]:
        """The two columns of a change request: what is not personal, and what is."""
        return (
            {"profile": self.values, "consent": self.consent, "answers": self.answers},
            {"profile": self.personal, "contact": self.contact, "answers": self.personal_answers},
        )


def from_wish(countries: list[str], values: Mapping[str, Any], personal: Mapping[str, Any]) -> Registration:
    """The registration that a change request holds."""
    return Registration(
        countries=tuple(countries),
        values=dict(values.get("profile") or {}),
        personal=dict(personal.get("profile") or {}),
        consent=values.get("consent"),
        contact=dict(personal.get("contact") or {}),
        answers=dict(values.get("answers") or {}),
        personal_answers=dict(personal.get("answers") or {}),
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that a change would change."""

    name: str
    before: Any
    after: Any


def differences(before: Registration, after: Registration) -> list[Difference]:
    """Every field that differs, in the order of the form; a field that is empty on both sides does not."""
    old, new = _flat(before), _flat(after)
    names = [*new, *(name for name in old if name not in new)]
    pairs = ((name, old.get(name), new.get(name)) for name in names)
    return [Difference(name, was, wanted) for name, was, wanted in pairs if (was or None) != (wanted or None)]


def company_changed(before: Registration, after: Registration) -> bool:
    """Whether operators would read something new of the organisation itself, not only of countries or vetting."""
    if (before.values, before.personal) != (after.values, after.personal):
        return True
    old = {**before.answers, **before.personal_answers}
    new = {**after.answers, **after.personal_answers}
    return any(code in new and new[code] != value for code, value in old.items())


def _flat(registration: Registration) -> Values:
    contact = {name: registration.contact.get(name, "") for name in CONTACT_FIELDS}
    answers = {**registration.answers, **registration.personal_answers}
    return {
        "countries": list(registration.countries),
        **registration.values,
        **registration.personal,
        "consent": registration.consent,
        **(contact if registration.consent else {}),
        **{f"requirement:{code}": value for code, value in answers.items()},
    }
