"""Nothing lost, nothing doubled: operations of every kind through every cell of the fault matrix.

`make faults` runs it. FAULTS_OPERATIONS says how many, FAULTS_SEED repeats a run; both are printed. The plan is dealt
out to FAULTS_SHARDS worlds (two), each with a simulator of its own where pytest-xdist gives it a process.
"""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest

from tests.faults.conftest import Say
from tests.faults.matrix import CELLS, Cell
from tests.faults.reckoning import broken_promises
from tests.faults.world import TRIALS, Trial, World

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
OPERATIONS = int(os.environ.get("FAULTS_OPERATIONS", "0")) or len(CELLS)
# In the environment, so that the processes of pytest-xdist draw the same.
SEED = int(os.environ.setdefault("FAULTS_SEED", str(random.SystemRandom().randrange(1, 10**9))))
SHARDS = int(os.environ.get("FAULTS_SHARDS", "2"))


def plan(count: int, seed: int) -> list[tuple[Trial, Cell]]:
    """Every cell with every kind as far as it reaches, the rest by chance, in an order by chance."""
    draw = random.Random(seed)
    whole = [(trial, cell) for trial in TRIALS for cell in CELLS]
    draw.shuffle(whole)
    return whole[:count] + [draw.choice(whole) for _ in range(count - len(whole))]


@pytest.mark.parametrize("shard", range(SHARDS))
def test_nothing_is_lost_or_doubled(world: World, say: Say, shard: int) -> None:
    broken: Counter[str] = Counter()
    mine = plan(OPERATIONS, SEED)[shard::SHARDS]
    for trial, cell in mine:
        if said := world.verdict(trial, cell):
            broken[f"{trial.kind} · {cell.name}: {said}"] += 1
            say(f"{trial.kind} · {cell.name}: {said}")
    say(
        f"FAULTS_OPERATIONS={OPERATIONS} FAULTS_SEED={SEED} shard={shard} of {SHARDS}"
        f" operations={len(mine)} broken={dict(broken)}"
    )
    assert broken_promises(broken, of=len(mine)) == {}
