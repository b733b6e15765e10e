"""The gate over HTTP: what a program gets, word for word."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client as Browser

from portal.accounts.actions import revoke_access_token
from portal.accounts.models import AccessToken
from registry.models import Decision, GateAnswer
from tests.builders import make_access_token
from tests.people import People, browser_of
from tests.registry.gate_world import World, in_playground, make_world

GATE = "/api/v1/gate"


@pytest.fixture
def world(people: People) -> World:
    return make_world(people.account, user=people.member)


@pytest.fixture
def token(people: People) -> str:
    return make_access_token(people.account, people.member).token


def body(world: World, **changes: Any) -> dict[str, Any]:
    question = world.question()
    names = ("application_id", "api_key", "feature", "purpose", "operator")
    return {name: getattr(question, name) for name in names} | changes


def ask(token: str, content: Any, **extra: Any) -> tuple[int, Any]:
    """The status and the JSON, asked by a client that insists on CSRF as a browser's request would."""
    browser = Browser(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    values: dict[str, Any] = {"content_type": "application/json", "headers": headers, **extra}
    answer = browser.post(GATE, text, **values)
    assert answer["Content-Type"] == "application/json"
    assert not answer.cookies
    return answer.status_code, answer.json()


def test_an_allowed_request_says_so(world: World, token: str) -> None:
    allowed = (200, {"decision": "allow", "reason": None, "detail": ""})
    assert ask(token, body(world)) == allowed
    assert ask(token, body(world, mode="production")) == allowed


def test_a_denied_request_says_why(world: World, token: str) -> None:
    Decision.objects.filter(pk=world.decision.pk).update(activity="suspended")
    said = {
        "decision": "deny",
        "reason": "suspended",
        "detail": "The operator suspended the network feature.",
    }
    assert ask(token, body(world)) == (200, said)


def test_the_playground_is_asked_with_a_number(world: World, token: str) -> None:
    in_playground(world, "34600000001")
    assert ask(token, body(world, number="+34600000001"))[1]["decision"] == "allow"
    assert ask(token, body(world, number="+34600000009"))[1]["reason"] == "playground_number_not_allowed"


def test_a_token_opens_only_its_own_account(world: World, people: People) -> None:
    theirs = make_access_token(people.stranger_account, people.stranger).token
    assert ask(theirs, body(world))[1]["reason"] == "unknown_application"
    row = GateAnswer.objects.get()
    assert (row.account, row.client) == (people.stranger_account, None)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer nothing", "Basic {token}", "{token}"])
def test_without_a_token_in_use_there_is_no_answer(world: World, token: str, header: str) -> None:
    answer = Browser().post(
        GATE,
        body(world),
        content_type="application/json",
        headers={"Authorization": header.format(token=token)},
    )
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["error"] == "unauthorized"
    assert not GateAnswer.objects.exists()


def test_a_revoked_token_gets_no_answer(world: World, people: People) -> None:
    issued = make_access_token(people.account, people.member)
    assert ask(issued.token, body(world))[0] == 200
    revoke_access_token(people.scope(people.member), issued.row, actor=people.member)
    assert ask(issued.token, body(world))[0] == 401


def test_a_session_is_no_token(world: World, people: People) -> None:
    answer = browser_of(people.member).post(GATE, body(world), content_type="application/json")
    assert answer.status_code == 401


MALFORMED: list[tuple[Any, str]] = [
    ("", ""),
    ("{", ""),
    (b"\xff\xfe", ""),
    ("[" * 4000, ""),
    ([1], ""),
    ('"text"', ""),
    ({"application_id": ""}, "application_id"),
    ({"api_key": 7}, "api_key"),
    ({"feature": None}, "feature"),
    ({"purpose": ["Fraud"]}, "purpose"),
    ({"operator": "es norte"}, "operator"),
    ({"application_id": "app\0"}, "application_id"),
    ({"mode": "sandbox"}, "mode"),
    ({"number": "+34 6x"}, "number"),
    ({"msisdn": "+34600000001"}, "msisdn"),
    ({"feature": "x" * 81}, "feature"),
]


@pytest.mark.parametrize(("content", "field"), MALFORMED)
def test_a_malformed_question_names_the_field(world: World, token: str, content: Any, field: str) -> None:
    whole = body(world, **content) if isinstance(content, dict) else content
    status, said = ask(token, whole)
    assert (status, said["error"], said["field"]) == (400, "malformed", field)
    assert said["detail"]
    assert not GateAnswer.objects.exists()


def test_only_json_of_a_question_s_size_is_read(world: World, token: str) -> None:
    form = ask(token, "application_id=app", content_type="application/x-www-form-urlencoded")
    assert form == (400, {"error": "malformed", "detail": "Send JSON, as application/json.", "field": ""})
    assert ask(token, " " * 4097)[1]["detail"] == "This is too long for a question."


def test_other_methods_and_addresses_are_answered_in_json(db: None) -> None:
    read = Browser().get(GATE)
    assert (read.status_code, read["Allow"], read.json()["error"]) == (405, "POST", "method_not_allowed")
    for path in ("/api/v1/", "/api/v1/gate/", "/api/v1/nothing"):
        for answer in (Browser().get(path), Browser(enforce_csrf_checks=True).post(path)):
            assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_a_database_that_does_not_answer_is_never_an_allow(world: World, token: str) -> None:
    def refuse(_execute: Any, sql: str, *_rest: Any) -> None:
        raise DatabaseError(sql)

    with connection.execute_wrapper(refuse):
        status, said = ask(token, body(world))
    assert (status, said) == (
        503,
        {"error": "unavailable", "detail": "The gate could not answer. Ask again."},
    )


def test_the_use_of_a_token_is_noted_now_and_then(world: World, people: People, token: str) -> None:
    ask(token, body(world))
    first = AccessToken.objects.get().last_used_at
    assert first is not None
    ask(token, body(world))
    assert AccessToken.objects.get().last_used_at == first
    AccessToken.objects.update(last_used_at=first - timedelta(hours=2))
    ask(token, body(world))
    assert AccessToken.objects.filter(last_used_at__gt=first).exists()


def test_without_a_token_nobody_learns_that_a_question_is_wrong(world: World) -> None:
    assert ask("rp_nothing", body(world, feature=""))[0] == 401


def test_an_answer_costs_one_read(world: World, token: str, django_assert_num_queries: Any) -> None:
    """Token and snapshot together. The log is written at once in tests only, so the Playground is asked."""
    in_playground(world, "34600000001")
    ask(token, body(world))
    with django_assert_num_queries(1):
        assert ask(token, body(world, number="+34600000001"))[1]["decision"] == "allow"
