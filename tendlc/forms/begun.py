"""An edit that is continued later: what it started from, and what has changed at Vonage since."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Same = Callable[[str, str, str], bool]


@dataclass(frozen=True, slots=True)
class Moved:
    """A field that changed at Vonage since the edit was begun; one that nobody had touched follows the change."""

    before: str
    now: str
    is_kept: bool


def started_of(text: str) -> dict[str, str]:
    """What a form carried along; nothing of what cannot be read."""
    try:
        values = json.loads(text or "{}")
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in values.items()} if isinstance(values, dict) else {}


def brought_up_to_date(
    typed: Mapping[str, str], started: Mapping[str, str], facts: Mapping[str, str], same: Same
) -> tuple[dict[str, str], dict[str, Moved]]:
    """What was typed over today's facts, and the fields whose facts moved.

    A field left as it was shows what Vonage holds now, so that no old value is ever sent back by mistake.
    """
    values, moved = dict(typed), dict[str, Moved]()
    for name in typed.keys() & started.keys() & facts.keys():
        before, now = started[name], facts[name]
        if same(name, before, now) or same(name, typed[name], now):
            continue
        is_kept = not same(name, typed[name], before)
        moved[name] = Moved(before, now, is_kept)
        if not is_kept:
            values[name] = now
    return values, moved


def carried_on(started: Mapping[str, str], facts: Mapping[str, str], moved: Mapping[str, Moved]) -> str:
    """What the form carries from here on: today's facts, and where a person's own text stands still the old one."""
    kept: dict[str, Any] = {name: started[name] for name, one in moved.items() if one.is_kept}
    return json.dumps({**facts, **kept}, ensure_ascii=False, sort_keys=True)
