from __future__ import annotations

import ast
from pathlib import Path

import simulator

OURS = {"portal", "registry", "tendlc", "tests", "django"}


def test_simulator_imports_nothing_of_ours() -> None:
    imported = {
        name.partition(".")[0]
        for path in Path(simulator.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in _names(node)
    }

    assert imported >= {"simulator", "werkzeug"}
    assert not imported & OURS


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
