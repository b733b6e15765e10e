"""Every decision about the document names a test that holds it, and that test is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "decisions" / "contradictions.md"


def test_every_decision_names_a_test_that_exists() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    decisions = [row for row in rows if not row.startswith(("| ---", "| The document |"))]
    source = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))

    assert len(decisions) > 30
    for row in decisions:
        held_by = row.rstrip("| ").rpartition("|")[2]
        files, functions = (
            re.findall(r"tests/[\w/]+\.py", held_by),
            re.findall(r"\btest_\w+(?!\.py)\b", held_by),
        )
        assert files or functions, row
        assert all((ROOT / name).exists() for name in files), row
        names = [name for name in functions if f"/{name}.py" not in held_by]
        assert all(f"def {name}(" in source for name in names), row
