"""docs/10dlc.md names everything of the document, and code and tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import named_code
from tests.contract import values
from tests.contract.errors import KINDS
from tests.contract.operations import OPERATIONS
from tests.named_code import code_named, dotted_named, lost_code
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


def test_all_code_it_names_is_there() -> None:
    """Files, and what is said to be in them."""
    assert len([name for _file, name in code_named(PAGE) if name]) > 30
    assert ("portal/vonage/factory.py", "client_from_settings") in code_named(PAGE)
    assert ("lifecycle", "remedy_of") in dotted_named(PAGE)
    assert lost_code(PAGE) == []


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


def test_code_that_is_not_there_any_more_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the check above could not fail."""
    page = (
        "`portal/vonage/factory.py` `gone`, `tendlc/gone.py`, `wire.gone`, `UnlinkNumber.gone`, `wire.same`"
    )
    (tmp_path / "page.md").write_text(page)
    monkeypatch.setattr(named_code, "DOCS", tmp_path)
    assert named_code.lost_code("page.md") == [
        ("portal/vonage/factory.py", "gone"),
        ("tendlc/gone.py", ""),
        ("wire", "gone"),
        ("UnlinkNumber", "gone"),
    ]
