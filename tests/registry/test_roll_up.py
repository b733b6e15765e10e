"""The word that is shown against an oracle that was written apart from it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.enums import Activity, DecisionState, RegistrationState
from registry.lifecycle import RollUp, Vote, roll_up

STATES = list(DecisionState)
LONGEST = 4


def oracle(states: tuple[DecisionState, ...]) -> str:
    """By the guide's sentences, over the set of what was said."""
    said = set(states) - {DecisionState.EXCLUDED, DecisionState.WITHDRAWN, DecisionState.CLOSED}
    if not said:
        return "NOT SENT"
    if said == {DecisionState.ACCEPTED}:
        return "ACCEPTED"
    if said == {DecisionState.REJECTED}:
        return "REJECTED"
    if said == {DecisionState.ACCEPTED, DecisionState.REJECTED}:
        return "PARTIALLY-ACCEPTED"
    return "PROCESSING"


@pytest.mark.parametrize("length", range(LONGEST + 1))
def test_roll_up_agrees_with_the_oracle_on_every_combination(length: int) -> None:
    for states in itertools.combinations_with_replacement(STATES, length):
        assert roll_up(Vote(state) for state in states).state == oracle(states), states


votes = st.lists(st.builds(Vote, st.sampled_from(STATES), st.sampled_from(list(Activity))), max_size=12)

# On a loaded machine making lists takes a while; that says nothing about what is tested.
patiently = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@patiently
@given(votes, st.randoms())
def test_roll_up_does_not_depend_on_order(seen: list[Vote], random: object) -> None:
    shuffled = list(seen)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert roll_up(seen) == roll_up(shuffled)


@patiently
@given(votes)
def test_roll_up_counts_everything_once(seen: list[Vote]) -> None:
    found = roll_up(seen)

    assert found.counted + found.uncounted == len(seen)


@patiently
@given(votes)
def test_activity_never_changes_the_word(seen: list[Vote]) -> None:
    assert roll_up(seen).state == roll_up(Vote(vote.state) for vote in seen).state


def test_nothing_at_all_is_neither_accepted_nor_rejected() -> None:
    assert roll_up(()) == RollUp(RegistrationState.NOT_SENT)
