from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from portal.vonage import problems
from portal.vonage.documents import FieldProblem, Problem, retry_seconds
from portal.vonage.problems import VonageError, error_for

TYPE = "https://developer.nexmo.com/api-errors/10dlc#"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


def every_class() -> list[type[VonageError]]:
    found: list[type[VonageError]] = []
    waiting = [VonageError]
    while waiting:
        found.append(waiting.pop())
        waiting += found[-1].__subclasses__()
    return found


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (30, 30),
        ("45", 45),
        (" 7 ", 7),
        (2.2, 3),
        (None, 30),
        ("soon", 30),
        ("", 30),
        ([], 30),
        (True, 30),
        (float("nan"), 30),
        (-5, 1),
        (0, 1),
        ("-1e9", 1),
        (10**9, 900),
        (10**400, 900),
        (float("inf"), 900),
        ("1e400", 900),
    ],
)
def test_retry_after_is_kept_between_one_second_and_fifteen_minutes(value: object, seconds: int) -> None:
    assert retry_seconds(value) == seconds
    assert error_for(429, {}, {"retry_after": value}).retry_after == seconds


def test_retry_after_header_counts_where_the_body_says_nothing() -> None:
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)

    assert error_for(429, {"Retry-After": "12"}, {}).retry_after == 12
    assert error_for(429, {"Retry-After": "12"}, {"retry_after": 5}).retry_after == 5
    assert 50 <= (error_for(429, {"Retry-After": in_a_minute}, None).retry_after or 0) <= 60
    assert error_for(429, {"Retry-After": "Mon, 99 Nonsense"}, None).retry_after == 30


def test_invalid_fields_are_read_under_both_keys_and_without_a_code() -> None:
    coded = {"code": 503, "field": "company_name", "description": "Field 'company_name' is not unique"}
    plain = {"field": "country", "description": "Field 'country' is not a valid value"}

    first = error_for(422, {}, {"type": TYPE + "invalid-brand-data", "invalid_parameters": [coded]})
    second = error_for(422, {}, {"type": TYPE + "invalid-number-data", "invalid_parameters": [plain]})
    third = error_for(400, {}, {"type": TYPE + "invalid-usecase-data", "errors": [coded, "junk", None]})

    assert first.fields == (FieldProblem(503, "company_name", "Field 'company_name' is not unique"),)
    assert second.fields == (FieldProblem(None, "country", "Field 'country' is not a valid value"),)
    assert third.fields == first.fields


def test_fields_of_the_other_apis_are_named_in_their_way() -> None:
    """Applications and subaccounts say name and reason where 10DLC says field and description."""
    entry = {"name": "page_size", "reason": "must be between 1 and 100"}

    error = error_for(400, {}, {"type": TYPE + "list-validation", "invalid_parameters": [entry]})

    assert error.fields == (FieldProblem(None, "page_size", "must be between 1 and 100"),)


def test_not_unique_is_noticed_as_evidence() -> None:
    entry = {"field": "company_name", "description": "Field 'company_name' is NOT UNIQUE"}
    other = {"field": "phone", "description": "Field 'phone' is not a valid value"}
    kind = TYPE + "invalid-brand-data"

    assert error_for(422, {}, {"type": kind, "invalid_parameters": [other, entry]}).says_not_unique
    assert not error_for(422, {}, {"type": kind, "invalid_parameters": [other]}).says_not_unique
    assert not error_for(500, {}, None).says_not_unique


@examples(deadline=None)
@given(JSON)
def test_any_body_makes_a_problem(body: object) -> None:
    problem = Problem.from_json(body)

    assert isinstance(problem.kind, str)
    assert all(isinstance(entry, FieldProblem) for entry in problem.fields)


@examples(deadline=None)
@given(JSON, st.integers(300, 599))
def test_junk_is_never_taken_for_a_final_no_or_for_nothing_sent(body: object, status: int) -> None:
    assert error_for(status, {}, body).outcome in ("unknown", "held", "throttled")


@examples(deadline=None)
@given(JSON)
def test_record_of_any_error_can_be_stored_as_json(body: object) -> None:
    json.dumps(error_for(422, {}, body).as_record())


def test_log_line_carries_no_prose_and_no_line_breaks() -> None:
    error = error_for(
        422,
        {},
        {
            "type": TYPE + "invalid-brand-data",
            "title": "Jane Doe",
            "detail": "jane@example.com is wrong",
            "instance": "797a\nFAKE LINE",
            "invalid_parameters": [{"field": "email\n", "description": "jane@example.com"}],
        },
    )

    line = error.for_log()

    assert line == str(error)
    assert "jane" not in (line + repr(error)).lower()
    assert "\n" not in line
    assert "instance=797aFAKELINE" in line
    assert "fields=email" in line
    assert error.detail == "jane@example.com is wrong"


def test_people_read_the_detail_of_an_error_type_as_values_not_as_prose() -> None:
    error = error_for(400, {}, {"type": TYPE + "error-type", "detail": "100% wrong %(x)s"})

    text = error.for_people()

    assert text.values == {"detail": "100% wrong %(x)s"}
    assert "100% wrong %(x)s" in str(text)
    assert "100%" not in text.text_id


@pytest.mark.parametrize("kind", every_class(), ids=lambda kind: kind.__name__)
def test_every_error_says_something_to_people_and_survives_a_pickle(kind: type[VonageError]) -> None:
    error = kind(Problem(kind="x", detail="d", instance="i"), http_status=400, reason="r")

    assert len(str(error.for_people())) > 20
    assert "%(" not in str(error.for_people())
    assert pickle.loads(pickle.dumps(error)).as_record() == error.as_record()


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in every_class()]
    assert len(codes) == len(set(codes)) == 27


@pytest.mark.parametrize("kind", [problems.BrandConflict, problems.VettingConflict, problems.AnswerLost])
def test_people_are_told_not_to_repeat_what_may_have_been_done(kind: type[VonageError]) -> None:
    assert "again" in str(kind().for_people())
