"""In one process, one after the other in each round, so that whatever else the machine does meets all alike."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from typing import Any, Final

import casbin  # type: ignore[import-untyped]
import cedarpy
from django.db import connection

from benchmarks.measuring.gate_rows import question
from benchmarks.measuring.times import Times
from registry.gate import Question, Snapshot, decide
from registry.gate_log import gate_log
from registry.queries.gate import ask_gate, load_snapshot
from tests.registry.gate_world import World

WARM: Final = 200
AIM: Final = 3.0
CEDAR: Final = """
permit (principal, action == Action::"forward", resource)
when {
    resource.access == "production" && principal.key == resource.key && resource.assigned &&
    !resource.deleted && resource.requested && resource.offered && context.purpose == resource.purpose &&
    resource.business == "accepted" && resource.business_activity == "active" &&
    resource.state == "accepted" && resource.activity == "active"
};
"""
CASBIN: Final = """
[request_definition]
r = q, s
[policy_definition]
p = state, activity
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.s.access == "production" && r.q.api_key == r.s.application_key && r.s.key_assigned && \
!r.s.profile_deleted && r.s.country_requested && r.s.offered && r.q.purpose == r.s.purpose && \
r.s.business.state == p.state && r.s.business.activity == p.activity && \
r.s.decision.state == p.state && r.s.decision.activity == p.activity
"""


def measure_in_process(world: World, profiles: int, rounds: int) -> None:
    subjects = _subjects()
    taken: dict[str, list[float]] = {name: [] for name in subjects}
    chance = random.Random(7)
    for number in range(rounds + WARM):
        asked = question(world, chance.randint(1, profiles))
        snapshot = load_snapshot(asked)
        for name, subject in subjects.items():
            began = time.perf_counter()
            allowed = subject(asked, snapshot)
            if number >= WARM:
                taken[name].append(time.perf_counter() - began)
            assert allowed, name
    gate_log.flush()
    times = {name: Times(seconds) for name, seconds in taken.items()}
    print(f"In process, {rounds:,} rounds:")
    for name, each in times.items():
        print(each.line(name))
    select, asking = times["SELECT 1"], times["ask_gate, one statement"]
    ratio = asking.p99 / select.p99
    print(f"  ask_gate : SELECT 1   median {asking.median / select.median:.2f}   p99 {ratio:.2f}")
    print(f"  aim: p99 at most {AIM:.0f} × that of SELECT 1: {'met' if ratio <= AIM else 'MISSED'}")


def _subjects() -> dict[str, Callable[[Question, Snapshot], bool]]:
    enforcer = _casbin()
    return {
        "SELECT 1": _select,
        "ask_gate, one statement": lambda asked, _snapshot: ask_gate(asked).allowed,
        "decide alone": lambda asked, snapshot: decide(asked, snapshot).allowed,
        "cedarpy alone, given the question's entities": _cedar,
        "pycasbin alone, given the same values": lambda asked, snapshot: enforcer.enforce(asked, snapshot),
    }


def _select(asked: Question, snapshot: Snapshot) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _cedar(asked: Question, snapshot: Snapshot) -> bool:
    caller, target = f'Caller::"{asked.api_key}"', f'Registration::"{asked.application_id}"'
    facts: dict[str, Any] = {
        "access": snapshot.access,
        "key": snapshot.application_key,
        "assigned": snapshot.key_assigned,
        "deleted": snapshot.profile_deleted,
        "requested": snapshot.country_requested,
        "offered": snapshot.offered,
        "purpose": snapshot.purpose,
        "business": snapshot.business.state,
        "business_activity": snapshot.business.activity,
        "state": snapshot.decision.state,
        "activity": snapshot.decision.activity,
    }
    entities = [
        {"uid": {"type": "Caller", "id": asked.api_key}, "attrs": {"key": asked.api_key}, "parents": []},
        {"uid": {"type": "Registration", "id": asked.application_id}, "attrs": facts, "parents": []},
    ]
    request = {
        "principal": caller,
        "action": 'Action::"forward"',
        "resource": target,
        "context": {"purpose": asked.purpose},
    }
    return bool(cedarpy.is_authorized(request, CEDAR, entities).allowed)


def _casbin() -> Any:
    logging.getLogger("casbin").setLevel(logging.WARNING)
    model = casbin.Model()
    model.load_model_from_text(CASBIN)
    enforcer = casbin.Enforcer(model)
    enforcer.add_policy("accepted", "active")
    return enforcer
