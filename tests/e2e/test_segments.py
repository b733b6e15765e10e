"""The count beside a text while it is typed is the one the rules use."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tendlc.rules import segments

SCRIPT = Path(__file__).resolve().parents[2] / "static" / "js" / "segments.js"
COUNT = """async ([script, texts]) => {
  const { segments } = await import(`data:text/javascript;charset=utf-8;base64,${script}`);
  return texts.map(segments);
}"""
TEXTS = [
    "",
    "a" * 160,
    "a" * 161,
    "€" * 80,
    "€" * 81,
    "a" * 307,
    "ы" * 70,
    "ы" * 71,
    "😀" * 36,
    "“x”",
    "x\ny",
]


@pytest.mark.e2e
def test_the_browser_counts_segments_as_the_rules_do(chromium: Browser) -> None:
    page = chromium.new_page()
    script = base64.b64encode(SCRIPT.read_bytes()).decode()
    assert page.evaluate(COUNT, [script, TEXTS]) == [segments(text).count for text in TEXTS]
    page.close()
