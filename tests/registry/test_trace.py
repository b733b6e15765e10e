"""docs/network-registry.md names tests that are there, and leaves no requirement without one."""

from __future__ import annotations

import pytest

from tests.named_tests import DOCS, lost, named

PAGE = "network-registry.md"
ROWS = [
    line
    for line in (DOCS / PAGE).read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| requirement", "| ---"))
]


def test_every_test_it_names_is_there() -> None:
    assert len(named(PAGE)) > 200
    assert lost(PAGE) == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:60])
def test_every_requirement_names_a_test(row: str) -> None:
    cells = [cell.strip() for cell in row.split("|")[1:-1]]
    assert len(cells) == 4, cells
    assert all(cells[place] for place in (0, 3)), cells
    assert "::" in cells[3]
