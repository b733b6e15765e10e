"""An application profile as values: what a form collects, an action submits and two profiles are compared by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FeatureWish:
    """One feature with its one purpose, both by code, and why."""

    feature: str
    purpose: str
    reason: str


@dataclass(frozen=True)
class ApplicationWish:
    """What should be registered. `answers` are by code of the requirement; personal ones stand apart."""

    name: str
    category_code: str
    locations: tuple[str, ...]
    use_case: str
    privacy_policy_url: str
    terms_url: str
    features: tuple[FeatureWish, ...]
    answers: Mapping[str, Any] = field(default_factory=dict)
    personal_answers: Mapping[str, Any] = field(default_factory=dict)

    def content(self) -> dict[str, Any]:
        """What never changes, as it is hashed."""
        whole = asdict(self)
        return {name: value for name, value in whole.items() if not name.endswith("answers")}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of two profiles side by side."""

    name: str
    before: Any
    after: Any

    @property
    def differs(self) -> bool:
        return bool(self.before != self.after)


def side_by_side(old: ApplicationWish, new: ApplicationWish) -> list[Difference]:
    """Every field of both, features one by one."""
    plain = ("name", "category_code", "locations", "use_case", "privacy_policy_url", "terms_url")
    found = [Difference(name, getattr(old, name), getattr(new, name)) for name in plain]
    before = {line.feature: (line.purpose, line.reason) for line in old.features}
    after = {line.feature: (line.purpose, line.reason) for line in new.features}
    codes = sorted({*before, *after})
    return [*found, *(Difference(f"feature:{code}", before.get(code), after.get(code)) for code in codes)]
