"""Imports go one way (docs/architecture.md). To place a new module, see FLOORS, RANKS and EXTRA below."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("portal", "registry", "tendlc", "simulator")
MAX_LINES = 400
FORBIDDEN_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "base",
    "manager",
    "managers",
    "service",
    "services",
}

# A package imports from its own floor's package and from the floors above it in this list.
FLOORS = [
    {"portal.records"},
    {"portal.web"},
    {"portal.vonage"},
    {"portal.reach"},
    {"portal.history"},
    {"portal.accounts"},
    {"portal.drafts"},
    {"portal.notices"},
    {"portal.outbox"},
    {"registry", "tendlc"},
    {"portal.desk"},
]
# The composition root: the only modules that name everything, each other included.
TOP = {
    "portal",
    "portal.run",
    "portal.settings",
    "portal.urls",
    "portal.celery",
    "portal.beat",
    "portal.jobs",
    "portal.wsgi",
    "portal.checks",
}

# Inside a package a module imports only from earlier lines; modules of one line do not import each other.
RANKS = [
    {"enums"},
    {"wire"},
    {"lifecycle", "rules", "gate"},
    {"client", "messages"},
    {"models"},
    {"queries"},
    {"sync"},
    {"operations"},
    {"tasks"},
    {"actions"},
    {"forms"},
    {"context", "middleware", "adapters", "templatetags"},
    {"views", "api", "admin", "management"},
    {"urls", "apps"},
]
# Modules with a name of their own: "models" shares that rank, "models+1" to "models+9" lie just above it.
# A module of portal.* that is not named here has no rank: it only must not be part of an import cycle.
EXTRA: dict[str, dict[str, str]] = {
    # What history calls actions writes single rows for everybody's actions; queries name objects its way.
    "portal.history": {"actions": "models+1"},
    "registry": {
        "gate_log": "models+1",
        "api_urls": "urls",
        "network_urls": "urls",
        "letters": "sync+1",
        "desk": "context+1",
    },
    "tendlc": {"labels": "wire+1", "prices": "wire+1", "message_flow": "wire+1", "batches": "forms+1"},
}


@dataclass(frozen=True)
class Import:
    target: str
    line: int
    nested: bool
    relative: bool


@dataclass(frozen=True)
class Module:
    name: str
    lines: int
    imports: tuple[Import, ...]

    def __str__(self) -> str:
        return self.name


def read_modules(root: Path) -> list[Module]:
    files = [path for top in PRODUCT for path in sorted((root / top).rglob("*.py"))]
    names = {_module_name(path.relative_to(root)) for path in files}
    return [_read(path, root, names) for path in files]


def _module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _read(path: Path, root: Path, names: set[str]) -> Module:
    source = path.read_text(encoding="utf-8")
    imports = tuple(_imports(ast.parse(source), names, nested=False))
    return Module(_module_name(path.relative_to(root)), source.count("\n"), imports)


def _imports(node: ast.AST, names: set[str], *, nested: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, child.lineno, nested, relative=False)
        elif isinstance(child, ast.ImportFrom):
            for alias in child.names:
                whole = f"{child.module or ''}.{alias.name}"
                target = whole if whole in names else child.module or ""
                yield Import(target, child.lineno, nested, relative=child.level > 0)
        else:
            yield from _imports(child, names, nested=nested or not _is_type_checking(child))


def _is_type_checking(node: ast.AST) -> bool:
    if not isinstance(node, ast.If):
        return False
    return ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def _within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def _ours(module: Module) -> Iterator[Import]:
    return (each for each in module.imports if _within(each.target, *PRODUCT))


def _package(name: str) -> str:
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] == "portal" else parts[0]


def _floor(name: str) -> int | None:
    package = _package(name)
    if package in TOP:
        return len(FLOORS)
    return next((height for height, floor in enumerate(FLOORS) if package in floor), None)


def floor_violations(modules: list[Module]) -> Iterator[str]:
    """Upwards, sideways on one floor (registry and tendlc), or a package that has no floor yet."""
    for module in modules:
        if _within(module.name, "simulator"):
            continue
        own = _floor(module.name)
        if own is None:
            yield f"{module}: {_package(module.name)} has no floor, name it in FLOORS"
            continue
        for each in _ours(module):
            other = _floor(each.target)
            sideways = own == other and own < len(FLOORS) and _package(module.name) != _package(each.target)
            if other is not None and (other > own or sideways):
                yield f"{module}:{each.line} imports {each.target}, which is not below it"


def simulator_violations(modules: list[Module]) -> Iterator[str]:
    for module in modules:
        inside = _within(module.name, "simulator")
        for each in _ours(module):
            if inside != _within(each.target, "simulator"):
                yield f"{module}:{each.line} imports {each.target}: the simulator stands alone"


def _rank_key(name: str) -> str:
    """The part that carries the rank: `views` of `portal.accounts.views.members`, "" for the package."""
    return name.removeprefix(_package(name)).lstrip(".").partition(".")[0]


def _rank(name: str) -> int | None:
    key, extra = _rank_key(name), EXTRA.get(_package(name), {})
    if not key:
        return -1  # a package's own __init__ is imported before everything in it, so it imports nothing of it
    place, _, above = extra.get(key, key).partition("+")
    height = next((height for height, rank in enumerate(RANKS) if place in rank), None)
    return None if height is None else height * 10 + int(above or 0)


def rank_violations(modules: list[Module]) -> Iterator[str]:
    for module in modules:
        package, key = _package(module.name), _rank_key(module.name)
        if package in TOP or package == "simulator" or key == "migrations":
            continue
        own = _rank(module.name)
        if own is None:
            if not _within(package, "portal"):
                yield f"{module}: {key} has no rank, name it in EXTRA"
            continue
        for each in _ours(module):
            if _package(each.target) != package or _rank_key(each.target) == key:
                continue
            other = _rank(each.target)
            if other is not None and other >= own:
                yield f"{module}:{each.line} imports {each.target}, which ranks no lower"


def cycle_violations(modules: list[Module]) -> Iterator[str]:
    """A module that reaches itself through imports, type-only ones included."""
    graph = {module.name: {each.target for each in _ours(module)} for module in modules}
    for module in modules:
        seen: set[str] = set()
        waiting = list(graph[module.name])
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting.extend(graph.get(name, ()))
        if module.name in seen:
            yield f"{module} is part of an import cycle"


def bottom_violations(modules: list[Module]) -> Iterator[str]:
    """apps.py imports nothing of ours (Django loads it first); enums only what portal.records offers."""
    for module in modules:
        key = _rank_key(module.name)
        if _within(module.name, "simulator") or key not in {"apps", "enums"}:
            continue
        for each in _ours(module):
            allowed = key == "enums" and (
                _within(each.target, "portal.records")
                or _within(each.target, f"{_package(module.name)}.enums")
            )
            if not allowed:
                yield f"{module}:{each.line} imports {each.target}: {key} stands on nothing of ours"


def requests_violations(modules: list[Module]) -> Iterator[str]:
    for module in modules:
        for each in module.imports:
            if _within(each.target, "requests") and not _within(module.name, "portal.vonage", "portal.reach"):
                yield f"{module}:{each.line} imports requests: only portal.vonage and portal.reach do"


def celery_violations(modules: list[Module]) -> Iterator[str]:
    for module in modules:
        queue = module.name in ("portal.celery", "portal.beat", "portal.jobs")
        allowed = queue or _rank_key(module.name) == "tasks"
        for each in module.imports:
            if _within(each.target, "celery", "kombu") and not allowed:
                yield f"{module}:{each.line} imports {each.target}: only tasks and the job queue's own modules do"


def placement_violations(modules: list[Module]) -> Iterator[str]:
    """Imports stand at the top of their module; only `if TYPE_CHECKING:` may indent them."""
    for module in modules:
        for each in module.imports:
            if each.nested:
                yield f"{module}:{each.line} imports {each.target} inside a block"
            if each.relative:
                yield f"{module}:{each.line} imports relatively"


def shape_violations(modules: list[Module]) -> Iterator[str]:
    for module in modules:
        if FORBIDDEN_NAMES.intersection(module.name.split(".")):
            yield f"{module}: this name says nothing about what the module holds"
        if module.lines > MAX_LINES and "migrations" not in module.name.split("."):
            yield f"{module} has {module.lines} lines: make it a package of the same name"


Check = Callable[[list[Module]], Iterator[str]]
CHECKS: list[Check] = [
    floor_violations,
    simulator_violations,
    rank_violations,
    cycle_violations,
    bottom_violations,
    requests_violations,
    celery_violations,
    placement_violations,
    shape_violations,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_house_keeps_the_rule(check: Check) -> None:
    modules = read_modules(ROOT)
    assert len(modules) > 20
    assert list(check(modules)) == []


TYPE_ONLY = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import {}\n"
PLANTED: list[tuple[Check, dict[str, str]]] = [
    (floor_violations, {"portal/records/fields.py": "from portal.accounts import models"}),
    (floor_violations, {"portal/outbox/models.py": "import tendlc.models", "tendlc/models.py": ""}),
    (floor_violations, {"registry/queries.py": "from tendlc.queries import brands"}),
    (floor_violations, {"tendlc/queries.py": "from registry import models", "registry/models.py": ""}),
    (floor_violations, {"tendlc/queries.py": "from portal import settings", "portal/settings.py": ""}),
    (floor_violations, {"portal/novelty/models.py": ""}),
    (
        floor_violations,
        {"portal/web/x.py": TYPE_ONLY.format("portal.desk.views")},
    ),
    (simulator_violations, {"simulator/app.py": "from tendlc.enums import BrandState"}),
    (simulator_violations, {"tendlc/client.py": "import simulator"}),
    (rank_violations, {"tendlc/sync.py": "from tendlc import actions", "tendlc/actions.py": ""}),
    (rank_violations, {"tendlc/rules.py": "from tendlc.lifecycle import BRAND"}),
    (rank_violations, {"tendlc/__init__.py": "from tendlc.models import Brand"}),
    (rank_violations, {"registry/oddity.py": ""}),
    (rank_violations, {"portal/accounts/models/user.py": "import portal.accounts.views.members"}),
    (cycle_violations, {"portal/web/a.py": "import portal.web.b", "portal/web/b.py": "import portal.web.a"}),
    (bottom_violations, {"tendlc/apps.py": "from portal.outbox.models import Operation"}),
    (bottom_violations, {"tendlc/enums.py": "from portal.accounts.enums import Role"}),
    (requests_violations, {"tendlc/client.py": "import requests"}),
    (requests_violations, {"portal/desk/views.py": "from requests.adapters import HTTPAdapter"}),
    (celery_violations, {"tendlc/sync.py": "from celery import shared_task"}),
    (placement_violations, {"tendlc/views.py": "def brand_list():\n    import json\n"}),
    (placement_violations, {"tendlc/views.py": "try:\n    import json\nexcept ImportError:\n    pass\n"}),
    (placement_violations, {"tendlc/views.py": "from . import forms"}),
    (shape_violations, {"tendlc/helpers.py": ""}),
    (shape_violations, {"tendlc/models.py": "x = 1\n" * (MAX_LINES + 1)}),
]


@pytest.mark.parametrize(("check", "files"), PLANTED)
def test_check_finds_the_planted_violation(check: Check, files: dict[str, str], tmp_path: Path) -> None:
    assert list(check(_plant(tmp_path, files)))


def test_every_check_has_a_planted_violation() -> None:
    assert {check for check, _ in PLANTED} == set(CHECKS)


def test_checks_accept_a_house_in_order(tmp_path: Path) -> None:
    files = {
        "portal/records/fields.py": TYPE_ONLY.format("decimal"),
        "portal/vonage/client.py": "import requests\nfrom portal.records import fields",
        "portal/run/children.py": "from portal import settings",
        "portal/settings.py": "",
        "tendlc/enums.py": "",
        "tendlc/models.py": "from portal.records import fields\nfrom tendlc.enums import BrandState",
        "tendlc/tasks.py": "from celery import shared_task\nfrom tendlc import models",
        "tendlc/views/__init__.py": "from tendlc.views.brands import brand_list",
        "tendlc/views/brands.py": "from tendlc import models, tasks",
        "simulator/app.py": "import simulator.state",
        "simulator/state.py": "",
    }
    modules = _plant(tmp_path, files)
    assert [found for check in CHECKS for found in check(modules)] == []


def _plant(root: Path, files: dict[str, str]) -> list[Module]:
    for name, source in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return read_modules(root)
