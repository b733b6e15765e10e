"""What is kept outside the database: never lowered by a worker that is late, never replaced unread."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.utils import timezone

from portal.outbox import claims, engine, installation
from portal.outbox.enums import OperationState as S
from portal.outbox.locks import current_sender
from portal.outbox.models import Attempt, Operation
from portal.vonage.problems import NotSent
from tests.outbox.conftest import Desk, operation_of

WORKERS, ROUNDS = 8, 40


def test_mark_is_that_of_the_highest_attempt_however_many_keep_it_at_once(var: Path) -> None:
    installation.write(installation.Outside("ours", 0))
    together = threading.Barrier(WORKERS)

    def keep(worker: int) -> None:
        for number in range(ROUNDS):
            together.wait()
            installation.keep_mark(Attempt(pk=number * WORKERS + worker))
            together.wait()
            seen.append(installation.read() == installation.Outside("ours", (number + 1) * WORKERS - 1))

    seen: list[bool] = []
    workers = [threading.Thread(target=keep, args=(worker,)) for worker in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert seen == [True] * WORKERS * ROUNDS


@pytest.mark.parametrize("text", ["", '{"installation_id": "ou', "[]"])
def test_file_that_cannot_be_read_is_left_as_it_is(var: Path, text: str) -> None:
    installation.path().write_text(text)
    with pytest.raises(NotSent):
        installation.keep_mark(Attempt(pk=7))
    assert installation.path().read_text() == text


@pytest.mark.django_db
@pytest.mark.processes
def test_what_cannot_be_marked_outside_is_not_sent(desk: Desk, var: Path) -> None:
    operation, sender = operation_of(desk.brand()), current_sender()
    assert sender is not None
    assert installation.is_ours()
    kept = installation.path().read_text()
    installation.path().write_text("{")
    leased = claims.take_next(sender)
    assert leased is not None
    engine.step(leased, sender)

    operation.refresh_from_db()
    assert (operation.state, desk.effects("create_brand")) == (S.READY, 0)

    installation.path().write_text(kept)
    Operation.objects.update(next_attempt_at=timezone.now())
    engine.run()
    operation.refresh_from_db()
    assert operation.state == S.APPLIED
