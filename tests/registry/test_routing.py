"""Routing as a table: who gets a registration, who is left out, and why."""

from __future__ import annotations

import pytest

from registry.enums import DecisionState, Exclusion
from registry.rules.routing import (
    NEVER_ASKED,
    Network,
    Standing,
    application_routes,
    business_routes,
    first_state,
)

VETTED = Network("es-vetted", "ES", requires_vetting=True, features=frozenset({"sim-swap"}))
OPEN = Network("es-open", "ES", features=frozenset({"sim-swap", "number-verification"}))
ELSEWHERE = Network("de-open", "DE", features=frozenset({"sim-swap"}))
NETWORKS = [VETTED, OPEN, ELSEWHERE]


@pytest.mark.parametrize(
    ("countries", "consented", "expected"),
    [
        (set(), set(), {}),
        ({"FR"}, set(), {}),
        ({"DE"}, set(), {"de-open": ""}),
        ({"ES"}, set(), {"es-vetted": "vetting_declined", "es-open": ""}),
        ({"ES"}, {"es-vetted"}, {"es-vetted": "", "es-open": ""}),
        ({"ES"}, {"de-open"}, {"es-vetted": "vetting_declined", "es-open": ""}),
        ({"ES", "DE"}, set(), {"es-vetted": "vetting_declined", "es-open": "", "de-open": ""}),
    ],
)
def test_a_business_profile_goes_to_the_operators_of_its_countries(
    countries: set[str], consented: set[str], expected: dict[str, str]
) -> None:
    assert business_routes(NETWORKS, countries=countries, consented=consented) == expected


ACCEPTED = Standing(DecisionState.ACCEPTED)
DECLINED = Standing(DecisionState.EXCLUDED, Exclusion.VETTING_DECLINED)


@pytest.mark.parametrize(
    ("feature", "business", "expected"),
    [
        ("sim-swap", ACCEPTED, ""),
        ("sim-swap", Standing(DecisionState.PROCESSING), ""),
        ("sim-swap", Standing(DecisionState.INFORMATION), ""),
        ("sim-swap", Standing(DecisionState.REJECTED), ""),
        ("sim-swap", DECLINED, Exclusion.VETTING_DECLINED),
        ("sim-swap", NEVER_ASKED, Exclusion.BUSINESS_EXCLUDED),
        ("sim-swap", Standing(DecisionState.WITHDRAWN), Exclusion.BUSINESS_EXCLUDED),
        ("sim-swap", Standing(DecisionState.CLOSED), Exclusion.BUSINESS_EXCLUDED),
        ("sim-swap", Standing(DecisionState.EXCLUDED), Exclusion.BUSINESS_EXCLUDED),
        ("location", ACCEPTED, Exclusion.FEATURE_NOT_OFFERED),
        ("location", DECLINED, Exclusion.FEATURE_NOT_OFFERED),
        ("location", NEVER_ASKED, Exclusion.FEATURE_NOT_OFFERED),
    ],
)
def test_a_feature_goes_where_it_is_offered_and_the_business_was_sent(
    feature: str, business: Standing, expected: str
) -> None:
    routes = application_routes(
        [VETTED], countries={"ES"}, features=[feature], business={"es-vetted": business}
    )
    assert routes == {("es-vetted", feature): expected}


def test_an_application_profile_is_routed_by_operator_and_feature() -> None:
    routes = application_routes(
        NETWORKS,
        countries={"ES"},
        features=["sim-swap", "number-verification"],
        business={"es-vetted": DECLINED, "es-open": ACCEPTED},
    )
    assert routes == {
        ("es-vetted", "sim-swap"): Exclusion.VETTING_DECLINED,
        ("es-vetted", "number-verification"): Exclusion.FEATURE_NOT_OFFERED,
        ("es-open", "sim-swap"): "",
        ("es-open", "number-verification"): "",
    }


@pytest.mark.parametrize(
    ("business", "expected"),
    [
        (DecisionState.ACCEPTED, DecisionState.PROCESSING),
        (DecisionState.REJECTED, DecisionState.REJECTED),
        (DecisionState.PROCESSING, DecisionState.WAITING),
        (DecisionState.INFORMATION, DecisionState.WAITING),
    ],
)
def test_a_feature_begins_where_the_business_profile_stands(
    business: DecisionState, expected: DecisionState
) -> None:
    assert first_state(Standing(business)) == expected
