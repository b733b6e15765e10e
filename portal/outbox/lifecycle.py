"""Which state of an operation may follow which."""

from __future__ import annotations

from portal.outbox.enums import BatchState as B
from portal.outbox.enums import OperationState as S

# A row in sending whose sender is gone becomes unknown, never ready; ready comes back from sending only when
# nothing was done (not sent, throttled, held), and from unknown only after proven absence.
OPERATION: dict[str, frozenset[str]] = {
    S.AWAITING_APPROVAL: frozenset({S.READY, S.REFUSED, S.CANCELLED}),
    S.READY: frozenset({S.SENDING, S.REVIEW, S.APPLIED, S.REFUSED, S.CANCELLED}),
    S.SENDING: frozenset({S.READY, S.UNKNOWN, S.REFUSED, S.APPLIED}),
    S.UNKNOWN: frozenset({S.READY, S.REVIEW, S.APPLIED, S.REFUSED}),
    S.REVIEW: frozenset({S.READY, S.APPLIED, S.CANCELLED}),
    S.APPLIED: frozenset(),
    S.REFUSED: frozenset(),
    S.CANCELLED: frozenset(),
}

BATCH: dict[str, frozenset[str]] = {
    B.CHECKED: frozenset({B.RUNNING, B.CANCELLED}),
    B.RUNNING: frozenset({B.PAUSED, B.DONE, B.CANCELLED}),
    B.PAUSED: frozenset({B.RUNNING, B.CANCELLED}),
    B.DONE: frozenset(),
    B.CANCELLED: frozenset(),
}
