"""A registration for people to read: before it is submitted, on its page, and side by side with a change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.reach.syntax import url_problems
from registry.forms.business.numbers import registration_verdict, tax_verdict
from registry.forms.business.steps import OTHER, STEPS
from registry.forms.choices import country_name
from registry.models import Feature, IssuingAuthority, OrganisationType, Requirement
from registry.rules.disclosing import FEATURE, REQUIREMENT
from registry.rules.numbers import Verdict
from registry.rules.registration import Registration, differences

LABELS: Final[Mapping[str, Any]] = {
    **{name: field.label for form in STEPS.values() for name, field in form.base_fields.items()},
    "subprocessors": gettext_lazy("Subprocessors"),
}
# Of an application profile, as disclosures name its fields.
APPLICATION_LABELS: Final[Mapping[str, Any]] = {
    "category_code": gettext_lazy("Category"),
    "locations": gettext_lazy("Infrastructure locations"),
    "use_case": gettext_lazy("Use case description"),
    "terms_url": gettext_lazy("Terms and Conditions URL"),
}
STEP_OF: Final[Mapping[str, str]] = {
    **{name: form.key for form in STEPS.values() for name in form.base_fields},
    "subprocessors": "resale",
}
# Empty because another answer made them so; not worth a line.
_HIDDEN_WHEN_EMPTY: Final = frozenset(
    {
        "issuing_authority_other",
        "street_more",
        "equivalent_certificate",
        "dpo_email",
        "processing",
        "subprocessors",
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """One field in words; `before` only where two versions are compared."""

    name: str
    label: Any
    text: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """The fields of one step."""

    step: str
    title: Any
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that is allowed and often leads to questions."""

    field: str
    text: str


class Words:
    """Names for the codes that a registration holds; read once for a page."""

    def __init__(self) -> None:
        self.kinds = dict(OrganisationType.objects.values_list("code", "name"))
        self.authorities = dict(IssuingAuthority.objects.values_list("code", "name"))
        self.features = dict(Feature.objects.values_list("code", "name"))
        self.asked = {row.code: row.text for row in Requirement.objects.all()}

    def label(self, name: str) -> Any:
        code = name.removeprefix(REQUIREMENT)
        return LABELS.get(name) or self.asked.get(code) or name

    def field(self, name: str) -> str:
        """What a disclosed field is called; those of application profiles go by their own names."""
        if name.startswith(FEATURE):
            return str(self.features.get(name.removeprefix(FEATURE), name))
        return str(APPLICATION_LABELS.get(name) or self.label(name))

    def text(self, name: str, value: Any) -> str:
        """A value in the words of the form."""
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if name in ("country", "address_country") and value:
            return country_name(value)
        if name == "countries":
            return ", ".join(map(country_name, value or ()))
        if name == "subprocessors":
            return "\n".join(_subprocessor(row) for row in value or ())
        if name == "organisation_type":
            return str(self.kinds.get(value, value))
        if name == "issuing_authority" and value == OTHER:
            return _("Other")
        if name == "issuing_authority":
            return str(self.authorities.get(value, value or ""))
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")


def _subprocessor(row: Mapping[str, str]) -> str:
    return f"{row.get('name')} ({country_name(row.get('country', ''))}): {row.get('role')}; {row.get('data')}"


def shown(registration: Registration) -> list[Row]:
    """Every field of a registration, in the order of the form; an empty one says so."""
    words = Words()
    held = {
        "countries": list(registration.countries),
        **registration.values,
        **registration.personal,
        "consent": registration.consent,
        **registration.contact,
        **{f"{REQUIREMENT}{code}": value for code, value in registration.answers.items()},
        **{f"{REQUIREMENT}{code}": value for code, value in registration.personal_answers.items()},
    }
    if not held.get("dpo_email"):
        # Left empty it means the Privacy Manager's; where none is required it means nothing.
        held["dpo_email"] = _("the Privacy Manager's") if registration.values.get("dpo_required") else ""
    order = {name: place for place, name in enumerate(LABELS)}
    names = sorted(held, key=lambda name: order.get(name, len(order)))
    rows = {
        # The same question of several countries was asked once.
        (label, text): Row(name, label, text)
        for name in names
        if held[name] not in ("", None, [])
        or (name in LABELS and name not in _HIDDEN_WHEN_EMPTY | {"consent"})
        for label, text in [(words.label(name), words.text(name, held[name]))]
    }
    return list(rows.values())


def sections(rows: Iterable[Row]) -> list[Section]:
    """The same by step; answers to questions beyond the guide come last."""
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(STEP_OF.get(row.name, "questions"), []).append(row)
    titles = {**{key: form.title for key, form in STEPS.items()}, "questions": _("What operators ask")}
    return [Section(step, titles[step], tuple(grouped[step])) for step in titles if step in grouped]


def compared(before: Registration, after: Registration) -> list[Row]:
    """What a change would change, both sides in words."""
    words = Words()
    return [
        Row(
            one.name, words.label(one.name), words.text(one.name, one.after), words.text(one.name, one.before)
        )
        for one in differences(before, after)
    ]


def hints(values: Mapping[str, Any]) -> list[Hint]:
    """What to look at once more; nothing here is an error."""
    found = []
    if values.get("tax_number") and tax_verdict(values) == Verdict.UNKNOWN:
        found.append(
            Hint("tax_number", _("The portal knows no tax number of this country, so nobody checked it."))
        )
    if values.get("registration_id") and registration_verdict(values) == Verdict.UNKNOWN:
        found.append(
            Hint(
                "registration_id",
                _("The portal knows no rule for numbers of this authority; compare it again."),
            )
        )
    for warning in url_problems(str(values.get("privacy_policy_url") or "")).warnings:
        found.append(Hint("privacy_policy_url", warning))
    return found
