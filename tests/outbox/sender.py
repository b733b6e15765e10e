"""A sender in a process of its own: answers one JSON line for each line `<command> <argument>` it reads."""

from __future__ import annotations

import json
import os
import secrets
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.db import connection  # noqa: E402

from portal.outbox import claims, installation, locks  # noqa: E402
from portal.outbox.actions import submit  # noqa: E402
from portal.outbox.models import Installation, Operation  # noqa: E402
from tendlc.operations import CREATE_BRAND  # noqa: E402
from tests.builders import make_api_key, make_membership, make_user  # noqa: E402
from tests.tendlc.builders import make_brand  # noqa: E402


def sender() -> locks.Sender:
    """The sender this process took last; it takes no new one by itself."""
    assert locks._current is not None
    return locks._current[1]


def take(_: str) -> str | None:
    taken = locks.current_sender()
    return taken.id if taken else None


def backend(_: str) -> int:
    held = sender()
    assert isinstance(held, locks.AdvisorySender)
    return held._session.info.backend_pid


def begin(_: str) -> int:
    """Claim an operation as if its first byte left now."""
    word = secrets.token_hex(4)
    membership = make_membership(make_user(f"{word}@example.com"))
    api_key = make_api_key(membership.account, word)
    brand = make_brand(membership.account, api_key=api_key, state="submitting", remote_id="")
    wished = submit(
        CREATE_BRAND, brand, actor=membership.user, api_key=api_key, payload={"company_name": "A"}
    )
    operation = claims.take_next(sender())
    while operation is not None and operation != wished:  # left by earlier tests
        operation = claims.take_next(sender())
    assert operation is not None
    claims.claim(operation, sender(), [])
    return operation.pk


def state(pk: str) -> list[object]:
    operation = Operation.objects.get(pk=int(pk))
    attempt = operation.attempts.get()
    return [operation.state, operation.sender, attempt.outcome]


def first_starts(rounds: str) -> list[bool]:
    """What several threads are told that ask at once whether a database that belongs to nobody is ours."""
    answers: list[bool] = []
    for _ in range(int(rounds)):
        Installation.objects.all().delete()
        installation.path().unlink(missing_ok=True)
        together = threading.Barrier(6)

        def ask(together: threading.Barrier = together) -> None:
            together.wait()
            answers.append(installation.is_ours())
            connection.close()

        threads = [threading.Thread(target=ask) for _ in range(together.parties)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return answers


COMMANDS: dict[str, Callable[[str], object]] = {
    "take": take,
    "held": lambda _: sender().held(),
    "is_gone": lambda other: sender().is_gone(other),
    "backend": backend,
    "begin": begin,
    "recover": lambda _: claims.recover(sender(), timedelta(0)),
    "state": state,
    "first_starts": first_starts,
}


def main() -> None:
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        sys.stdout.write(f"{json.dumps(COMMANDS[command](argument))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
