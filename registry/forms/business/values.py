"""From what was typed so far to what an action takes, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.http import QueryDict

from registry.forms.business.asked import Asked
from registry.forms.business.questions import QuestionsStep
from registry.forms.business.steps import PARTS, STEPS, StepForm
from registry.forms.requirements import answers_of
from registry.rules.disclosing import CONTACT_FIELDS
from registry.rules.registration import PERSONAL, Registration, Values

REVIEW: Final = "review"
FORMS: Final[Mapping[str, type[StepForm]]] = {**STEPS, QuestionsStep.key: QuestionsStep}
LISTS: Final = frozenset({"countries"})


@dataclass
class Checked:
    """All steps together: the registration, or the forms that still have errors, by step."""

    registration: Registration
    unfinished: dict[str, StepForm] = field(default_factory=dict)


def countries_of(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The chosen countries: a draft keeps a list of one as a plain text."""
    chosen = values.get("countries") or ()
    return tuple([chosen] if isinstance(chosen, str) else map(str, chosen))


def asked_by(values: Mapping[str, Any], on: date) -> Asked:
    typed = {"true": True, "false": False}
    return Asked(countries_of(values), typed.get(str(values.get("consent") or "").lower()), on)


def steps_for(asked: Asked) -> list[str]:
    """The steps that apply to these countries; vetting and questions only where somebody asks."""
    needless = set() if asked.vetted else {"vetting"}
    if not asked.questions:
        needless.add(QuestionsStep.key)
    return [*(key for key in FORMS if key not in needless), REVIEW]


def as_data(values: Mapping[str, Any]) -> QueryDict:
    """Kept values as a browser would send them; an unticked box is absent."""
    data = QueryDict(mutable=True)
    for name, value in values.items():
        if isinstance(value, list | tuple):
            data.setlist(name, [str(item) for item in value])
        elif value not in (None, "", False):
            data[name] = str(value)
    return data


def as_initial(values: Mapping[str, Any]) -> Values:
    """Kept values as a form is filled with them."""
    return {**values, "countries": list(countries_of(values))}


def typed(form: StepForm, data: QueryDict) -> Values:
    """What a browser sent for the fields of one step, exactly as it was typed."""
    several = {
        name for name, one in form.fields.items() if getattr(one.widget, "allow_multiple_selected", False)
    }
    return {name: data.getlist(name) if name in several else data.get(name, "") for name in form.fields}


def check(values: Mapping[str, Any], asked: Asked) -> Checked:
    """Validate every step that applies."""
    data, cleaned, unfinished = as_data(values), {}, {}
    for key in steps_for(asked):
        if key == REVIEW:
            continue
        form = FORMS[key](data, asked=asked)
        if not form.is_valid():
            unfinished[key] = form
        cleaned.update(form.cleaned_data)
    return Checked(_registration(cleaned, asked), unfinished)


def _registration(cleaned: Values, asked: Asked) -> Registration:
    answers, personal_answers = answers_of(asked.questions, cleaned)
    named = {question.field for question in asked.questions}
    apart = {"countries", "consent", *CONTACT_FIELDS, *named}
    consent = cleaned.get("consent") if asked.vetted else None
    return Registration(
        countries=tuple(cleaned.get("countries") or ()),
        values={name: value for name, value in cleaned.items() if name not in apart | PERSONAL},
        personal={name: cleaned.get(name, "") for name in sorted(PERSONAL)},
        consent=consent,
        contact={name: cleaned.get(name, "") for name in CONTACT_FIELDS} if consent else {},
        answers=answers,
        personal_answers=personal_answers,
    )


def from_registration(registration: Registration, asked: Asked) -> Values:
    """A registration as the wizard keeps it while it is changed."""
    values: Values = {
        "countries": list(registration.countries),
        **registration.values,
        **registration.personal,
        **registration.contact,
        "consent": registration.consent,
    }
    for number, row in enumerate(values.pop("subprocessors", None) or (), 1):
        values.update({f"sub_{number}_{part}": row.get(part, "") for part in PARTS})
    answers = {**registration.answers, **registration.personal_answers}
    for question in asked.questions:
        given = [answers[code] for code in question.codes if code in answers]
        values |= {question.field: given[0]} if given else {}
    return {name: _written(value) for name, value in values.items()}


def _written(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else value
