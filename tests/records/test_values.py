"""Money, codes, digests and the pulse: plain values."""

from __future__ import annotations

import itertools
import time

import pytest

from portal.records.codes import ALPHABET, make_code
from portal.records.models import digest
from portal.records.money import Fee, FeeSource, from_units
from portal.records.pulse import Pulse


@pytest.mark.parametrize(
    ("fee", "text"),
    [
        (Fee(), "unknown"),
        (Fee(0), "0 USD"),
        (Fee(400), "4 USD"),
        (Fee(405), "4.05 USD"),
        (Fee(4450, "EUR"), "44.50 EUR"),
        (Fee(123_456_700), "1,234,567 USD"),
    ],
)
def test_fee_reads_as_an_amount_or_as_unknown(fee: Fee, text: str) -> None:
    assert str(fee) == text


def test_fee_without_a_source_is_unknown_not_nothing() -> None:
    assert (Fee().minor, Fee().source) == (None, FeeSource.UNKNOWN)
    assert from_units(None, FeeSource.QUALIFICATION) == Fee()


@pytest.mark.parametrize(("units", "minor"), [(0, 0), (4, 400), (1.5, 150), (0.29, 29), (19.99, 1999)])
def test_whole_units_become_cents_without_losing_one(units: float, minor: int) -> None:
    assert from_units(units, FeeSource.QUALIFICATION) == Fee(minor, "USD", FeeSource.QUALIFICATION)


def test_codes_can_be_read_out_and_do_not_repeat() -> None:
    codes = [make_code() for _ in range(2000)]
    assert {len(code) for code in codes} == {10}
    assert set("".join(codes)) == set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)
    assert len(set(codes)) == len(codes)


def test_digest_depends_on_what_is_said_not_on_its_order() -> None:
    assert digest({"a": 1, "b": ["ü", None]}) == digest({"b": ["ü", None], "a": 1})
    assert digest({"a": 1}) != digest({"a": "1"})
    assert digest({"a": [1, 2]}) != digest({"a": [2, 1]})
    assert len(digest(None)) == 64


def test_pulse_beats_at_most_once_in_its_time() -> None:
    beats: list[float] = []
    pulse = Pulse(lambda: beats.append(time.monotonic()), every=0.05)
    pulse()
    assert beats == []  # whoever begins is alive anyway

    ends = time.monotonic() + 0.4
    while time.monotonic() < ends:
        pulse("brand", 3, 10)
        time.sleep(0.001)
    assert 2 <= len(beats) <= 8
    assert all(later - earlier >= 0.05 for earlier, later in itertools.pairwise(beats))


def test_pulse_that_is_never_due_never_beats() -> None:
    beats: list[int] = []
    pulse = Pulse(lambda: beats.append(1), every=1000)
    for _ in range(100):
        pulse()
    assert beats == []
