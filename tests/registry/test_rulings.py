"""Which ruling fits where, as a table written by hand."""

from __future__ import annotations

import pytest

from registry.enums import Activity, DecisionState, Ruling
from registry.lifecycle.moves import ACTIVITY, APPLICATION, CHANGE, CHECK, DECISION
from registry.lifecycle.rulings import ACTIVITY_AFTER, STATE_AFTER, WAITS, fits, offered

OPEN = {(Ruling.ACCEPT, False), (Ruling.REJECT, False)}
EXPECTED: dict[tuple[str, str], set[tuple[Ruling, bool]]] = {
    ("waiting", "active"): {(Ruling.REJECT, False)},
    ("processing", "active"): OPEN | {(Ruling.ASK, False)},
    ("information", "active"): OPEN,
    ("accepted", "active"): {(Ruling.SUSPEND, False), (Ruling.REVOKE, False), (Ruling.REJECT, True)},
    ("accepted", "suspended"): {(Ruling.REINSTATE, False), (Ruling.REVOKE, False), (Ruling.REJECT, True)},
    ("accepted", "revoked"): {(Ruling.REINSTATE, False), (Ruling.REJECT, True)},
    ("rejected", "active"): {(Ruling.ACCEPT, True)},
    ("excluded", "active"): set(),
    ("withdrawn", "active"): set(),
    ("closed", "active"): set(),
}


@pytest.mark.parametrize("standing", sorted(EXPECTED))
def test_only_what_fits_is_offered(standing: tuple[str, str]) -> None:
    state, activity = standing
    assert set(offered(state=state, activity=activity)) == EXPECTED[standing]


def test_every_standing_has_its_expectation() -> None:
    assert {state for state, _activity in EXPECTED} == set(DecisionState.values)
    assert {activity for state, activity in EXPECTED if state == "accepted"} == set(Activity.values)


def test_what_does_not_fit_is_no_error() -> None:
    for state in DecisionState.values:
        for ruling in Ruling:
            assert fits(ruling, state=state, corrects=True) in (True, False)


def test_every_ruling_leads_somewhere_and_every_state_waits_for_somebody() -> None:
    assert set(STATE_AFTER) | set(ACTIVITY_AFTER) == set(Ruling)
    assert set(WAITS) == set(DecisionState)


@pytest.mark.parametrize("table", [DECISION, ACTIVITY, CHANGE, CHECK, APPLICATION])
def test_no_move_leads_out_of_its_table(table: dict[str, frozenset[str]]) -> None:
    assert {to for targets in table.values() for to in targets} <= set(table)
