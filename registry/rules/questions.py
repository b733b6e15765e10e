"""When something is asked beyond the guide, and how the same question of several countries becomes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Question:
    """One question for a person; `codes` are the requirements it answers, `asked_by` who asks, by name."""

    codes: tuple[str, ...]
    name: str
    text: str
    answer_type: str
    asked_by: tuple[str, ...]
    choices: tuple[str, ...] = ()
    is_personal: bool = False
    terms_id: str = ""
    terms_version: str = ""

    @property
    def field(self) -> str:
        """The name of its form field."""
        return f"ask_{self.codes[0].replace('-', '_')}"


def applies(condition: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether everything a condition names holds: of a list any one, of anything else the same value."""
    return all(
        bool(set(wanted) & set(facts.get(name) or ()))
        if isinstance(wanted, list)
        else facts.get(name) == wanted
        for name, wanted in condition.items()
    )
