"""Every name of an address that code, templates and navigation use is one that this installation has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from portal.web.context import CUSTOMER, DESK, PERSONAL, STAFF, Place

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SOURCES = sorted(
    path for top in ("portal", "registry", "tendlc") for path in (ROOT / top).rglob("*.py") if path.is_file()
)
NAMED = re.compile(r"""{%-?\s*url\s+(['"])(?P<name>[^'"]+)\1""")
# Which argument of a call is the name of an address.
CALLS = {"safe_reverse": 0, "reverse": 0, "reverse_lazy": 0, "redirect": 0, "_of_account": 1}


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry.url_patterns, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif entry.name:
            yield f"{space}{entry.name}"


KNOWN = frozenset(names(get_resolver().url_patterns))


def called(path: Path) -> Iterator[tuple[str, int]]:
    """The names a source file gives as they stand, and where; those made of parts cannot be read this way."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            place = CALLS[node.func.id]
            given = node.args[place] if len(node.args) > place else None
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                yield given.value, node.lineno


def places(*tables: list[tuple[object, list[Place]]]) -> list[Place]:
    return [place for table in tables for _label, group in table for place in group]


@pytest.mark.parametrize("place", places(CUSTOMER), ids=lambda place: place.view)
def test_a_place_of_an_account_leads_somewhere(place: Place) -> None:
    assert reverse(place.view, args=[1])


@pytest.mark.parametrize("place", places(PERSONAL, DESK, STAFF), ids=lambda place: place.view)
def test_a_place_of_a_person_leads_somewhere(place: Place) -> None:
    assert reverse(place.view)


@pytest.mark.parametrize("place", places(CUSTOMER, PERSONAL), ids=lambda place: place.view)
def test_every_beginning_of_a_place_lights_something_up(place: Place) -> None:
    for beginning in place.pages:
        assert any(name.startswith(beginning) for name in KNOWN), beginning


def test_names_in_code_are_there() -> None:
    """A name that is not there would drop its link without a word, or break its page."""
    asked = [(path, *found) for path in SOURCES for found in called(path)]
    lost = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path, name, line in asked
        if name not in KNOWN and not name.startswith(("/", "http"))
    ]
    assert len(asked) > 100
    assert lost == []


def test_names_in_templates_are_there() -> None:
    """`{% url … as … %}` drops what it does not find, too."""
    asked = [
        (path, found["name"])
        for path in TEMPLATES
        for found in NAMED.finditer(path.read_text(encoding="utf-8"))
    ]
    assert len(asked) > 200
    assert [f"{path.relative_to(ROOT)} {name}" for path, name in asked if name not in KNOWN] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_can_be_read(path: Path) -> None:
    """Also one that only a rare state shows."""
    assert get_template(str(path.relative_to(ROOT / "templates")))


def test_a_name_that_is_not_there_is_noticed() -> None:
    assert "registry:applications" not in KNOWN
    with pytest.raises(NoReverseMatch):
        reverse("registry:applications", args=[1])
