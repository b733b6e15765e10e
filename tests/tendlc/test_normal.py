"""What counts as the same value when it is shown, and what counts as a correction when it is typed."""

from __future__ import annotations

import pytest

from tendlc.wire import same, same_letters


@pytest.mark.parametrize(
    ("name", "one", "other", "alike", "untouched"),
    [
        ("phone", "12015550123", "+1 201-555-0123", True, True),
        ("ein", "201234567", "20-1234567", True, True),
        ("ein", "1234567", "BC1234567", False, False),
        ("ein", "A12345678", "B12345678", False, False),
        ("website", "HTTPS://Oven.example/", "https://oven.example", True, True),
        ("website", "http://oven.example", "https://oven.example", True, False),
        ("website", "https://oven.example", "https://www.oven.example", True, False),
        ("company_name", "Oven  Inc ", "Oven Inc", True, True),
        ("company_name", "OVEN INC", "Oven Inc", True, False),
        ("company_name", "Oven Inc", "Oven LLC", False, False),
    ],
)
def test_what_reads_the_same_may_still_be_a_correction(
    name: str, one: str, other: str, alike: bool, untouched: bool
) -> None:
    assert (same(name, one, other), same_letters(name, one, other)) == (alike, untouched)
