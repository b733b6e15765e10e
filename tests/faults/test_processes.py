"""Real processes are killed and stopped at every point, and their servers broken: nothing is lost or doubled.

`make faults` runs a part by chance that has each point and each kind; FAULTS_PROCESSES=all runs each point with
each kind. FAULTS_SEED repeats a run; it is printed. Two workers of twelve processes, two beats, every message three
times, the simulator's uniqueness off. Waiting for what is in doubt is cut short by moving the clock, so that the
intervals are those of production.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tendlc.operations.names import CREATE_BRAND
from tests.faults.conftest import Say
from tests.faults.crash_points import POINTS
from tests.faults.field import Field
from tests.faults.world import TRIALS

pytestmark = [pytest.mark.processes, pytest.mark.own_servers]
FORM = os.environ.get("FAULTS_PROCESSES") or "some"
WHOLE = FORM == "all"
SEED = int(os.environ.get("FAULTS_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
RUN = f"FAULTS_PROCESSES={FORM} FAULTS_SEED={SEED}"
LIMIT = 60.0  # seconds from a blow until the portal shows what is so


@pytest.fixture(scope="module")
def field() -> Iterator[Field]:
    with Field() as made:
        yield made


def waves(count: int) -> list[dict[str, str]]:
    """Each kind with another point in each wave; two waves have every point, as many as there are points every pair."""
    draw = random.Random(SEED)
    kinds, points = [trial.kind for trial in TRIALS], list(POINTS)
    draw.shuffle(kinds)
    draw.shuffle(points)
    return [
        {kind: points[(place + wave) % len(points)] for place, kind in enumerate(kinds)}
        for wave in range(count)
    ]


def judged(field: Field, say: Say, deed: str, plan: list[dict[str, str]]) -> None:
    cases: list[dict[str, Any]] = []
    for points in plan:
        cases += field.ask("wave", points=points, deed=deed)["cases"]
    late = [case["right_after"] for case in cases]
    slowest = max((seconds for seconds in late if seconds is not None), default=None)
    blows = sum(case["struck"] for case in cases)
    ends = counted([case["state"] for case in cases])
    say(f"{RUN} {deed}: {blows} blows, right again after {slowest} s at most, ends {ends}")
    assert [case for case in cases if case["verdict"]] == []
    assert [case for case in cases if case["right_after"] is None or case["right_after"] > LIMIT] == []


def test_plan_has_each_kind_with_each_point() -> None:
    pairs = {pair for wave in waves(len(POINTS)) for pair in wave.items()}
    assert pairs == {(trial.kind, point) for trial in TRIALS for point in POINTS}
    assert {point for wave in waves(2) for point in wave.values()} == set(POINTS)


def test_senders_killed_at_each_point_lose_and_double_nothing(field: Field, say: Say) -> None:
    judged(field, say, "kill", waves(len(POINTS) if WHOLE else 2))


def test_senders_stopped_at_each_point_lose_and_double_nothing(field: Field, say: Say) -> None:
    """They stand still for longer than it takes until what a dead sender sent is sent once more."""
    judged(field, say, "stop", waves(len(POINTS) if WHOLE else 2))


def test_whole_workers_killed_at_a_point_lose_and_double_nothing(field: Field, say: Say) -> None:
    few = [dict(list(points.items())[:4]) for points in waves(1)]
    judged(field, say, "kill_worker", waves(3) if WHOLE else few)


def test_servers_that_die_and_forget_lose_and_double_nothing(field: Field, say: Say) -> None:
    seconds, pause = (180.0, 6.0) if WHOLE else (18.0, 3.0)
    draw = random.Random(SEED)
    deeds = {"redis killed": kill_redis, "redis flushed": flush_redis, "postgres restarted": restart_postgres}
    told: list[str] = []
    field.ask("lay")
    with ThreadPoolExecutor(1) as pool:
        flow = pool.submit(field.ask, "flow", seed=SEED, seconds=seconds, patience=seconds + 200)
        while not flow.done():
            order = list(deeds)
            draw.shuffle(order)
            for name in order:
                time.sleep(draw.uniform(0, 2 * pause))
                if not flow.done():
                    deeds[name](field)
                    told.append(name)
        clicks = flow.result()
    ended = field.ask("settled", seconds=180)
    say(f"{RUN} {len(told)} faults {counted(told)}, failed clicks {clicks['failed']}, ends {ended}")
    assert ended["broken"] == []


def counted(names: list[str]) -> Mapping[str, int]:
    return {name: names.count(name) for name in sorted(set(names))}


def kill_redis(field: Field) -> None:
    field.redis.kill()
    time.sleep(1)
    field.redis.start()


def flush_redis(field: Field) -> None:
    field.redis.flush()


def restart_postgres(field: Field) -> None:
    field.postgres.restart()


class TestControls:
    """With a guard switched off in the workers the campaign must find the double that the guard prevents."""

    @pytest.mark.parametrize(
        ("guard", "point", "deed"), [("sender_lock", "connected", "stop"), ("doubt", "worked", "kill")]
    )
    def test_without_a_guard_the_campaign_finds_the_double(
        self, field: Field, guard: str, point: str, deed: str
    ) -> None:
        field.stop_workers()
        field.start_workers(FAULTS_WITHOUT=guard, VONAGE_WRITE_TIMEOUT="60", VONAGE_TOTAL_TIMEOUT="75")
        (case,) = field.ask("wave", points={CREATE_BRAND: point}, deed=deed)["cases"]
        assert case["verdict"] == "doubled: 2 effects"
