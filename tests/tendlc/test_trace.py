"""docs/10dlc.md names everything of the document, and tests that are there."""

from __future__ import annotations

import re

import pytest

from tests.contract import values
from tests.contract.errors import KINDS
from tests.contract.operations import OPERATIONS
from tests.named_tests import DOCS, lost, named

PAGE = "10dlc.md"
TEXT = (DOCS / PAGE).read_text(encoding="utf-8")
NAMED = frozenset(re.findall(r"`([^`]+)`", TEXT))
LISTS = {
    name: tuple(getattr(values, name))
    for name in dir(values)
    if name.isupper() and isinstance(getattr(values, name), tuple)
}


def asked() -> set[str]:
    """Every field of a request, in its body, its address or its query."""
    return {
        field
        for each in OPERATIONS
        for field in (*each.required, *each.optional, *each.read_only, *each.query, *each.path_params)
    }


def test_every_test_it_names_is_there() -> None:
    assert len(named(PAGE)) > 150
    assert lost(PAGE) == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_every_operation_is_named_with_its_request(operation: object) -> None:
    assert f"| `{operation.name}` | `{operation.method} {operation.path}` |" in TEXT  # type: ignore[attr-defined]


def test_every_field_of_a_request_is_named() -> None:
    assert sorted(asked() - NAMED) == []


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_field_of_an_answer_and_every_value_is_named(name: str) -> None:
    """Use cases, verticals and exchanges among them."""
    assert [each for each in LISTS[name] if each not in NAMED] == []


def test_every_kind_of_error_is_named() -> None:
    assert [kind.fragment for kind in KINDS if f"| `{kind.fragment}` |" not in TEXT] == []
