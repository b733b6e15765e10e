"""Which state may follow which; `portal.records.moves.move` holds everybody to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from registry.enums import Activity, ApplicationState, ChangeState, CheckState, DecisionState

_D, _A, _C, _K, _N = DecisionState, Activity, ChangeState, CheckState, ApplicationState
_ENDS: Final = frozenset({_D.WITHDRAWN, _D.CLOSED})

# A decision that is asked again is a new round, a row of its own: no move leads back to open.
DECISION: Final[Mapping[str, frozenset[str]]] = {
    _D.WAITING: frozenset({_D.PROCESSING, _D.REJECTED}) | _ENDS,
    _D.PROCESSING: frozenset({_D.INFORMATION, _D.ACCEPTED, _D.REJECTED}) | _ENDS,
    _D.INFORMATION: frozenset({_D.PROCESSING, _D.ACCEPTED, _D.REJECTED}) | _ENDS,
    # Correcting a mistake, with its reason; both stand in history.
    _D.ACCEPTED: frozenset({_D.REJECTED}) | _ENDS,
    _D.REJECTED: frozenset({_D.ACCEPTED}) | _ENDS,
    _D.EXCLUDED: _ENDS,
    _D.WITHDRAWN: frozenset(),
    _D.CLOSED: frozenset(),
}
ACTIVITY: Final[Mapping[str, frozenset[str]]] = {
    _A.ACTIVE: frozenset({_A.SUSPENDED, _A.REVOKED}),
    _A.SUSPENDED: frozenset({_A.ACTIVE, _A.REVOKED}),
    _A.REVOKED: frozenset({_A.ACTIVE}),
}
CHANGE: Final[Mapping[str, frozenset[str]]] = {
    _C.DRAFT: frozenset({_C.SUBMITTED, _C.WITHDRAWN}),
    _C.SUBMITTED: frozenset({_C.APPLIED, _C.REFUSED, _C.WITHDRAWN}),
    _C.APPLIED: frozenset(),
    _C.REFUSED: frozenset(),
    _C.WITHDRAWN: frozenset(),
}
CHECK: Final[Mapping[str, frozenset[str]]] = {
    _K.PENDING: frozenset({_K.PASSED, _K.FAILED, _K.CANCELLED}),
    _K.PASSED: frozenset({_K.EXPIRED}),
    _K.FAILED: frozenset(),
    _K.EXPIRED: frozenset(),
    _K.CANCELLED: frozenset(),
}
APPLICATION: Final[Mapping[str, frozenset[str]]] = {
    _N.SUBMITTING: frozenset({_N.ACTIVE, _N.REFUSED}),
    _N.ACTIVE: frozenset({_N.CHANGING, _N.DELETING, _N.DELETED}),
    _N.CHANGING: frozenset({_N.ACTIVE}),
    _N.REFUSED: frozenset({_N.SUBMITTING}),
    _N.DELETING: frozenset({_N.DELETED, _N.ACTIVE}),
    # It can be read at Vonage again.
    _N.DELETED: frozenset({_N.ACTIVE}),
}
