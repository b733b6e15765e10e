"""Everything the simulator holds, behind one lock, with a state file that is replaced as a whole."""

from __future__ import annotations

import copy
import json
import os
import random
import string
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from simulator import records
from simulator.clock import Clock, stamp
from simulator.records import Application, Brand, Campaign, LedgerRow, Number, Owned, Timeline, Vetting
from simulator.vocabulary import DELAYS

LEDGER_LENGTH = 10_000
FORMAT = 1
T = TypeVar("T")


class UnreadableState(Exception):
    """The state file exists and is not one of ours."""


@dataclass
class Settings:
    uniqueness: bool = True
    revet_limit: bool = True
    lists_deleted: bool = False
    """Whether a deleted brand stays in the list of brands while a read of it says 404, as at the registry."""
    speed: float = 1.0
    delays: dict[str, float] = field(default_factory=lambda: dict(DELAYS))
    reads_per_second: float | None = None
    writes_per_second: float | None = None
    lag: float = 0.0
    """Seconds, not scaled, during which a new object is missing from every GET."""
    words: dict[str, str] = field(default_factory=dict)
    """A status word for everything of a kind: brand, vetting, campaign, carrier, number."""


class Hanging(dict[str, T]):
    """Things by their id, and at hand by what they hang on: a key may hold tens of thousands."""

    def __init__(self, parent: Callable[[T], str]) -> None:
        super().__init__()
        self._parent = parent
        self._below: dict[str, dict[str, T]] = {}

    def __setitem__(self, name: str, thing: T) -> None:
        super().__setitem__(name, thing)
        self._below.setdefault(self._parent(thing), {})[name] = thing

    def __delitem__(self, name: str) -> None:
        del self._below[self._parent(self[name])][name]
        super().__delitem__(name)

    def below(self, parent: str) -> list[T]:
        """What hangs on this one, in the order in which it came."""
        return list(self._below.get(parent, {}).values())


class Store:
    def __init__(
        self, clock: Clock | None = None, settings: Settings | None = None, state: Path | None = None
    ) -> None:
        self.lock = threading.RLock()
        self.clock = clock or Clock()
        self.settings = settings or Settings()
        self._initial_settings = copy.deepcopy(self.settings)
        self.state = state
        self.under_way = 0
        self.quiet = threading.Condition(self.lock)
        self._empty()
        if state is not None and state.exists():
            self._load(state)

    def _empty(self) -> None:
        self.brands: dict[str, Brand] = {}
        self.deleted: dict[str, Brand] = {}
        self.vettings: Hanging[Vetting] = Hanging(lambda one: one.brand_id)
        self.campaigns: Hanging[Campaign] = Hanging(lambda one: one.brand_id)
        self.numbers: Hanging[Number] = Hanging(lambda one: one.campaign_id)
        self.owned: dict[str, Owned] = {}
        self.applications: dict[str, Application] = {}
        self.subaccounts: dict[str, list[dict[str, Any]]] = {}
        self.ledger: list[LedgerRow] = []
        self.reads: Counter[str] = Counter()
        self.seq = 0

    def reset(self) -> None:
        """Empty, with the settings of the start."""
        self._empty()
        self.settings = copy.deepcopy(self._initial_settings)
        self.clock.offset = 0.0
        self.save()

    def now(self) -> float:
        return self.clock.now()

    def after(self, delay: str) -> float:
        """When a wait that starts now is over."""
        return self.now() + self.settings.delays[delay] / self.settings.speed

    def visible(self, created: float) -> bool:
        return created + self.settings.lag <= self.now()

    def timelines(self) -> Iterator[Timeline]:
        yield from (brand.timeline for brand in self.brands.values())
        yield from (vetting.timeline for vetting in self.vettings.values())
        yield from (number.timeline for number in self.numbers.values())
        for campaign in self.campaigns.values():
            yield campaign.timeline
            yield from campaign.carriers.values()

    def change_speed(self, speed: float) -> None:
        """Waits already begun are shortened or stretched too."""
        factor = self.settings.speed / speed
        for timeline in self.timelines():
            timeline.rescale(self.now(), factor)
        self.settings.speed = speed

    def receive(self, method: str, path: str, body: Any) -> LedgerRow:
        self.seq += 1
        row = LedgerRow(self.seq, stamp(self.now()), method, path, body)
        self.ledger.append(row)
        del self.ledger[:-LEDGER_LENGTH]
        return row

    def new_id(self, prefix: str, length: int, alphabet: str = string.ascii_uppercase) -> str:
        while True:
            fresh = prefix + "".join(random.choices(alphabet, k=length))
            if fresh not in self.brands and fresh not in self.campaigns and fresh not in self.vettings:
                return fresh

    def save(self) -> None:
        if self.state is None:
            return
        text = json.dumps(
            {
                "format": FORMAT,
                "seq": self.seq,
                "clock_offset": self.clock.offset,
                "brands": [asdict(brand) for brand in self.brands.values()],
                "deleted": [asdict(brand) for brand in self.deleted.values()],
                "vettings": [asdict(vetting) for vetting in self.vettings.values()],
                "campaigns": [asdict(campaign) for campaign in self.campaigns.values()],
                "numbers": [asdict(number) for number in self.numbers.values()],
                "owned": [asdict(one) for one in self.owned.values()],
                "applications": [asdict(application) for application in self.applications.values()],
                "subaccounts": self.subaccounts,
                "ledger": [asdict(row) for row in self.ledger],
            }
        )
        self.state.parent.mkdir(parents=True, exist_ok=True)
        beside = self.state.with_name(f"{self.state.name}.{os.getpid()}.new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(self.state)

    def _load(self, state: Path) -> None:
        try:
            held = json.loads(state.read_text(encoding="utf-8"))
            if held["format"] != FORMAT:
                raise UnreadableState(f"{state} has format {held['format']}, this simulator reads {FORMAT}.")
            self.seq = int(held["seq"])
            self.clock.offset = float(held["clock_offset"])
            self.brands = {one["brand_id"]: records.brand_from_json(one) for one in held["brands"]}
            deleted = [records.brand_from_json(one) for one in held.get("deleted", [])]
            self.deleted = {one.brand_id: one for one in deleted}
            for one in held["vettings"]:
                self.vettings[one["vetting_id"]] = records.vetting_from_json(one)
            for one in held["campaigns"]:
                self.campaigns[one["campaign_id"]] = records.campaign_from_json(one)
            for number in map(records.number_from_json, held["numbers"]):
                self.numbers[number.place] = number
            owned = [Owned(**one) for one in held.get("owned", [])]
            self.owned = {one.place: one for one in owned}
            applications = [Application(**one) for one in held.get("applications", [])]
            self.applications = {one.application_id: one for one in applications}
            self.subaccounts = held.get("subaccounts", {})
            self.ledger = [LedgerRow(**row) for row in held["ledger"]]
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise UnreadableState(
                f"{state} is not a state file of the simulator: {problem!r}. Move it away to start empty."
            ) from problem
