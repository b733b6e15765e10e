"""docs/simulator.md names everything that can be triggered, injected or set."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from simulator import control, faults, operations, triggers
from simulator.__main__ import build_parser
from simulator.store import Settings

PAGE = (Path(__file__).parent.parent.parent / "docs" / "simulator.md").read_text(encoding="utf-8")
WORDS = frozenset(re.findall(r"[a-z0-9_]+", PAGE.casefold()))


def test_documentation_names_every_trigger() -> None:
    assert {*triggers.FEEDBACK, *triggers.SCORES, triggers.WRONG_SECRET, triggers.FORBIDDEN_SECRET} <= WORDS
    assert all(host in PAGE for host in triggers.SHORTENERS)


def test_documentation_names_every_fault_operation_and_setting() -> None:
    assert faults.KINDS.keys() <= WORDS
    assert operations.HANDLERS.keys() <= WORDS
    assert {field.name for field in dataclasses.fields(Settings)} <= WORDS


def test_documentation_names_every_control_and_option() -> None:
    controls = {rule.rule.removeprefix(control.PREFIX) for rule in control.URLS.iter_rules()}
    options = {flag for action in build_parser()._actions for flag in action.option_strings} - {
        "-h",
        "--help",
    }

    assert all(f"`{name}`" in PAGE for name in controls)
    assert all(flag in PAGE for flag in options)
