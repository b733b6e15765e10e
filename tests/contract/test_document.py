"""The data here is complete and agrees with itself; the numbers are those of the document."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.contract import values
from tests.contract.errors import BY_FRAGMENT, KINDS
from tests.contract.operations import EXAMPLES, OPERATIONS, Operation, examples


def ids(operation: Operation) -> str:
    return operation.name


def test_document_has_22_operations() -> None:
    assert len(OPERATIONS) == 22
    assert len({operation.name for operation in OPERATIONS}) == 22
    assert len({(operation.method, operation.path) for operation in OPERATIONS}) == 22
    assert Counter(operation.method for operation in OPERATIONS) == {
        "GET": 11,
        "POST": 5,
        "PATCH": 2,
        "PUT": 1,
        "DELETE": 3,
    }


def test_lists_have_the_lengths_of_the_document() -> None:
    assert len(set(values.USE_CASES)) == 20
    assert len(set(values.VERTICALS)) == 18
    assert len(set(values.EXCHANGES)) == 23
    assert values.NO_EXCHANGE not in values.EXCHANGES
    assert len(KINDS) == len(BY_FRAGMENT) == 15


def test_every_example_body_is_here() -> None:
    loaded = [examples(operation.name) for operation in OPERATIONS]

    assert len(list(EXAMPLES.glob("*.json"))) == 22
    assert sum(len(each["requests"]) for each in loaded) == 14
    assert sum(len(each["responses"]) for each in loaded) == 19
    assert sum(len(each["errors"]) for each in loaded) == 55


@pytest.mark.parametrize("operation", OPERATIONS, ids=ids)
def test_errors_of_an_operation_are_those_of_its_examples(operation: Operation) -> None:
    shown = [error["type"] for error in examples(operation.name)["errors"]]

    assert sorted(shown) == sorted(BY_FRAGMENT[fragment].type for fragment in operation.errors)


@pytest.mark.parametrize("operation", OPERATIONS, ids=ids)
def test_request_examples_hold_documented_fields_and_all_required_ones(operation: Operation) -> None:
    requests = examples(operation.name)["requests"]

    assert bool(requests) == operation.has_body
    for request in requests:
        body = set(request["body"])
        assert body <= operation.fields | set(operation.read_only)
        assert set(operation.required) <= body


def test_every_documented_request_field_but_the_left_out_booleans_is_in_an_example() -> None:
    """The document leaves false booleans out of its campaign request; its answers show them."""
    for operation in OPERATIONS:
        shown = {name for request in examples(operation.name)["requests"] for name in request["body"]}
        missing = operation.fields - shown
        assert missing <= {
            *("embedded_link", "embedded_phone", "number_pool"),
            *("subscriber_opt_in", "subscriber_opt_out", "subscriber_help"),
        }, operation.name


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("create_brand", values.BRAND_ANSWER),
        ("get_brand", values.BRAND_ANSWER),
        ("update_brand", values.BRAND_ANSWER),
        ("revet_brand", values.BRAND_ANSWER),
        ("create_campaign", values.CAMPAIGN_ANSWER),
        ("get_campaign", values.CAMPAIGN_ANSWER),
        ("update_campaign", values.CAMPAIGN_ANSWER),
        ("request_vetting", values.VETTING_ANSWER),
        ("import_vetting", values.VETTING_ANSWER),
        ("check_use_case", values.QUALIFICATION_ANSWER),
        ("get_feedback", values.FEEDBACK_ANSWER),
        ("link_number", values.NUMBER_ANSWER),
        ("get_number", values.NUMBER_ANSWER),
    ],
)
def test_answer_examples_hold_exactly_the_listed_fields(name: str, fields: tuple[str, ...]) -> None:
    (body,) = examples(name)["responses"]

    assert set(body) - {"_links"} == set(fields)


def test_carrier_fields_are_those_of_the_examples() -> None:
    (campaign,) = examples("get_campaign")["responses"]
    (check,) = examples("check_use_case")["responses"]

    assert {key for entry in campaign["mno_metadata"] for key in entry} == set(values.MNO_ANSWER_OF_CAMPAIGN)
    assert {key for entry in check["mno_metadata"] for key in entry} == set(values.MNO_ANSWER_OF_CHECK)


def test_bare_arrays_hold_exactly_the_listed_fields() -> None:
    for name, fields in (
        ("list_vettings", values.VETTING_ANSWER),
        ("list_vetting_classes", values.VETTING_CLASS_ANSWER),
        ("list_vetting_providers", values.VETTING_PROVIDER_ANSWER),
    ):
        ((entry,),) = examples(name)["responses"]
        assert set(entry) - {"_links"} == set(fields)
