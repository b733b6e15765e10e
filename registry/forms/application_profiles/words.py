"""An application profile in words: the review before it is sent, its page, and two of them side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy

from registry.forms.choices import country_name
from registry.models import Category, Feature, Purpose, Requirement
from registry.rules.application import ApplicationWish, Difference, side_by_side

LABELS: Final[Mapping[str, Any]] = {
    "name": gettext_lazy("Profile name"),
    "category_code": gettext_lazy("Category"),
    "use_case": gettext_lazy("Use case description"),
    "privacy_policy_url": gettext_lazy("Privacy policy URL"),
    "terms_url": gettext_lazy("Terms and Conditions URL"),
    "locations": gettext_lazy("Infrastructure locations"),
}
STEP_OF: Final = {"locations": "features"}
FEATURE: Final = "feature:"


@dataclass(frozen=True, slots=True)
class Row:
    """One field in words; `before` only where two profiles are compared."""

    label: Any
    text: str
    step: str = ""
    before: str = ""
    differs: bool = False


class Words:
    """Names for the codes a profile holds; read once for a page."""

    def __init__(self) -> None:
        self.categories = dict(Category.objects.values_list("code", "name"))
        self.features = dict(Feature.objects.values_list("code", "name"))
        self.purposes = dict(Purpose.objects.values_list("code", "name"))

    def label(self, name: str) -> Any:
        code = name.removeprefix(FEATURE)
        return LABELS.get(name) or self.features.get(code, code)

    def text(self, name: str, value: Any) -> str:
        if name == "category_code":
            return str(self.categories.get(value, value))
        if name == "locations":
            return ", ".join(country_name(code) for code in value or ())
        if name.startswith(FEATURE):
            return f"{self.purposes.get(value[0], value[0])}: {value[1]}" if value else ""
        return str(value or "")


def rows_of(wish: ApplicationWish) -> list[Row]:
    """Every field, in the order of the form."""
    words = Words()
    plain = [
        Row(label, words.text(name, getattr(wish, name)), STEP_OF.get(name, "about"))
        for name, label in LABELS.items()
    ]
    features = [
        Row(
            words.label(f"{FEATURE}{line.feature}"),
            words.text(FEATURE, (line.purpose, line.reason)),
            "purposes",
        )
        for line in wish.features
    ]
    return [*plain, *features, *_answers(wish)]


def _answers(wish: ApplicationWish) -> Iterable[Row]:
    given = {**wish.answers, **wish.personal_answers}
    for row in Requirement.objects.filter(code__in=given).order_by("name"):
        yield Row(row.text, str(given[row.code]), "questions")


def compared(old: ApplicationWish, new: ApplicationWish) -> list[Row]:
    words = Words()

    def row(one: Difference) -> Row:
        return Row(
            words.label(one.name),
            words.text(one.name, one.after),
            before=words.text(one.name, one.before),
            differs=one.differs,
        )

    return [row(one) for one in side_by_side(old, new)]
