"""The gate's function: every combination of its finite inputs against an oracle written a second time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.gate import (
    BOTH,
    NOTHING,
    PLAYGROUND,
    PRODUCTION,
    Denial,
    Question,
    Snapshot,
    Word,
    decide,
    explain,
)
from tests.registry.gate_oracle import RANKING, expected

Facts = dict[str, Any]
FRONT: dict[str, tuple[Any, ...]] = {
    "written": ("well", "without an application", "without a key", "without a feature", "with a NUL"),
    "application": ("absent", "submitting", "refused", "active", "changing", "deleting", "deleted"),
    "gone": (False, True),
    "access": ("off", "playground", "production"),
    "mode": ("", "playground", "production", "sandbox"),
    "key": ("own", "other"),
    "feature_exists": (True, False),
    "number": ("none", "listed", "virtual", "stranger", "garbled"),
}
WORDS = (
    "accepted", "suspended", "revoked", "rejected", "never asked", "waiting", "processing", "information",
    "withdrawn", "closed", "excluded: vetting declined", "excluded: not offered", "excluded: business",
)  # fmt: skip
BACK: dict[str, tuple[Any, ...]] = {
    "assigned": (True, False),
    "kept": (True, False),
    "standing": (True, False),
    "operator_exists": (True, False),
    "country": (True, False),
    "purpose": ("the same", "another", "no such feature"),
    "offered": (True, False),
    "vetting": ("not required", "passed", "expired", "never begun", "pending", "cancelled", "failed"),
    "business": WORDS,
    "feature": WORDS,
}
GOOD: Facts = {name: values[0] for name, values in (FRONT | BACK).items()} | {
    "application": "active",
    "access": "production",
}
NUMBERS = {"none": "", "listed": "+34600000001", "virtual": "+99012345678", "stranger": "34600000002"}
UNREADABLE = {
    "without an application": {"application_id": ""},
    "without a key": {"api_key": ""},
    "without a feature": {"feature": ""},
    "with a NUL": {"operator": "es\0norte"},
}


def question_of(facts: Facts) -> Question:
    values = {
        "application_id": "app",
        "api_key": "abc",
        "feature": "sim-swap",
        "purpose": "Fraud",
        "operator": "es-norte",
        "mode": facts["mode"],
        "number": NUMBERS.get(facts["number"], "06 garbled"),
    }
    return Question(**(values | UNREADABLE.get(facts["written"], {})))


def word_of(said: str) -> Word:
    state, _colon, why = said.partition(": ")
    if state in ("suspended", "revoked"):
        return Word("accepted", state)
    if state == "never asked":
        return Word()
    exclusion = {
        "vetting declined": "vetting_declined",
        "not offered": "feature_not_offered",
        "business": "business_excluded",
    }
    return Word(state, "active", exclusion.get(why, ""))


def snapshot_of(facts: Facts) -> Snapshot:
    return Snapshot(
        application_state="" if facts["application"] == "absent" else facts["application"],
        application_gone=facts["gone"],
        access="" if facts["access"] == "off" else facts["access"],
        application_key="abc" if facts["key"] == "own" else "xyz",
        feature_known=facts["feature_exists"],
        number_allowed=facts["number"] == "listed",
        key_assigned=facts["assigned"],
        profile_deleted=not facts["kept"],
        profile_withdrawn=not facts["standing"],
        operator_known=facts["operator_exists"],
        country_requested=facts["country"],
        purpose={"the same": "dpv:Fraud", "another": "Marketing"}.get(facts["purpose"], ""),
        offered=facts["offered"],
        vetting_required=facts["vetting"] != "not required",
        check="" if facts["vetting"] in ("not required", "never begun") else facts["vetting"],
        business=word_of(facts["business"]),
        decision=word_of(facts["feature"]),
    )


def every(space: dict[str, tuple[Any, ...]]) -> Iterator[Facts]:
    return (dict(zip(space, values, strict=True)) for values in itertools.product(*space.values()))


def said(facts: Facts) -> str:
    return decide(question_of(facts), snapshot_of(facts)).reason or ""


def disagreements(cases: Iterator[Facts]) -> tuple[int, list[tuple[Facts, str, str]]]:
    count, found = 0, []
    for facts in cases:
        count += 1
        got, wanted = said(facts), expected(facts)
        if got != wanted:
            found.append((facts, got, wanted))
    return count, found[:3]


BAD_BACK = {name: values[-1] for name, values in BACK.items()}


@pytest.mark.parametrize("back", [{}, BAD_BACK], ids=["all else well", "nothing well"])
def test_gate_agrees_with_the_oracle_on_every_question_and_application(back: Facts) -> None:
    """Whatever is wrong with who asks decides before anything that was registered."""
    count, wrong = disagreements(GOOD | back | front for front in every(FRONT))
    assert (count, wrong) == (16_800, [])


def test_gate_agrees_with_the_oracle_on_every_registration() -> None:
    count, wrong = disagreements(GOOD | back for back in every(BACK))
    assert (count, wrong) == (227_136, [])


@settings(max_examples=500, deadline=None)
@given(st.fixed_dictionaries({name: st.sampled_from(values) for name, values in (FRONT | BACK).items()}))
def test_gate_agrees_with_the_oracle_on_anything_else(facts: Facts) -> None:
    assert said(facts) == expected(facts)


@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries({name: st.sampled_from(values) for name, values in (FRONT | BACK).items()}))
def test_explanation_tells_the_same_and_stops_at_the_first_failure(facts: Facts) -> None:
    told = explain(question_of(facts), snapshot_of(facts))
    assert told.answer == decide(question_of(facts), snapshot_of(facts))
    passed = [step.passed for step in told.steps]
    before = passed.index(False) if False in passed else len(passed)
    assert passed == [True] * before + [False] * (before < len(passed)) + [None] * (len(passed) - before - 1)
    assert [step.reason for step in told.steps if step.reason] == [told.answer.reason][: before < len(passed)]


def test_gate_allows_exactly_when_nothing_is_wrong() -> None:
    allowed = [facts for front in every(FRONT) if not said(facts := GOOD | front)]
    for facts in allowed:
        assert facts["written"] == "well"
        assert facts["application"] in ("active", "changing", "deleting")
        assert facts["mode"] in ("", facts["access"])
        assert facts["access"] == "production" or facts["number"] in ("listed", "virtual")
    # 3 states × (4 numbers in Production + 2 in the Playground) × 2 ways to ask for the mode.
    assert len(allowed) == 36


def test_nothing_known_is_a_deny() -> None:
    assert decide(question_of(GOOD), NOTHING).reason is Denial.UNKNOWN_APPLICATION


def test_any_error_is_a_deny() -> None:
    broken: Any = object()
    assert decide(broken, snapshot_of(GOOD)).as_dict() == {
        "decision": "deny",
        "reason": "error",
        "detail": "The gate could not answer. Ask again.",
    }
    assert [step.passed for step in explain(broken, snapshot_of(GOOD)).steps] == [None] * 18


@pytest.mark.parametrize("unknown", ["escalated", "ACCEPTED", " accepted"])
def test_a_word_nobody_knows_opens_nothing(unknown: str) -> None:
    facts = GOOD | {"business": unknown}
    assert said(facts) == "business_pending"
    assert said(GOOD | {"feature": unknown}) == "pending"
    asleep = Snapshot(**{**_values(snapshot_of(GOOD)), "decision": Word("accepted", unknown)})
    assert decide(question_of(GOOD), asleep).reason is Denial.REVOKED


def test_every_reason_has_a_sentence_and_a_place_in_the_order() -> None:
    assert all(str(reason.label).endswith(".") for reason in Denial)
    assert {name.partition("@")[0] for name in RANKING} | {"error"} == set(Denial.values)
    codes = [check.code for check in BOTH + PLAYGROUND + PRODUCTION]
    assert len(codes) == len(set(codes)) == 19


def test_a_question_never_shows_its_number() -> None:
    assert "34600000001" not in repr(Question("a", "b", "c", number="+34600000001"))


def _values(snapshot: Snapshot) -> dict[str, Any]:
    return {name: getattr(snapshot, name) for name in Snapshot.__dataclass_fields__}
