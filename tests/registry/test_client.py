"""The clients over HTTP, against the simulator process."""

from __future__ import annotations

from typing import Any

import pytest

from portal.vonage.http import ApiClient
from portal.vonage.problems import (
    AnswerLost,
    InvalidParameters,
    NotFound,
    Unauthorized,
    Unprovisioned,
    VonageError,
    WrongHost,
)
from registry import wire
from registry.client import ApplicationsClient, SubaccountsClient
from tests.simulator_process import SimulatorProcess

pytestmark = pytest.mark.processes

KEY = "abcd1234"
PUBLIC = "-----BEGIN PUBLIC KEY-----\nYWJj\n-----END PUBLIC KEY-----\n"
CAPABILITIES = {"voice": {"region": "eu-west"}, "network_apis": {"network_application_id": "2bzf"}}


@pytest.fixture
def api(simulator: SimulatorProcess) -> ApiClient:
    return ApiClient(simulator.url, KEY, "secret")


@pytest.fixture
def client(api: ApiClient) -> ApplicationsClient:
    return ApplicationsClient(api)


def body(name: str = "Login", **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "public_key": PUBLIC,
        "capabilities": CAPABILITIES,
        "improve_ai": False,
        **changes,
    }
    return wire.application_body(name=name, **values)


def test_application_is_created_read_replaced_and_deleted(client: ApplicationsClient) -> None:
    created = client.create_application(body())
    read = client.get_application(created.id)
    renamed = client.replace_application(created.id, body("Sign-in"))
    client.delete_application(created.id)

    assert (read, read.capabilities, read.improve_ai) == (created, CAPABILITIES, False)
    assert (renamed.id, renamed.name, renamed.public_key) == (created.id, "Sign-in", PUBLIC)
    with pytest.raises(NotFound):
        client.get_application(created.id)


def test_walk_sees_every_application_of_the_key(client: ApplicationsClient) -> None:
    names = [client.create_application(body(f"Login {number}")).name for number in range(5)]

    walk = client.walk_applications(page_size=2)

    assert [one.name for one in walk] == names
    assert (walk.pages, walk.complete) == (3, True)


def test_refusal_names_its_fields(client: ApplicationsClient) -> None:
    with pytest.raises(InvalidParameters) as refusal:
        client.create_application(body("Refuse me"))

    assert [(one.field, one.description) for one in refusal.value.fields] == [("name", "is not allowed")]


def test_key_that_is_refused_is_said_to_be(simulator: SimulatorProcess) -> None:
    with pytest.raises(Unauthorized):
        ApplicationsClient(ApiClient(simulator.url, KEY, "wrong")).list_applications()


@pytest.mark.parametrize("kind", ["wrong_id", "truncated", "html", "invalid_json", "close"])
def test_answer_without_its_id_leaves_it_open(
    client: ApplicationsClient, simulator: SimulatorProcess, kind: str
) -> None:
    simulator.control("faults", {"operation": "create_application", "kind": kind, "when": "after"})

    with pytest.raises(AnswerLost):
        client.create_application(body())
    assert len(simulator.control("objects")["applications"]) == 1


def test_list_that_is_none_is_never_taken_for_an_empty_one(
    client: ApplicationsClient, simulator: SimulatorProcess
) -> None:
    fault = {"operation": "list_applications", "kind": "alter", "when": "after"}
    simulator.control("faults", fault | {"params": {"drop": ["_embedded", "total_items"]}})

    with pytest.raises(AnswerLost):
        client.list_applications()


def test_subaccounts_are_listed_where_the_account_may_see_them(
    api: ApiClient, simulator: SimulatorProcess
) -> None:
    client = SubaccountsClient(api)
    with pytest.raises(Unprovisioned):
        client.list_subaccounts(KEY)
    simulator.control("subaccounts", {"key": KEY, "subaccounts": [{"api_key": "sub00001", "name": "Shop"}]})

    listed = client.list_subaccounts(KEY)

    assert listed.primary.api_key == KEY
    assert [(one.api_key, one.name, one.suspended) for one in listed.subaccounts] == [
        ("sub00001", "Shop", False)
    ]
    with pytest.raises(NotFound):
        client.list_subaccounts("other")


def test_links_are_never_followed(client: ApplicationsClient, simulator: SimulatorProcess) -> None:
    """Each link names api.nexmo.com, which these tests cannot reach."""
    for number in range(3):
        client.create_application(body(f"Login {number}"))

    assert len(list(client.walk_applications(page_size=1))) == 3


@pytest.mark.parametrize("client", [ApplicationsClient, SubaccountsClient])
def test_key_of_an_unknown_host_asks_nobody(client: Any) -> None:
    with pytest.raises(WrongHost) as error:
        client(ApiClient("https://api.vonage.com", KEY, "secret"))
    assert isinstance(error.value, VonageError)
