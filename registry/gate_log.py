"""What the gate answered about Production, kept in bulk: an answer waits for no write and fails with none."""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections import deque
from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from registry.enums import Access
from registry.gate import Answer, Denial, Question, Snapshot
from registry.models import ApplicationStanding, GateAnswer

logger = logging.getLogger("registry.gate")
BATCH: Final = 500
# About a minute of a busy process without a database; then the oldest are let go, and the log says how many.
MOST: Final = 50_000
Entry = tuple[GateAnswer, int | None]


class GateLog:
    """A buffer of this process, written by a thread of its own every `REGISTRY_GATE_LOG_SECONDS` and at the end.

    With 0 seconds each answer is written at once, by whoever asked. Phone numbers never get in here.
    """

    def __init__(self, most: int = MOST) -> None:
        self._entries: deque[Entry] = deque(maxlen=most)
        self._most, self._lost = most, 0
        self._full = threading.Event()
        self._guard = threading.Lock()
        self._writing = threading.Lock()
        self._pid = 0

    def note(
        self, question: Question, snapshot: Snapshot, answer: Answer, *, account_id: int | None = None
    ) -> None:
        """Take an answer about Production down. Never raises."""
        try:
            if _concerns_production(question, snapshot, answer):
                self._add(_entry(question, snapshot, answer, account_id))
        except Exception:
            logger.exception("an answer of the gate could not be noted")

    def flush(self) -> None:
        """Write what has gathered; what cannot be written stays for the next time. Never raises."""
        with self._writing:
            while batch := self._take():
                try:
                    _write(batch)
                except Exception:
                    logger.exception("%s answers of the gate wait to be written", len(batch))
                    self._entries.extendleft(reversed(batch))
                    return
        if self._lost:
            logger.error("%s answers of the gate were not kept", self._lost)
            self._lost = 0

    def _add(self, entry: Entry) -> None:
        self._lost += len(self._entries) == self._most
        self._entries.append(entry)
        if not settings.REGISTRY_GATE_LOG_SECONDS:
            self.flush()
            return
        if self._pid != os.getpid():
            self._start()
        if len(self._entries) >= BATCH:
            self._full.set()

    def _start(self) -> None:
        """One thread a process: after a fork the parent's is not there."""
        with self._guard:
            if self._pid == os.getpid():
                return
            self._pid, self._full, self._writing = os.getpid(), threading.Event(), threading.Lock()
            threading.Thread(target=self._run, daemon=True, name="gate-log").start()
            atexit.register(self.flush)

    def _run(self) -> None:
        while True:
            self._full.wait(settings.REGISTRY_GATE_LOG_SECONDS)
            self._full.clear()
            self.flush()
            connection.close()

    def _take(self) -> list[Entry]:
        """Up to a batch, oldest first; only one thread takes at a time, so what was counted is there."""
        return [self._entries.popleft() for _each in range(min(BATCH, len(self._entries)))]


def _concerns_production(question: Question, snapshot: Snapshot, answer: Answer) -> bool:
    if answer.reason is Denial.MALFORMED:
        return False
    return (snapshot.access or question.mode) != Access.PLAYGROUND


def _entry(question: Question, snapshot: Snapshot, answer: Answer, account_id: int | None) -> Entry:
    row = GateAnswer(
        account_id=snapshot.account_id or account_id,
        client_id=snapshot.client_id,
        application_id_asked=question.application_id,
        api_key_asked=question.api_key[:60],
        operator_code=question.operator,
        feature_code=question.feature,
        purpose_code=question.purpose,
        allowed=answer.allowed,
        reason=answer.reason or "",
        at=timezone.now(),
    )
    return row, snapshot.profile_id


def _write(batch: Sequence[Entry]) -> None:
    """The rows, and for each profile that a call of it was allowed; two statements however many they are.

    So `last_call_at` may be later than the call by as long as answers gather.
    """
    called = {profile_id for row, profile_id in batch if row.allowed and profile_id is not None}
    newest = max(row.at for row, _profile_id in batch)
    with transaction.atomic():
        GateAnswer.objects.bulk_create([row for row, _profile_id in batch])
        if called:
            earlier = Q(last_call_at=None) | Q(last_call_at__lt=newest)
            standings = ApplicationStanding.objects.filter(earlier, profile_id__in=called)
            standings.update(last_call_at=newest)


gate_log: Final = GateLog()
