"""What a rule is: who says what of which fields, and a plain function that looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Case = TypeVar("Case")


class Severity(StrEnum):
    """A block cannot be submitted, a warning is confirmed by a person, a hint is only said."""

    BLOCK = "block"
    WARN = "warn"
    HINT = "hint"


@dataclass(frozen=True)
class Source:
    """Who says so, and as of when: rules of carriers change."""

    name: StrOrPromise
    date: date

    def __str__(self) -> str:
        return f"{self.name}, {self.date:%Y-%m}"


@dataclass(frozen=True)
class Hit:
    """One place where a rule is broken; without a field it is the rule's first. `values` fill the message."""

    field: str = ""
    values: Mapping[str, Any] = dataclass_field(default_factory=dict)


@dataclass(frozen=True)
class Rule(Generic[Case]):
    """One rule. `id` is stable: confirmations and translations hang on it.

    Only what the document forbids or requires, or an answer to a use case check says, is a block.
    """

    id: str
    fields: tuple[str, ...]
    severity: Severity
    message: StrOrPromise
    remedy: StrOrPromise
    source: Source
    check: Callable[[Case], Iterable[Hit]]


@dataclass(frozen=True)
class Finding:
    """A rule that is broken, at a field, in words."""

    rule: Rule[Any]
    field: str
    values: Mapping[str, Any]

    @property
    def code(self) -> str:
        """Stable and unique in one form: a rule of several fields is confirmed for each."""
        return self.rule.id if len(self.rule.fields) == 1 else f"{self.rule.id}_{self.field}"

    @property
    def severity(self) -> Severity:
        return self.rule.severity

    @property
    def blocks(self) -> bool:
        return self.rule.severity == Severity.BLOCK

    @property
    def message(self) -> str:
        return str(self.rule.message) % self.values if self.values else str(self.rule.message)

    @property
    def text(self) -> str:
        """What is wrong and what would mend it."""
        return _("%(message)s %(remedy)s") % {"message": self.message, "remedy": self.rule.remedy}


def findings(rules: Iterable[Rule[Case]], case: Case) -> Iterator[Finding]:
    """Every rule a case breaks, in the order of the rules."""
    for rule in rules:
        for hit in rule.check(case):
            yield Finding(rule, hit.field or rule.fields[0], hit.values)
