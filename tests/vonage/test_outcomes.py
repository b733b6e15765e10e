"""The table of docs: which answer means what. Every row is one line here."""

from __future__ import annotations

import pytest

from portal.vonage import problems
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import error_for

GENERAL = "https://developer.nexmo.com/api-errors#"
PRODUCT = "https://developer.nexmo.com/api-errors/10dlc#"

ROWS = [
    # status, fragment of the type, class, outcome
    (400, "error-type", problems.ErrorType, Outcome.REFUSED),
    (409, "error-type", problems.ErrorType, Outcome.REFUSED),
    (400, "invalid-json", problems.InvalidJson, Outcome.REFUSED),
    (422, "invalid-json", problems.InvalidJson, Outcome.REFUSED),
    (400, "invalid-usecase-data", problems.InvalidParameters, Outcome.REFUSED),
    (422, "invalid-brand-data", problems.InvalidParameters, Outcome.REFUSED),
    (422, "invalid-vetting-data", problems.InvalidParameters, Outcome.REFUSED),
    (422, "invalid-campaign-data", problems.InvalidParameters, Outcome.REFUSED),
    (422, "invalid-number-data", problems.InvalidParameters, Outcome.REFUSED),
    (403, "use-case-denied", problems.UseCaseDenied, Outcome.REFUSED),
    (403, "unprovisioned", problems.Unprovisioned, Outcome.REFUSED),
    (404, "not-found", problems.NotFound, Outcome.REFUSED),
    (404, "invalid-api-key", problems.NotFound, Outcome.REFUSED),
    (400, "payload-validation", problems.InvalidParameters, Outcome.REFUSED),
    (400, "list-validation", problems.InvalidParameters, Outcome.REFUSED),
    (409, "error-brand-not-qualified", problems.BrandNotQualified, Outcome.REFUSED),
    (409, "number-already-linked", problems.NumberAlreadyLinked, Outcome.REFUSED),
    (413, "payload-too-large", problems.RefusedOther, Outcome.REFUSED),
    (415, "content-type-header", problems.RefusedOther, Outcome.REFUSED),
    (401, "unauthorized", problems.Unauthorized, Outcome.HELD),
    (401, "", problems.Unauthorized, Outcome.HELD),
    (403, "unauthorized", problems.Forbidden, Outcome.HELD),
    (403, "", problems.Forbidden, Outcome.HELD),
    (403, "not-found", problems.Forbidden, Outcome.HELD),
    (429, "throttled", problems.Throttled, Outcome.THROTTLED),
    (429, "", problems.Throttled, Outcome.THROTTLED),
    (409, "error-brand-conflict", problems.BrandConflict, Outcome.UNKNOWN),
    (422, "error-brand-conflict", problems.BrandConflict, Outcome.UNKNOWN),
    (409, "error-vetting-conflict", problems.VettingConflict, Outcome.UNKNOWN),
    (400, "", problems.AnswerLost, Outcome.UNKNOWN),
    (400, "surprise", problems.AnswerLost, Outcome.UNKNOWN),
    (404, "", problems.AnswerLost, Outcome.UNKNOWN),
    (405, "wrong-verb", problems.AnswerLost, Outcome.UNKNOWN),
    (408, "", problems.AnswerLost, Outcome.UNKNOWN),
    (409, "", problems.AnswerLost, Outcome.UNKNOWN),
    (418, "not-found", problems.AnswerLost, Outcome.UNKNOWN),
    (422, "", problems.AnswerLost, Outcome.UNKNOWN),
    (301, "", problems.AnswerLost, Outcome.UNKNOWN),
    (302, "not-found", problems.AnswerLost, Outcome.UNKNOWN),
    (500, "", problems.AnswerLost, Outcome.UNKNOWN),
    (500, "invalid-brand-data", problems.AnswerLost, Outcome.UNKNOWN),
    (502, "", problems.AnswerLost, Outcome.UNKNOWN),
    (503, "throttled", problems.AnswerLost, Outcome.UNKNOWN),
    (504, "", problems.AnswerLost, Outcome.UNKNOWN),
    (599, "not-found", problems.AnswerLost, Outcome.UNKNOWN),
]


@pytest.mark.parametrize(("status", "fragment", "kind", "outcome"), ROWS)
def test_answer_means_what_the_table_says(
    status: int, fragment: str, kind: type[problems.VonageError], outcome: Outcome
) -> None:
    body = {"type": PRODUCT + fragment, "title": "T", "detail": "D"} if fragment else None

    error = error_for(status, {}, body)

    assert (type(error), error.outcome) == (kind, outcome)
    assert (error.http_status, error.problem_type) == (status, fragment)


@pytest.mark.parametrize(
    "prefix", [GENERAL, PRODUCT, "https://developer.vonage.com/api-errors/v2#", "http://elsewhere.example/#"]
)
def test_kind_is_read_from_the_fragment_whatever_the_host(prefix: str) -> None:
    assert type(error_for(404, {}, {"type": prefix + "not-found"})) is problems.NotFound


@pytest.mark.parametrize(
    "word", ["not-found", "https://developer.nexmo.com/not-found", 7, None, ["#not-found"]]
)
def test_type_without_a_fragment_proves_nothing(word: object) -> None:
    assert error_for(404, {}, {"type": word}).outcome is Outcome.UNKNOWN


def test_every_kind_has_a_row() -> None:
    covered = {fragment for _, fragment, _, _ in ROWS}
    aliases = {
        "invalid-param",
        "invalid-params",
        "invalid-parameters",
        "accept-header",
        "unsupported-media-type",
    }
    assert set(problems.KINDS) <= covered | aliases


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (problems.Unreachable, Outcome.NOT_SENT),
        (problems.WrongHost, Outcome.NOT_SENT),
        (problems.MissingSecret, Outcome.NOT_SENT),
        (problems.UnusableId, Outcome.NOT_SENT),
        (problems.AnswerLost, Outcome.UNKNOWN),
        (problems.VonageError, Outcome.UNKNOWN),
    ],
)
def test_failure_on_our_side_of_the_wire_means_what_the_table_says(
    error: type[problems.VonageError], outcome: Outcome
) -> None:
    assert error().outcome is outcome
