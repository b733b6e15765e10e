"""Simulated operators and agents over time, by the words in names of profiles."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from registry.actions.answering import answer_operator
from registry.enums import CheckState, DecisionChannel, DecisionState, Reason, Ruling
from registry.models import Agency, BusinessProfile, Operator, OperatorAnswer, VettingCheck
from registry.rules import simulated as rules
from registry.sync.simulated import simulate
from tests.people import People
from tests.registry.desk_scene import Desks, add_strict, make_desks

USUAL = timedelta(seconds=10)


@pytest.fixture
def desks(people: People, settings: Settings) -> Desks:
    settings.REGISTRY_SIMULATED_OPERATORS = True
    settings.REGISTRY_SIMULATED_SECONDS = 10.0
    made = make_desks(people)
    Operator.objects.filter(pk=made.blue.pk).update(channel=DecisionChannel.SIMULATED)
    return made


def name(desks: Desks, text: str) -> None:
    BusinessProfile.objects.filter(pk=desks.business.pk).update(name=text)


def later(seconds: float = 11) -> int:
    return simulate(timezone.now() + timedelta(seconds=seconds))


FEATURES = ["number-verification", "sim-swap"]


@pytest.mark.parametrize(
    ("called", "features", "was_asked", "expected"),
    [
        ("Acme", [], False, ["accept"]),
        ("Acme", FEATURES, False, ["accept", "accept"]),
        ("Acme refused", FEATURES, False, ["reject", "reject"]),
        ("Acme refused by blue", FEATURES, False, ["reject", "reject"]),
        ("Acme refused by red", FEATURES, False, ["accept", "accept"]),
        ("Acme partly", FEATURES, False, ["reject", "accept"]),
        ("Acme partly", [], False, ["accept"]),
        ("Acme asked", FEATURES, False, ["ask", "ask"]),
        ("Acme asked", FEATURES, True, ["accept", "accept"]),
        ("Unrefusedly", [], False, ["accept"]),
    ],
)
def test_words_in_a_name_decide(
    called: str, features: list[str], was_asked: bool, expected: list[str]
) -> None:
    said = rules.say(called, "Blue De", features, was_asked=was_asked)
    assert [str(one.ruling) for one in said] == expected


def test_slow_ones_take_ten_times_as_long() -> None:
    assert rules.delay("Acme slow", "Blue De", USUAL) == 10 * USUAL
    assert rules.delay("Acme slow by red", "Blue De", USUAL) == USUAL


def test_every_word_is_documented() -> None:
    text = Path("docs/simulated-operators.md").read_text(encoding="utf-8")
    for word in (rules.REFUSED, rules.PARTLY, rules.ASKED, rules.SLOW, rules.FAILS_VETTING):
        assert f"`{word}`" in text


def test_nothing_is_simulated_without_the_setting(desks: Desks, settings: Settings) -> None:
    settings.REGISTRY_SIMULATED_OPERATORS = False
    assert later(3600) == 0
    assert desks.decision().state == DecisionState.PROCESSING


def test_only_simulated_operators_answer_and_only_when_it_is_time(desks: Desks) -> None:
    assert later(5) == 0
    assert later() == 1
    assert (desks.decision().state, desks.decision().is_simulated) == (DecisionState.ACCEPTED, True)
    assert desks.decision(desks.red).state == DecisionState.PROCESSING
    assert desks.case(of_business=True).operator_reference.startswith("SIM-")


def test_an_application_follows_its_organisation_and_gets_an_id(desks: Desks) -> None:
    later()
    assert later(5) == 0  # it began to wait only now
    assert later() == 1
    assert desks.decision(desks.blue, desks.swap).state == DecisionState.ACCEPTED
    desks.profile.standing.refresh_from_db()
    assert desks.profile.standing.network_application_id == f"simulated-{desks.profile.pk}"
    assert later() == 0


def test_one_that_asks_waits_for_the_answer_then_accepts(desks: Desks) -> None:
    name(desks, "Acme asked")
    later()
    assert desks.decision().state == DecisionState.INFORMATION
    assert later(3600) == 0
    people = desks.people
    answer_operator(
        people.scope(people.member), desks.case(of_business=True), "Nothing.", actor=people.member
    )
    assert later() == 1
    assert desks.decision().state == DecisionState.ACCEPTED


def test_one_that_refuses_gives_a_reason(desks: Desks) -> None:
    name(desks, "Acme refused")
    later()
    row = desks.decision()
    assert (row.state, row.reason) == (DecisionState.REJECTED, Reason.USE_CASE)
    assert row.reason_text
    assert OperatorAnswer.objects.get().lines[0]["ruling"] == Ruling.REJECT


@pytest.mark.parametrize(("called", "expected"), [("Acme", "passed"), ("Acme unvetted", "failed")])
def test_a_simulated_agent_checks(desks: Desks, called: str, expected: str) -> None:
    strict = add_strict(desks)
    Agency.objects.update(channel=DecisionChannel.SIMULATED)
    name(desks, called)
    later()
    check = VettingCheck.objects.get()
    assert (check.state, check.is_simulated) == (expected, True)
    is_rejected = desks.decision(strict).state == DecisionState.REJECTED
    assert is_rejected == (check.state == CheckState.FAILED)
