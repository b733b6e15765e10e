"""What may follow what. Our own steps are strict; facts from outside may come in any order and skip steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from tendlc.enums import Axis, BrandState, CampaignState, CarrierState, NumberState, VettingState

S = TypeVar("S", bound=str)
Moves = Mapping[S, frozenset[S]]


def _moves(states: Iterable[S], ours: Mapping[S, frozenset[S]]) -> dict[S, frozenset[S]]:
    """Facts lead to any other fact; a state of ours leads to where its table says, in addition to facts."""
    facts = frozenset(state for state in states if state not in ours)
    table = {fact: facts - {fact} for fact in facts}
    return table | {state: targets | facts for state, targets in ours.items()}


def _with(table: dict[S, frozenset[S]], further: Mapping[S, frozenset[S]]) -> dict[S, frozenset[S]]:
    return table | {state: table[state] | targets for state, targets in further.items()}


_B, _V, _C, _N = BrandState, VettingState, CampaignState, NumberState

BRAND_MOVES: Final[Moves[BrandState]] = _moves(
    BrandState, {_B.SUBMITTING: frozenset({_B.REFUSED}), _B.REFUSED: frozenset({_B.SUBMITTING})}
)
VETTING_MOVES: Final[Moves[VettingState]] = _moves(
    VettingState, {_V.SUBMITTING: frozenset({_V.REFUSED}), _V.REFUSED: frozenset({_V.SUBMITTING})}
)
# A stop is asked for by us and can be seen on its way at Vonage, so *stopping* is reached from both sides.
CAMPAIGN_MOVES: Final[Moves[CampaignState]] = _moves(
    CampaignState, {_C.SUBMITTING: frozenset({_C.REFUSED}), _C.REFUSED: frozenset({_C.SUBMITTING})}
)
# A number that is off may be linked again, and one that was refused may be tried again.
NUMBER_MOVES: Final[Moves[NumberState]] = _with(
    _moves(NumberState, {_N.SUBMITTING: frozenset({_N.REFUSED}), _N.REFUSED: frozenset({_N.SUBMITTING})}),
    {_N.UNLINKED: frozenset({_N.SUBMITTING}), _N.REJECTED: frozenset({_N.SUBMITTING})},
)
CARRIER_MOVES: Final[Moves[CarrierState]] = _moves(CarrierState, {})

MOVES: Final[Mapping[Axis, Mapping[str, frozenset[str]]]] = {
    Axis.BRAND: {str(old): frozenset(map(str, new)) for old, new in BRAND_MOVES.items()},
    Axis.VETTING: {str(old): frozenset(map(str, new)) for old, new in VETTING_MOVES.items()},
    Axis.CAMPAIGN: {str(old): frozenset(map(str, new)) for old, new in CAMPAIGN_MOVES.items()},
    Axis.CARRIER: {str(old): frozenset(map(str, new)) for old, new in CARRIER_MOVES.items()},
    Axis.NUMBER: {str(old): frozenset(map(str, new)) for old, new in NUMBER_MOVES.items()},
}


def may_move(axis: Axis, old: str, new: str) -> bool:
    """Whether the table allows the step; staying put is not a step."""
    return new in MOVES[axis].get(old, frozenset())
