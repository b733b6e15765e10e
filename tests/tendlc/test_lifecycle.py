from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tendlc import lifecycle
from tendlc.enums import (
    Axis,
    BrandState,
    CampaignState,
    CarrierState,
    NumberState,
    VettingState,
    WaitingOn,
)
from tests.contract.values import NUMBER_STATUSES

STATES: dict[Axis, Any] = {
    Axis.BRAND: BrandState,
    Axis.VETTING: VettingState,
    Axis.CAMPAIGN: CampaignState,
    Axis.CARRIER: CarrierState,
    Axis.NUMBER: NumberState,
}
EVERY = [(axis, state) for axis, states in STATES.items() for state in states]
READERS = {
    Axis.BRAND: lifecycle.brand_state,
    Axis.VETTING: lifecycle.vetting_state,
    Axis.CAMPAIGN: lifecycle.campaign_state,
    Axis.CARRIER: lifecycle.carrier_state,
    Axis.NUMBER: lifecycle.number_state,
}
WORDS = {
    Axis.BRAND: lifecycle.BRAND_WORDS,
    Axis.VETTING: lifecycle.VETTING_WORDS,
    Axis.CAMPAIGN: lifecycle.CAMPAIGN_WORDS,
    Axis.CARRIER: lifecycle.CARRIER_WORDS,
    Axis.NUMBER: lifecycle.NUMBER_WORDS,
}
BADGES = {"secondary", "blue", "azure", "green", "yellow", "orange", "red"}


@pytest.mark.parametrize(
    ("axis", "word", "state"),
    [
        (Axis.BRAND, "PENDING", BrandState.PENDING),
        (Axis.BRAND, "Verified", BrandState.VERIFIED),
        (Axis.BRAND, "UNVERIFIED", BrandState.UNVERIFIED),
        (Axis.BRAND, "SELF_DECLARED", BrandState.UNVERIFIED),
        (Axis.BRAND, "Vetted Verified", BrandState.VETTED),
        (Axis.BRAND, "VETTED_VERIFIED", BrandState.VETTED),
        (Axis.BRAND, "UNKNOWN", BrandState.UNKNOWN),
        (Axis.BRAND, "ACTIVE", BrandState.UNKNOWN),
        (Axis.VETTING, "PENDING", VettingState.PENDING),
        (Axis.VETTING, "ACTIVE", VettingState.SCORED),
        (Axis.VETTING, "UNSCORE", VettingState.UNSCORED),
        (Axis.VETTING, "FAILED", VettingState.FAILED),
        (Axis.VETTING, "EXPIRED", VettingState.EXPIRED),
        (Axis.CAMPAIGN, "ACTIVE", CampaignState.ACTIVE),
        (Axis.CAMPAIGN, "Pending Review", CampaignState.IN_REVIEW),
        (Axis.CAMPAIGN, "CARRIERS_REVIEW", CampaignState.IN_REVIEW),
        (Axis.CAMPAIGN, "Updates Required", CampaignState.REJECTED),
        (Axis.CAMPAIGN, "REJECTED", CampaignState.REJECTED),
        (Axis.CAMPAIGN, "SUSPENDED", CampaignState.SUSPENDED),
        (Axis.CAMPAIGN, "Pending Cancellation", CampaignState.STOPPING),
        (Axis.CAMPAIGN, "Canceled", CampaignState.STOPPED),
        (Axis.CAMPAIGN, "TERMINATED", CampaignState.STOPPED),
        (Axis.CAMPAIGN, "EXPIRED", CampaignState.EXPIRED),
        (Axis.CARRIER, "REVIEW", CarrierState.REVIEW),
        (Axis.CARRIER, "UNKNOWN", CarrierState.REVIEW),
        (Axis.CARRIER, "APPROVED", CarrierState.APPROVED),
        (Axis.CARRIER, "REJECTED", CarrierState.REJECTED),
        (Axis.CARRIER, "SUSPENDED", CarrierState.SUSPENDED),
        (Axis.NUMBER, "UNKNOWN", NumberState.PENDING),
        (Axis.NUMBER, "PENDING", NumberState.PENDING),
        (Axis.NUMBER, "LINKING", NumberState.PENDING),
        (Axis.NUMBER, "APPROVED", NumberState.LINKED),
        (Axis.NUMBER, "Linked", NumberState.LINKED),
        (Axis.NUMBER, "REJECTED", NumberState.REJECTED),
        (Axis.NUMBER, "UNLINKING", NumberState.UNLINKING),
        (Axis.NUMBER, " unlinked ", NumberState.UNLINKED),
    ],
)
def test_provider_word_becomes_our_state(axis: Axis, word: str, state: str) -> None:
    assert READERS[axis](word) is state


@pytest.mark.parametrize("axis", Axis)
@examples(deadline=None)
@given(word=st.text())
def test_unknown_word_is_unknown_and_never_good_news(axis: Axis, word: str) -> None:
    assume(word.strip().casefold().replace(" ", "_").replace("-", "_") not in WORDS[axis])
    state: Any = READERS[axis](word)

    assert state is STATES[axis].UNKNOWN
    assert not lifecycle.is_good_news(state)
    assert state.badge == "yellow"


