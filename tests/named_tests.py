"""Which tests a page of documentation names, and which of them there are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parent
DOCS = TESTS.parent / "docs"
_NAMED = re.compile(r"`(?:tests/)?(?P<file>[\w/]*test_\w+\.py)?(?:::)?(?P<test>(?:Test\w+::)?test_\w+)?`")


@cache
def tests_in(path: Path) -> frozenset[str]:
    """`test_…` and `Test…::test_…` of one file; none where there is no such file."""
    return frozenset(_tests(ast.parse(path.read_text(encoding="utf-8")))) if path.is_file() else frozenset()


def _tests(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield from (
                f"{node.name}::{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)
            )


@cache
def every_test() -> frozenset[str]:
    files = TESTS.rglob("test_*.py")
    return frozenset(name.rpartition("::")[2] for path in files for name in tests_in(path))


def named(page: str) -> list[tuple[str, str]]:
    """(file below tests/, test) as a page names them; either may be empty."""
    text = (DOCS / page).read_text(encoding="utf-8")
    pairs = [(found["file"] or "", found["test"] or "") for found in _NAMED.finditer(text)]
    return [pair for pair in pairs if any(pair)]


def lost(page: str) -> list[tuple[str, str]]:
    """What a page names and nobody finds."""
    return [(file, test) for file, test in named(page) if not _is_there(file, test)]


def _is_there(file: str, test: str) -> bool:
    if not file:
        return test in every_test()
    return (TESTS / file).is_file() and (not test or test in tests_in(TESTS / file))
