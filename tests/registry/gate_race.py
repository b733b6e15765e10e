"""Revoke while four clients ask, in a process of its own: `python -m tests.registry.gate_race`; tells as JSON.

It migrates the empty database of DATABASE_URL first. Each client notes when a question began, so that an allow that
was asked for after the revocation was committed can be found.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from registry.enums import Activity  # noqa: E402
from registry.gate import Question  # noqa: E402
from registry.gate_log import gate_log  # noqa: E402
from registry.models import Decision  # noqa: E402
from registry.queries.gate import ask_gate  # noqa: E402
from tests.builders import make_account  # noqa: E402
from tests.registry.gate_world import make_world  # noqa: E402

CLIENTS, SECONDS = 4, 1.0
Asked = tuple[float, str]


def main() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    world = make_world(make_account())
    ready = threading.Barrier(CLIENTS + 1)
    ended = threading.Event()
    told: list[list[Asked]] = [[] for _each in range(CLIENTS)]
    clients = [
        threading.Thread(target=ask, args=(world.question(), ready, ended, answers)) for answers in told
    ]
    for client in clients:
        client.start()
    ready.wait()
    time.sleep(SECONDS)
    with transaction.atomic():
        Decision.objects.filter(pk=world.decision.pk).update(activity=Activity.REVOKED)
    revoked_at = time.perf_counter()
    time.sleep(SECONDS)
    ended.set()
    for client in clients:
        client.join()
    gate_log.flush()
    json.dump(summary(told, revoked_at), sys.stdout)


def ask(question: Question, ready: threading.Barrier, ended: threading.Event, answers: list[Asked]) -> None:
    ask_gate(question)
    ready.wait()
    while not ended.is_set():
        began = time.perf_counter()
        answers.append((began, ask_gate(question).reason or "allowed"))
    connection.close()


def summary(told: list[list[Asked]], revoked_at: float) -> dict[str, object]:
    before = [reason for answers in told for began, reason in answers if began < revoked_at]
    after = [[reason for began, reason in answers if began >= revoked_at] for answers in told]
    return {
        "allowed_before": before.count("allowed"),
        "reasons": sorted({reason for reasons in (before, *after) for reason in reasons}),
        "after": sorted({reason for reasons in after for reason in reasons}),
        "fewest_after": min(len(reasons) for reasons in after),
    }


if __name__ == "__main__":
    main()
