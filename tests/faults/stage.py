"""People and their clock, in a process of its own beside the workers: answers one JSON line for each it reads.

What it knows of the portal is its database; what Vonage did it reads in the simulator's ledger. Nothing is sent
from here.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from tests.faults import worker  # noqa: E402, F401  (its copies of messages are for this process too)
from tests.faults.pace import flow, lay, settled  # noqa: E402
from tests.faults.waves import Wave, founded  # noqa: E402


def main() -> None:
    world = founded(int(os.environ["FAULTS_SIMULATOR"]))
    commands: dict[str, Callable[[Any], Any]] = {
        "wave": lambda told: Wave(world, **told).run(),
        "lay": lambda _: lay(world),
        "flow": lambda told: flow(world, **told),
        "settled": lambda told: settled(world, **told),
    }
    for line in sys.stdin:
        command, _, told = line.strip().partition(" ")
        sys.stdout.write(f"{json.dumps(commands[command](json.loads(told)))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
