"""Which code a page of documentation names, and which of it is not there any more."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.named_tests import DOCS

ROOT = DOCS.parent
APPS = ("tendlc", "portal", "registry")
# `path.py`, and a name behind it: inside the quotes or after them.
_IN_FILE = re.compile(
    r"`(?P<file>[\w/]+\.py)(?:(?:::| )(?P<inside>[\w.]+)`|`(?: `?(?P<after>[A-Za-z_][\w.]*))?)"
)
# `module.name`, `folder/module.name` and `Class.member`; what an audit entry is called looks alike and is no code.
_DOTTED = re.compile(r"(?<!audit )`(?P<head>\w+(?:[./]\w+)*)\.(?P<name>\w+)`")


@cache
def _files() -> tuple[str, ...]:
    return tuple(str(path.relative_to(ROOT)) for app in APPS for path in sorted((ROOT / app).rglob("*.py")))


def _called(file: str) -> list[str]:
    """The files a page may mean by a path, which may leave out where it begins."""
    return [one for one in _files() if f"/{one}".endswith(f"/{file}")]


def _module(file: str) -> Any:
    return import_module(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def _has(thing: Any, name: str) -> bool:
    """A dotted name is there: what has no attribute of its first part has none of the others."""
    first, _dot, rest = name.partition(".")
    return hasattr(thing, first) and (not rest or _has(getattr(thing, first), rest))


def _is_in_file(file: str, name: str) -> bool:
    found = _called(file)
    return bool(found) and (not name or any(_has(_module(one), name) for one in found))


def _is_dotted(head: str, name: str) -> bool:
    """`head` is a module or a package, or a class of some module."""
    path = head.replace(".", "/")
    if head[:1].isupper():
        return any(_has(_module(file), f"{head}.{name}") for file in _defining(head))
    return any(_is_in_file(f"{path}{end}", name) for end in (".py", "/__init__.py"))


@cache
def _defining(name: str) -> tuple[str, ...]:
    defined = re.compile(rf"^class {name}\b", re.MULTILINE)
    return tuple(file for file in _files() if defined.search((ROOT / file).read_text(encoding="utf-8")))


def code_named(page: str) -> list[tuple[str, str]]:
    """(file, name) as a page names them; the name is empty where only the file is named. Tests are not code."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = [(one["file"], one["inside"] or one["after"] or "") for one in _IN_FILE.finditer(text)]
    return [(file, name) for file, name in found if not Path(file).name.startswith("test_")]


def dotted_named(page: str) -> list[tuple[str, str]]:
    text = (DOCS / page).read_text(encoding="utf-8")
    found = [(one["head"], one["name"]) for one in _DOTTED.finditer(text)]
    return [(head, name) for head, name in found if name not in ("py", "md", "html", "toml")]


def lost_code(page: str) -> list[tuple[str, str]]:
    """What a page names and nobody finds."""
    lost = [each for each in code_named(page) if not _is_in_file(*each)]
    return lost + [each for each in dotted_named(page) if not _is_dotted(*each)]
