"""What the rules act on: one account with a key at the simulator, three operators, and people who are honest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from hypothesis import reject

from portal.accounts.models import ApiKey
from portal.accounts.scope import Scope
from portal.outbox.actions import AlreadyOpen
from portal.outbox.kinds import TakenAlready
from portal.outbox.models import Operation
from portal.records.moves import IllegalMove, LostRace
from registry.actions.application_profiles import NotReplaced, StillLinked
from registry.actions.network_applications import CannotConnect
from registry.actions.network_applications import NotNow as NotLinkedNow
from registry.actions.problems import LimitReached
from registry.actions.problems import NotNow as NotRegisteredNow
from registry.models import Feature, Operator
from tendlc.actions import NotNow
from tests.builders import make_api_key
from tests.faults.world import World
from tests.people import People
from tests.registry.builders import make_country, make_feature, make_offer, make_operator, make_purpose
from tests.simulator_process import SimulatorProcess

Row = TypeVar("Row", bound=Model)
# What a page would say instead of doing it: nothing was changed, and nothing may be.
NO = (
    AlreadyOpen, CannotConnect, IllegalMove, LimitReached, LostRace, LookupError, NotLinkedNow, NotNow,
    NotRegisteredNow, NotReplaced, PermissionDenied, StillLinked, TakenAlready,
)  # fmt: skip


class Stage:
    """`world` moves the clock; the key's things are few, so that a look is quick."""

    def __init__(self, people: People, simulator: SimulatorProcess) -> None:
        self.people, self.simulator = people, simulator
        self.scope: Scope = people.scope(people.member)
        self.world = World(self.scope, simulator)
        self.api_key: ApiKey = make_api_key(people.account, reseller_id="R000000")
        self.operators: list[Operator] = [
            make_operator(code, make_country("DE")) for code in ("blue-de", "red-de", "green-de")
        ]
        self.feature: Feature = make_feature("sim-swap")
        self.purpose = make_purpose()
        for operator in self.operators[:2]:
            make_offer(operator, self.feature)

    def pick(self, rows: QuerySet[Row], number: int) -> Row:
        """One of them; the example is of no use when there is none."""
        found = list(rows.order_by("pk"))
        return found[number % len(found)] if found else reject()

    def try_to(self, act: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        """Do what a person asks for; a no is an answer like any other."""
        try:
            with transaction.atomic():
                act(self.scope, *arguments, actor=self.scope.user, **named)
        except NO:
            pass

    def ledger(self) -> list[dict[str, Any]]:
        return self.simulator.ledger()

    def effects(self, operation: Operation) -> list[dict[str, Any]]:
        """What Vonage did for an operation, from the ledger."""
        return [row for attempt, row in self.sent() if row["effect"] and attempt == operation.pk]

    def sent(self) -> list[tuple[int, dict[str, Any]]]:
        """Each request in the ledger with the operation whose attempt it was: one sender, so in one order."""
        requests = self.ledger()
        attempts = requested()
        assert len(attempts) == len(requests), "a request without an attempt, or an attempt counted as sent"
        return list(zip(attempts, requests, strict=True))


def requested() -> list[int]:
    """Operations of all attempts of which a byte left, in the order of the attempts."""
    made = Operation.objects.filter(attempts__isnull=False).order_by("attempts__pk")
    rows = made.values_list("pk", "attempts__outcome", "attempts__http_status")
    return [
        pk
        for pk, outcome, status in rows
        if outcome != "not_sent" and not (outcome == "throttled" and not status)
    ]
