"""Operations of every kind in a steady flow, while somebody else breaks the servers."""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import DatabaseError, InterfaceError, connections

from portal.outbox.enums import OperationState as S
from portal.outbox.models import Operation
from tests.faults.waves import PATIENCE, LiveWorld, NotLaid
from tests.faults.world import TRIALS, Trial

LONGEST_CALL = 6.0


def lay(world: LiveWorld) -> dict[str, int]:
    """What each kind stands on comes about before anything is broken."""
    return {trial.kind: world.ground_of(trial.kind).count for trial in TRIALS}


def flow(world: LiveWorld, seed: int, seconds: float) -> dict[str, Any]:
    """Submit for so long, all kinds at once. A click that meets a dead server fails, and is counted."""
    grounds = {trial.kind: world.ground_of(trial.kind) for trial in TRIALS}
    newest = Operation.objects.order_by("-pk").values_list("pk", flat=True).first()
    world.before_flow = (world.now(), newest or 0)
    world.may_jump, world.patience = False, 10.0
    deadline = time.monotonic() + seconds
    failed: Counter[str] = Counter()

    def click(trial: Trial) -> None:
        draw = random.Random(f"{seed} {trial.kind}")
        while time.monotonic() < deadline:
            try:
                trial.wish(world, grounds[trial.kind])
            except (DatabaseError, InterfaceError, NotLaid) as failure:
                failed[type(failure).__name__] += 1
                connections.close_all()
            time.sleep(draw.uniform(0.2, 2.0))
        connections.close_all()

    with ThreadPoolExecutor(len(TRIALS)) as pool:
        list(pool.map(click, TRIALS))
    world.may_jump, world.patience = True, PATIENCE
    return {"failed": dict(failed)}


def settled(world: LiveWorld, seconds: float) -> dict[str, Any]:
    """Let everything end; what of it is not as promised, by kind and key."""
    connections.close_all()
    begun = time.monotonic()
    time.sleep(LONGEST_CALL)  # before time jumps: whoever lost its lock with the database may be in a call
    left = world.settle_all(seconds)
    broken = [f"lost: {row.kind} {row.code} {row.state}" for row in left]
    counts: Counter[str] = Counter()
    since, newest = world.before_flow
    for trial in TRIALS:
        ground = world.of_kind[trial.kind]
        rows = Operation.objects.filter(kind=trial.kind, api_key=ground.api_key, pk__gt=newest)
        states = Counter(rows.values_list("state", flat=True))
        counts += states
        done = world.done(trial, ground.api_key.key, since)
        if not states[S.APPLIED] <= done <= states[S.APPLIED] + states[S.REVIEW]:
            broken.append(f"{trial.kind}: {done} effects of {dict(states)}")
        if (trial.resends and states[S.REVIEW]) or states[S.REFUSED]:
            broken.append(f"{trial.kind}: {dict(states)}")
    return {"broken": broken, "states": dict(counts), "seconds": round(time.monotonic() - begun, 1)}
