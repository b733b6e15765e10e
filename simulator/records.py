"""What the simulator holds. A status is a timeline, so that a state file and a clock are enough."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Step:
    at: float
    word: str
    forced: bool = False


@dataclass
class Timeline:
    """Status words with the time each begins; those ahead of now are what is going to happen."""

    steps: list[Step]

    @classmethod
    def starting(cls, at: float, word: str) -> Timeline:
        return cls([Step(at, word)])

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Timeline:
        return cls([Step(**step) for step in value["steps"]])

    def current(self, now: float) -> Step:
        return next((step for step in reversed(self.steps) if step.at <= now), self.steps[0])

    def plan(self, at: float, word: str) -> None:
        self.steps.append(Step(at, word))

    def restart(self, now: float, word: str, *, forced: bool = False) -> None:
        """Set a word and forget what was going to happen."""
        self.steps = [step for step in self.steps if step.at <= now]
        self.steps.append(Step(now, word, forced))

    def rescale(self, now: float, factor: float) -> None:
        for step in self.steps:
            if step.at > now:
                step.at = now + (step.at - now) * factor


@dataclass
class Brand:
    brand_id: str
    key: str
    fields: dict[str, Any]
    timeline: Timeline
    created: float
    updated: float
    reference_id: str
    qualified: list[str] = field(default_factory=list)
    revetted: bool = False

    @property
    def name(self) -> str:
        return str(self.fields.get("company_name", ""))


@dataclass
class Vetting:
    vetting_id: str
    brand_id: str
    key: str
    evp_id: str
    vetting_class: str
    vetting_token: str
    score: int | None
    timeline: Timeline
    created: float


@dataclass
class Campaign:
    campaign_id: str
    brand_id: str
    key: str
    fields: dict[str, Any]
    timeline: Timeline
    carriers: dict[str, Timeline]
    created: float
    updated: float

    @property
    def usecase(self) -> str:
        return str(self.fields.get("usecase", ""))


@dataclass
class Owned:
    """A number a key owns, linked or not."""

    msisdn: str
    key: str
    country: str = "US"
    type: str = "mobile-lvn"
    features: list[str] = field(default_factory=lambda: ["SMS", "VOICE"])

    @property
    def place(self) -> str:
        return f"{self.key}/{self.msisdn}"


@dataclass
class Number:
    number: str
    country: str
    campaign_id: str
    key: str
    timeline: Timeline
    created: float

    @property
    def place(self) -> str:
        """With uniqueness switched off one number may sit in two campaigns."""
        return f"{self.campaign_id}/{self.number}"


@dataclass
class Application:
    """A Vonage application; it has no status, so it needs no timeline."""

    application_id: str
    key: str
    fields: dict[str, Any]
    created: float


@dataclass
class LedgerRow:
    """One write received; `effect` says whether it changed what the simulator holds."""

    seq: int
    time: str
    method: str
    path: str
    body: Any
    key: str = ""
    operation: str = ""
    effect: bool = False
    ids: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    fault: str | None = None


def brand_from_json(value: dict[str, Any]) -> Brand:
    return Brand(**value | {"timeline": Timeline.from_json(value["timeline"])})


def vetting_from_json(value: dict[str, Any]) -> Vetting:
    return Vetting(**value | {"timeline": Timeline.from_json(value["timeline"])})


def campaign_from_json(value: dict[str, Any]) -> Campaign:
    carriers = {network: Timeline.from_json(one) for network, one in value["carriers"].items()}
    return Campaign(**value | {"timeline": Timeline.from_json(value["timeline"]), "carriers": carriers})


def number_from_json(value: dict[str, Any]) -> Number:
    return Number(**value | {"timeline": Timeline.from_json(value["timeline"])})
