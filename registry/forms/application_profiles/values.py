"""From what was typed so far to what an action takes, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from registry.forms.application_profiles.offered import Offered
from registry.forms.application_profiles.steps import REVIEW, STEPS, QuestionsStep, StepForm
from registry.forms.requirements import answers_of
from registry.rules.application import ApplicationWish, FeatureWish

Values = dict[str, Any]
LISTS = frozenset({"features", "locations"})


@dataclass
class Checked:
    """All steps together: the wish and the key that will own it, or the forms that have errors, by step."""

    wish: ApplicationWish | None = None
    owner_key: int | None = None
    unfinished: dict[str, StepForm] = field(default_factory=dict)


def chosen_features(values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(_listed(values.get("features")))


def _listed(value: Any) -> list[str]:
    """A draft keeps a list of one as a plain text."""
    if isinstance(value, str):
        return [value] if value else []
    return [str(item) for item in value or ()]


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
    return {name: _listed(value) if name in LISTS else value for name, value in values.items()}


def typed(form: StepForm, data: QueryDict) -> Values:
    """What a browser sent for the fields of one step, exactly as it was typed."""
    several = {
        name for name, one in form.fields.items() if getattr(one.widget, "allow_multiple_selected", False)
    }
    return {name: data.getlist(name) if name in several else data.get(name, "") for name in form.fields}


def steps_for(offered: Offered) -> list[str]:
    """The steps that apply: questions only where somebody asks."""
    needless = set() if offered.questions else {QuestionsStep.key}
    return [*(key for key in STEPS if key not in needless), REVIEW]


def check(values: Mapping[str, Any], offered: Offered) -> Checked:
    """Validate every step that applies."""
    checked, data, cleaned = Checked(), as_data(values), {}
    for key in steps_for(offered)[:-1]:
        form = STEPS[key](data, offered=offered)
        if not form.is_valid():
            checked.unfinished[key] = form
        cleaned.update(form.cleaned_data)
    if not checked.unfinished:
        checked.wish, checked.owner_key = _wish(cleaned, offered), int(cleaned["owner_key"])
    return checked


def _wish(cleaned: Values, offered: Offered) -> ApplicationWish:
    plain, personal = answers_of(offered.questions, cleaned)
    return ApplicationWish(
        name=cleaned["name"],
        category_code=cleaned["category"],
        locations=tuple(sorted(cleaned["locations"])),
        use_case=cleaned["use_case"],
        privacy_policy_url=cleaned["privacy_policy_url"],
        terms_url=cleaned["terms_url"],
        features=tuple(
            FeatureWish(one.code, cleaned[f"purpose_{one.code}"], cleaned[f"reason_{one.code}"])
            for one in offered.chosen
        ),
        answers=plain,
        personal_answers=personal,
    )


def from_wish(wish: ApplicationWish) -> Values:
    """A submitted profile as the wizard keeps it, to begin a changed copy with."""
    values: Values = {
        "name": wish.name,
        "category": wish.category_code,
        "use_case": wish.use_case,
        "privacy_policy_url": wish.privacy_policy_url,
        "terms_url": wish.terms_url,
        "features": [line.feature for line in wish.features],
        "locations": list(wish.locations),
    }
    for line in wish.features:
        values |= {f"purpose_{line.feature}": line.purpose, f"reason_{line.feature}": line.reason}
    return values
