"""Each error the document lists for an operation, met over HTTP, and every way an answer gets lost.

Errors are caused the way they would be in life. Where nothing the client can send causes one, the simulator
is told to answer with the document's own example body; `STAGED` lists those.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from portal.vonage import problems
from portal.vonage.problems import VonageError
from tendlc import wire
from tests.contract.errors import BY_FRAGMENT
from tests.contract.operations import BY_NAME, OPERATIONS, examples
from tests.contract.stage import BRAND, CAMPAIGN, NUMBER, VETTING, Stage, plain_call

pytestmark = pytest.mark.processes


def unauthorized(stage: Stage, name: str) -> None:
    plain_call(stage, name)(stage.client_with("wrong"))


def not_found(stage: Stage, name: str) -> None:
    if name == "create_brand":
        stage.client.create_brand(wire.brand_body(BRAND | {"account_id": "other999"}))
    plain_call(stage, name, known=False)(stage.client)


def throttled(stage: Stage, name: str) -> None:
    call = plain_call(stage, name)
    stage.process.control("settings", {"reads_per_second": 0.001, "writes_per_second": 0.001})
    for use_up in (stage.client.list_brands, lambda: stage.client.delete_brand("BNOBODY")):
        with contextlib.suppress(problems.Throttled, problems.NotFound):
            use_up()
    call(stage.client)


def link_of(stage: Stage, **more: str) -> None:
    stage.client.link_number(*stage.campaign(NUMBER), {"country": "US", "number": NUMBER} | more)


CAUSES: dict[tuple[str, str], Callable[[Stage], object]] = {
    ("create_brand", "error-type"): lambda stage: stage.client.create_brand(
        wire.brand_body(BRAND | {"company_name": "Refuse Inc."})
    ),
    ("create_brand", "error-brand-conflict"): lambda stage: stage.client.create_brand(
        wire.brand_body(BRAND | {"company_name": "Conflict Inc."})
    ),
    ("create_brand", "invalid-brand-data"): lambda stage: stage.client.create_brand(
        wire.brand_body(BRAND | {"company_name": "Duplicate Inc."})
    ),
    ("update_brand", "invalid-vetting-data"): lambda stage: stage.client.update_brand(
        stage.brand(), {"entity_type": "CLUB"}
    ),
    ("get_feedback", "error-type"): lambda stage: stage.client.get_feedback(
        stage.named_brand("Feedbackless Inc.", status="UNVERIFIED")
    ),
    ("check_use_case", "invalid-usecase-data"): lambda stage: stage.client.check_use_case(
        stage.brand(), "NO_SUCH_CASE"
    ),
    ("check_use_case", "use-case-denied"): lambda stage: stage.client.check_use_case(
        stage.brand(), "POLITICAL"
    ),
    ("request_vetting", "error-vetting-conflict"): lambda stage: stage.client.request_vetting(
        stage.named_brand("Vetconflict Inc."), VETTING
    ),
    ("request_vetting", "invalid-vetting-data"): lambda stage: stage.client.request_vetting(
        stage.brand(vettings=[{"status": "PENDING"}]), VETTING
    ),
    ("import_vetting", "invalid-vetting-data"): lambda stage: stage.client.import_vetting(
        stage.brand(vettings=[{"vetting_id": "V1"}]), "V1", VETTING
    ),
    ("create_campaign", "error-brand-not-qualified"): lambda stage: stage.client.create_campaign(
        stage.brand(qualified=[]), wire.campaign_body(CAMPAIGN)
    ),
    ("create_campaign", "invalid-campaign-data"): lambda stage: stage.client.create_campaign(
        stage.brand(), wire.campaign_body(CAMPAIGN | {"use_case": "NO_SUCH_CASE"})
    ),
    ("update_campaign", "invalid-campaign-data"): lambda stage: stage.client.update_campaign(
        *stage.campaign(), {"reseller_id": "R123456"}
    ),
    ("link_number", "number-already-linked"): link_of,
    ("link_number", "invalid-number-data"): lambda stage: link_of(stage, country="ZZ"),
}
STAGED = {
    ("list_brands", "not-found"),  # a list of one's own brands is always there
    ("revet_brand", "invalid-json"),  # what we send is always JSON
}
GENERAL = {"unauthorized": unauthorized, "not-found": not_found, "throttled": throttled}
PAIRS = [(operation.name, fragment) for operation in OPERATIONS for fragment in operation.errors]


def staged(stage: Stage, name: str, fragment: str) -> None:
    kind = BY_FRAGMENT[fragment]
    (body,) = [each for each in examples(name)["errors"] if each["type"] == kind.type]
    call = plain_call(stage, name)
    fault = {"kind": "status", "method": BY_NAME[name].method, "params": {"code": kind.status, "body": body}}
    stage.process.control("faults", fault)
    call(stage.client)


def cause(stage: Stage, name: str, fragment: str) -> None:
    if (name, fragment) in STAGED:
        staged(stage, name, fragment)
    elif fragment in GENERAL:
        GENERAL[fragment](stage, name)
    else:
        CAUSES[name, fragment](stage)


@pytest.mark.parametrize(("name", "fragment"), PAIRS, ids=[f"{name}-{fragment}" for name, fragment in PAIRS])
def test_documented_error_of_an_operation_is_met_and_understood(
    name: str, fragment: str, stage: Stage
) -> None:
    kind = BY_FRAGMENT[fragment]

    with pytest.raises(VonageError) as caught:
        cause(stage, name, fragment)

    error = caught.value
    assert (type(error), error.outcome) == (getattr(problems, kind.error), kind.outcome)
    assert (error.http_status, error.problem_type) == (kind.status, fragment)
    assert error.instance
    assert error.title
    assert bool(error.fields) == bool(kind.fields_key)
    assert all((entry.code is not None) == kind.fields_coded for entry in error.fields)
    assert bool(error.retry_after) == (fragment == "throttled")
    assert stage.effects() == 0


def test_every_pair_has_a_cause_and_no_cause_is_left_over() -> None:
    special = {pair for pair in PAIRS if pair[1] not in GENERAL}

    assert len(PAIRS) == 55
    assert special == (set(CAUSES) | STAGED) - {("list_brands", "not-found")}


@pytest.mark.parametrize(
    "perform",
    [
        lambda stage: stage.client.create_brand(wire.brand_body(BRAND | {"company_name": "Conflicted Inc."})),
        lambda stage: stage.client.request_vetting(stage.named_brand("Vetconflicted Inc."), VETTING),
    ],
    ids=["brand", "vetting"],
)
def test_conflict_with_the_effect_looks_exactly_like_one_without(
    perform: Callable[[Stage], object], stage: Stage
) -> None:
    """Which is why both are unknown: only looking tells them apart."""
    with pytest.raises((problems.BrandConflict, problems.VettingConflict)) as caught:
        perform(stage)

    assert caught.value.outcome == "unknown"
    assert stage.effects() == 1


def test_second_revet_is_a_final_no(stage: Stage) -> None:
    brand_id = stage.brand(status="UNVERIFIED")
    stage.client.revet_brand(brand_id)

    with pytest.raises(problems.ErrorType) as caught:
        stage.client.revet_brand(brand_id)

    assert (caught.value.http_status, caught.value.outcome) == (409, "refused")
    assert stage.effects() == 1


FAULTS: list[tuple[dict[str, Any], str, int]] = [
    ({"kind": "reset", "when": "before"}, "reset", 0),
    ({"kind": "reset", "when": "after"}, "reset", 1),
    ({"kind": "close", "when": "after"}, "reset", 1),
    ({"kind": "html", "when": "after"}, "not_json", 1),
    ({"kind": "truncated", "when": "after"}, "truncated", 1),
    ({"kind": "invalid_json", "when": "after"}, "not_json", 1),
    ({"kind": "wrong_id", "when": "after"}, "no_id", 1),
    ({"kind": "redirect", "when": "after"}, "redirect", 1),
    ({"kind": "status", "when": "after", "params": {"code": 502}}, "server_error", 1),
    ({"kind": "status", "when": "before", "params": {"code": 503}}, "server_error", 0),
    ({"kind": "body", "when": "after", "params": {"text": "[", "repeat": 100000}}, "too_deep", 1),
]


@pytest.mark.parametrize(("fault", "reason", "effects"), FAULTS)
@pytest.mark.parametrize("name", ["create_brand", "create_campaign", "link_number", "request_vetting"])
def test_lost_answer_is_unknown_whether_or_not_the_work_was_done(
    name: str, fault: dict[str, Any], reason: str, effects: int, stage: Stage
) -> None:
    call = plain_call(stage, name)
    stage.process.control("faults", fault | {"method": "POST"})

    with pytest.raises(problems.AnswerLost) as caught:
        call(stage.client)

    assert caught.value.reason == reason
    ledger = stage.process.control("ledger")
    assert (ledger["received"], ledger["effects"]) == (1, effects)
