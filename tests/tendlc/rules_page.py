"""Writes docs/rules.md from the rules themselves: `python -m tests.tendlc.rules_page`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()

from tendlc.rules import BRAND_RULES, CAMPAIGN_RULES, Rule

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
HEAD = """# Rules

What the portal says of a form while it is typed. A **block** cannot be submitted: the document forbids it, or an
answer to a use case check demands otherwise. A **warning** is what only others know; a person confirms it, with its
source before their eyes. A **hint** is only said. Code: `tendlc/rules/`; examples: `tests/tendlc/test_rules.py`.

This page is written by `python -m tests.tendlc.rules_page`; a test compares it with the code.
"""


def page() -> str:
    return "\n".join([HEAD, *_table("Campaigns", CAMPAIGN_RULES), *_table("Brands", BRAND_RULES)])


def _table(title: str, rules: tuple[Rule[Any], ...]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| Rule | Fields | Severity | What is said | Remedy | Source | As of |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for rule in rules:
        cells = (
            f"`{rule.id}`",
            ", ".join(f"`{name}`" for name in rule.fields),
            rule.severity,
            rule.message,
            rule.remedy,
            rule.source.name,
            f"{rule.source.date:%Y-%m}",
        )
        yield f"| {' | '.join(str(cell) for cell in cells)} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page())
