from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.simulator.conftest import KEY, Stage, kind

PUBLIC = "-----BEGIN PUBLIC KEY-----\nYWJj\n-----END PUBLIC KEY-----\n"
APPLICATION: dict[str, Any] = {
    "name": "Harbour login",
    "keys": {"public_key": PUBLIC},
    "capabilities": {"network_apis": {"network_application_id": "2bzf", "redirect_uri": "https://h.example"}},
    "privacy": {"improve_ai": False},
}
APPLICATIONS = "/v2/applications"


def call(stage: Stage, method: str, path: str, body: Any = None, key: str = KEY, **options: Any) -> Any:
    return requests.request(
        method,
        stage.url + path,
        json=body,
        auth=(key, "secret"),
        timeout=10,
        allow_redirects=False,
        **options,
    )


def made(stage: Stage, **fields: Any) -> str:
    answer = call(stage, "POST", APPLICATIONS, APPLICATION | fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_create_application_answers_201_with_what_was_sent(stage: Stage) -> None:
    answer = call(stage, "POST", APPLICATIONS, APPLICATION)

    body = answer.json()
    assert answer.status_code == 201
    assert {name: body[name] for name in APPLICATION} == APPLICATION
    assert body["_links"]["self"]["href"] == f"{APPLICATIONS}/{body['id']}"
    assert call(stage, "GET", f"{APPLICATIONS}/{body['id']}").json() == body


def test_use_for_ai_is_on_unless_the_request_says_otherwise(stage: Stage) -> None:
    body = call(stage, "POST", APPLICATIONS, {"name": "Silent"}).json()

    assert body["privacy"] == {"improve_ai": True}


def test_private_key_that_was_made_up_is_shown_once(stage: Stage) -> None:
    body = call(stage, "POST", APPLICATIONS, {"name": "Silent"}).json()

    assert body["keys"].keys() == {"public_key", "private_key"}
    assert call(stage, "GET", f"{APPLICATIONS}/{body['id']}").json()["keys"].keys() == {"public_key"}


def test_put_replaces_everything_but_the_key(stage: Stage) -> None:
    path = f"{APPLICATIONS}/{made(stage, capabilities={'voice': {}, 'network_apis': {}})}"

    answer = call(stage, "PUT", path, {"name": "Renamed", "capabilities": {"rtc": {}}})

    assert answer.status_code == 200
    body = call(stage, "GET", path).json()
    assert (body["name"], body["capabilities"], body["keys"]) == (
        "Renamed",
        {"rtc": {}},
        APPLICATION["keys"],
    )


def test_deleted_application_is_gone(stage: Stage) -> None:
    path = f"{APPLICATIONS}/{made(stage)}"

    codes = [call(stage, method, path).status_code for method in ("DELETE", "GET", "DELETE")]

    assert codes == [204, 404, 404]


def test_application_of_another_key_is_not_found(stage: Stage) -> None:
    path = f"{APPLICATIONS}/{made(stage)}"

    answers = [call(stage, method, path, key="other") for method in ("GET", "DELETE")]

    assert [(one.status_code, kind(one)) for one in answers] == [(404, "not-found")] * 2
    assert call(stage, "GET", APPLICATIONS, key="other").json()["total_items"] == 0


def test_list_of_applications_comes_in_pages(stage: Stage) -> None:
    ids = [made(stage) for _ in range(3)]

    body = call(stage, "GET", APPLICATIONS, params={"page": 2, "page_size": 2}).json()

    assert (body["page"], body["page_size"], body["total_items"], body["total_pages"]) == (2, 2, 3, 2)
    assert [one["id"] for one in body["_embedded"]["applications"]] == ids[2:]


@pytest.mark.parametrize("query", [{"page_size": "101"}, {"page_size": "0"}, {"page": "x"}, {"filter": "a"}])
def test_list_refuses_other_pages(stage: Stage, query: dict[str, str]) -> None:
    answer = call(stage, "GET", APPLICATIONS, params=query)

    assert (answer.status_code, kind(answer)) == (400, "list-validation")
    assert [one["name"] for one in answer.json()["invalid_parameters"]] == list(query)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Refuse me"}, "name"),
        ({"keys": {"public_key": "abc"}}, "keys.public_key"),
        ({"keys": {"private_key": "abc"}}, "keys"),
        ({"capabilities": {"telepathy": {}}}, "capabilities.telepathy"),
        ({"capabilities": {"network_apis": {"redirect_url": "a"}}}, "capabilities.network_apis.redirect_url"),
        ({"privacy": {"improve_ai": "false"}}, "privacy.improve_ai"),
        ({"status": "x"}, "status"),
    ],
)
def test_wrong_application_is_refused_at_the_field(stage: Stage, changes: dict[str, Any], field: str) -> None:
    answer = call(stage, "POST", APPLICATIONS, APPLICATION | changes)

    (entry,) = answer.json()["invalid_parameters"]
    assert (answer.status_code, kind(answer), entry["name"]) == (400, "payload-validation", field)


def test_application_can_be_made_changed_and_removed_elsewhere(stage: Stage) -> None:
    planted = stage.control("applications", {"key": KEY, "fields": {"capabilities": {"voice": {}}}})
    same = {"key": KEY, "application_id": planted["id"]}

    stage.control("applications", same | {"fields": {"name": "Changed elsewhere"}})
    read = call(stage, "GET", f"{APPLICATIONS}/{planted['id']}").json()
    stage.control("remove", {"application_id": planted["id"]})

    assert (planted["name"], read["name"]) == ("Made elsewhere", "Changed elsewhere")
    assert stage.control("objects")["applications"] == []
    assert stage.ledger() == []


def test_subaccounts_are_told_to_a_provisioned_key_alone(stage: Stage) -> None:
    path = f"/accounts/{KEY}/subaccounts"

    before = call(stage, "GET", path)
    stage.control("subaccounts", {"key": KEY, "subaccounts": [{"api_key": "sub00001", "name": "Shop"}]})
    after = call(stage, "GET", path).json()["_embedded"]

    assert (before.status_code, kind(before)) == (403, "unprovisioned")
    assert after["primary_account"]["api_key"] == KEY
    assert [(one["api_key"], one["primary_account_api_key"]) for one in after["subaccounts"]] == [
        ("sub00001", KEY)
    ]


def test_subaccounts_of_another_key_are_not_found(stage: Stage) -> None:
    answer = call(stage, "GET", "/accounts/other/subaccounts")

    assert (answer.status_code, kind(answer)) == (404, "invalid-api-key")
