"""Campaign labels as they are sent: what a person typed, and our code at the end as evidence."""

from __future__ import annotations

import re

_CODED = re.compile(r"^(?P<typed>.*?)\s*#(?P<code>[0-9A-HJKMNP-TV-Z]{10})$", re.DOTALL)


def coded_label(typed: str, code: str) -> str:
    """`typed #CODE`; the code alone when nothing was typed."""
    return f"{typed.strip()} #{code}".strip()


def split_label(label: str) -> tuple[str, str]:
    """A label without its code, and the code ("" when it carries none of ours)."""
    match = _CODED.match(label.strip())
    return (match["typed"].strip(), match["code"]) if match else (label.strip(), "")
