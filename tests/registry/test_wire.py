from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from registry import wire

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "name", "keys", "public_key", "capabilities", "network_apis", "_embedded"])
            | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)
PUBLIC = "-----BEGIN PUBLIC KEY-----\nYWJj\n-----END PUBLIC KEY-----\n"
PRIVATE = "-----BEGIN PRIVATE KEY-----\nYWJj\n-----END PRIVATE KEY-----\n"


@given(JSON)
@examples(max_examples=200, deadline=None)
def test_reading_never_raises(value: Any) -> None:
    application = wire.Application.from_json(value)
    assert isinstance(application.network_application_id + application.redirect_uri, str)
    assert isinstance(wire.Subaccounts.from_json(value).well_formed, bool)


def test_application_keeps_what_it_can_do_as_it_came() -> None:
    capabilities = {"voice": {"region": "eu-west"}, "network_apis": {"network_application_id": "2bzf"}}

    application = wire.Application.from_json(
        {"id": "A1", "name": "Login", "capabilities": capabilities, "privacy": {"improve_ai": "false,"}}
    )

    assert (application.capabilities, application.network_application_id) == (capabilities, "2bzf")
    assert (application.has_network_apis, application.improve_ai) == (True, False)


def test_private_key_of_an_answer_is_dropped_at_the_door() -> None:
    application = wire.Application.from_json(
        {"id": "A1", "keys": {"public_key": PUBLIC, "private_key": PRIVATE}}
    )

    assert application.raw == {"id": "A1", "keys": {"public_key": PUBLIC}}
    assert application.public_key == PUBLIC


@pytest.mark.parametrize(
    ("capabilities", "has"), [({"network_apis": {}}, True), ({"network_apis": None}, False), ({}, False)]
)
def test_capability_is_there_only_as_an_object(capabilities: dict[str, Any], has: bool) -> None:
    assert wire.Application.from_json({"capabilities": capabilities}).has_network_apis is has


def test_body_says_always_whether_data_may_be_used_for_ai() -> None:
    body = wire.application_body(name=" Login ", public_key=PUBLIC, capabilities={}, improve_ai=False)

    assert body == {
        "name": "Login",
        "keys": {"public_key": PUBLIC},
        "capabilities": {},
        "privacy": {"improve_ai": False},
    }
    wire.require_application(body)


def test_capability_holds_nothing_empty() -> None:
    assert wire.network_apis(network_application_id="2bzf") == {"network_application_id": "2bzf"}
    with pytest.raises(ValueError, match="network application"):
        wire.network_apis(network_application_id="")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Login", "id": "A1"},
        {"name": "Login", "keys": {"private_key": PRIVATE}},
        {"name": "Login", "keys": {"public_key": PRIVATE}},
    ],
)
def test_undocumented_field_or_private_key_is_never_sent(body: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a field"):
        wire.require_application(body)


@pytest.mark.parametrize(
    ("value", "well_formed"),
    [
        ({"_embedded": {"subaccounts": []}}, True),
        ({"_embedded": {"subaccounts": [{"api_key": "a"}, 7]}}, False),
        ({"_embedded": {}}, False),
        ([], False),
    ],
)
def test_subaccounts_say_plainly_which_there_are(value: Any, well_formed: bool) -> None:
    assert wire.Subaccounts.from_json(value).well_formed is well_formed
