"""Nothing lost, nothing doubled: operations of every kind through every cell of the fault matrix.

`make faults` runs it. FAULTS_OPERATIONS says how many, FAULTS_SEED repeats a run; both are printed. `make test` takes
as many by chance as there are cells.
"""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest

from tests.faults.conftest import Say
from tests.faults.matrix import CELLS, Cell
from tests.faults.world import TRIALS, Trial, World

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
OPERATIONS = int(os.environ.get("FAULTS_OPERATIONS", "0")) or len(CELLS)
SEED = int(os.environ.get("FAULTS_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
MOST_IN_REVIEW = 0.005


def plan(count: int, seed: int) -> list[tuple[Trial, Cell]]:
    """Every cell with every kind as far as it reaches, the rest by chance, in an order by chance."""
    draw = random.Random(seed)
    whole = [(trial, cell) for trial in TRIALS for cell in CELLS]
    draw.shuffle(whole)
    return whole[:count] + [draw.choice(whole) for _ in range(count - len(whole))]


def test_nothing_is_lost_or_doubled(world: World, say: Say) -> None:
    broken: Counter[str] = Counter()
    for trial, cell in plan(OPERATIONS, SEED):
        if said := world.verdict(trial, cell):
            broken[f"{trial.kind} · {cell.name}: {said}"] += 1
    say(f"FAULTS_OPERATIONS={OPERATIONS} FAULTS_SEED={SEED} broken={dict(broken)}")
    reviews = {name: times for name, times in broken.items() if ": review:" in name}
    assert {name: times for name, times in broken.items() if name not in reviews} == {}
    assert sum(reviews.values()) <= MOST_IN_REVIEW * OPERATIONS, reviews