@pytest.mark.parametrize("axis", Axis)
@pytest.mark.parametrize("word", ["", "abc123", "VERIFIED?", "APPROVED WITH CONDITIONS", "ACTIVE,"])
def test_word_close_to_a_good_one_is_still_unknown(axis: Axis, word: str) -> None:
    assert READERS[axis](word) == "unknown"


def test_every_documented_number_word_is_understood() -> None:
    assert {lifecycle.number_state(word) for word in NUMBER_STATUSES} == {
        NumberState.PENDING,
        NumberState.LINKED,
        NumberState.REJECTED,
    }


def test_good_news_are_one_kind_of_state_an_axis_and_told_apart_by_axis() -> None:
    good = [(axis, state.value) for axis, state in EVERY if lifecycle.is_good_news(state)]

    assert good == [
        (Axis.BRAND, "verified"),
        (Axis.BRAND, "vetted"),
        (Axis.VETTING, "scored"),
        (Axis.CAMPAIGN, "active"),
        (Axis.CARRIER, "approved"),
        (Axis.NUMBER, "linked"),
    ]


@pytest.mark.parametrize(("axis", "state"), EVERY)
def test_every_state_has_label_badge_wait_words_and_moves(axis: Axis, state: Any) -> None:
    text, next_step = lifecycle.explain(axis, state)

    assert str(state.label)
    assert state.badge in BADGES
    assert (state.badge == "green") == lifecycle.is_good_news(state)
    assert lifecycle.waiting_on(axis, state) in WaitingOn
    assert str(text).endswith(".")
    assert str(next_step) or lifecycle.is_good_news(state)
    assert state in lifecycle.MOVES[axis]


@pytest.mark.parametrize(("axis", "state"), EVERY)
def test_whoever_waits_for_us_is_told_what_to_do(axis: Axis, state: Any) -> None:
    if lifecycle.waiting_on(axis, state) == WaitingOn.US:
        assert "Nothing to do" not in str(lifecycle.explain(axis, state).next_step)


@pytest.mark.parametrize("axis", Axis)
def test_facts_may_come_in_any_order(axis: Axis) -> None:
    facts = [state for state in STATES[axis] if state not in ("submitting", "refused")]

    assert all(lifecycle.may_move(axis, old, new) for old, new in itertools.permutations(facts, 2))
    assert not any(lifecycle.may_move(axis, state, state) for state in STATES[axis])


@pytest.mark.parametrize("axis", [Axis.BRAND, Axis.VETTING, Axis.CAMPAIGN, Axis.NUMBER])
def test_submission_ends_in_a_fact_or_a_refusal_and_a_refusal_can_be_answered(axis: Axis) -> None:
    states = STATES[axis]

    assert lifecycle.MOVES[axis]["submitting"] == {state.value for state in states} - {"submitting"}
    assert lifecycle.may_move(axis, "refused", "submitting")
    back = {state.value for state in states if lifecycle.may_move(axis, state, "submitting")}
    assert back == {"refused"} | ({"unlinked", "rejected"} if axis == Axis.NUMBER else set())
    refused = {state.value for state in states if lifecycle.may_move(axis, state, "refused")}
    assert refused == {"submitting"}


def test_no_state_is_a_dead_end() -> None:
    assert all(lifecycle.MOVES[axis][state] for axis, state in EVERY)


def test_typed_tables_are_the_ones_looked_up() -> None:
    assert lifecycle.BRAND_MOVES[BrandState.SUBMITTING] == lifecycle.MOVES[Axis.BRAND]["submitting"]
    assert lifecycle.NUMBER_MOVES[NumberState.UNLINKED] == lifecycle.MOVES[Axis.NUMBER]["unlinked"]


@pytest.mark.parametrize(
    ("axis", "state", "who", "late"),
    [
        (Axis.BRAND, BrandState.PENDING, WaitingOn.VONAGE, timedelta(days=2)),
        (Axis.BRAND, BrandState.UNVERIFIED, WaitingOn.US, None),
        (Axis.VETTING, VettingState.PENDING, WaitingOn.PROVIDER, timedelta(hours=48)),
        (Axis.CAMPAIGN, CampaignState.IN_REVIEW, WaitingOn.CARRIERS, timedelta(weeks=4)),
        (Axis.CAMPAIGN, CampaignState.ACTIVE, WaitingOn.NOBODY, None),
        (Axis.CARRIER, CarrierState.REVIEW, WaitingOn.CARRIERS, timedelta(weeks=4)),
        (Axis.NUMBER, NumberState.PENDING, WaitingOn.CARRIERS, timedelta(hours=36)),
    ],
)
def test_open_states_name_who_is_waited_for_and_until_when(
    axis: Axis, state: str, who: WaitingOn, late: timedelta | None
) -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)

    assert lifecycle.waiting_on(axis, state) == who
    assert lifecycle.expected_by(axis, state, since) == (since + late if late else None)
