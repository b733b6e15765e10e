"""What the engine must know of each kind of remote effect; apps register theirs in `operations` modules."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils import timezone

from portal.outbox.models import Inquiry, Operation
from portal.vonage.http import ApiClient

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Found:
    """A remote object that matches an operation's evidence; `raw` is what the provider says of it."""

    remote_id: str
    raw: Mapping[str, Any] = field(default_factory=dict)
    asked_at: datetime = field(default_factory=timezone.now)

    def as_json(self) -> dict[str, Any]:
        return {"remote_id": self.remote_id, "raw": dict(self.raw), "asked_at": self.asked_at.isoformat()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Found:
        return cls(value["remote_id"], value["raw"], datetime.fromisoformat(value["asked_at"]))


@dataclass(frozen=True)
class Sighting:
    """What a look saw. Only a complete one can prove absence; a match counts in any.

    `possible` may be the effect, but its evidence is incomplete: it is never adopted by the engine, and while
    it is there nothing is absent. What `is_standing` may be there without any doing of ours (an object's status,
    finished work of the same kind): it never keeps an operation from being sent, and after a lost answer only
    what is new of it counts.
    """

    found: tuple[Found, ...] = ()
    complete: bool = True
    possible: tuple[Found, ...] = ()
    is_standing: bool = False


class TakenAlready(Exception):
    """The remote object belongs to another object of ours that somebody asked for."""


class Kind(ABC):
    """One kind of remote effect. Methods that take an `api` talk to Vonage and hold no transaction;
    the others run inside the engine's transaction and talk to nobody."""

    name: ClassVar[str]
    # What a person calls it, as a thing done: "Register a brand".
    label: ClassVar[StrOrPromise] = ""
    # How often absence, once proven, allows sending again without a person.
    max_resends: ClassVar[int] = 1
    # When the effect is already there before anything was sent, the wish is fulfilled.
    idempotent: ClassVar[bool] = False
    # The notice that tells of Vonage's no. What it says to do stands beside the reason on every page.
    refusal_notice: ClassVar[str] = ""

    def prepare(self, operation: Operation, api: ApiClient) -> None:
        """Remote reads that sending needs first. A raised refusal refuses the operation unsent."""

    @abstractmethod
    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        """Search for the effect by its evidence."""

    @abstractmethod
    def send(self, operation: Operation, api: ApiClient) -> Found:
        """The one write. Returns what proves it happened; raises VonageError otherwise."""

    @abstractmethod
    def applied(self, operation: Operation, found: Found) -> None:
        """Store the effect."""

    @abstractmethod
    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        """Store a final no; `problem` is VonageError.as_record(), or has the code "cancelled" for a wish that was
        taken back, and then a text with the `parent` if that was because what it waited for will not come."""

    @abstractmethod
    def page(self, operation: Operation) -> str:
        """The path of the page of the operation's object."""

    def known_ids(self, operation: Operation, before: datetime) -> Iterable[str]:
        """Remote ids of this kind's things that were mirrored before a restore: none of them is the effect."""
        return ()

    def in_doubt(self, operation: Operation) -> None:
        """Show that a person must look; called when the operation goes to review."""


Answer = Callable[[Inquiry, ApiClient], Mapping[str, Any]]
_kinds: dict[str, Kind] = {}
_answers: dict[str, Answer] = {}


def register(kind: type[Kind]) -> type[Kind]:
    """Class decorator: the engine performs operations of this kind from now on."""
    _kinds[kind.name] = kind()
    return kind


def kind_of(operation: Operation) -> Kind:
    return _kinds[operation.kind]


def refusal_notice_of(name: str) -> str:
    """What tells of a refusal of this kind; "" for a kind nobody registers any more."""
    return _kinds[name].refusal_notice if name in _kinds else ""


def label_of(name: str) -> str:
    """A kind in words; one nobody registers any more is shown by its name."""
    return str(_kinds[name].label) if name in _kinds else name


def labels() -> dict[str, str]:
    """Every kind that is registered, in words."""
    return {name: str(kind.label) for name, kind in _kinds.items()}


def answers(name: str) -> Callable[[Answer], Answer]:
    """Function decorator: the worker answers inquiries of this kind with it."""

    def keep(answer: Answer) -> Answer:
        _answers[name] = answer
        return answer

    return keep


def answer_of(inquiry: Inquiry) -> Answer:
    return _answers[inquiry.kind]
