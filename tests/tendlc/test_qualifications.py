"""Answers to "may this brand run this use case": one carrier's yes is a yes, and silence is neither."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from tendlc import wire
from tendlc.sync import absorb_qualification
from tests.people import People, browser_of
from tests.tendlc.builders import make_brand

pytestmark = pytest.mark.django_db


def answer(*said: Any, **fields: Any) -> wire.Qualification:
    carriers = [{"mno": name, "qualify": one} for name, one in zip(("ATT", "TMO", "VZW"), said, strict=False)]
    return wire.Qualification.from_json({"usecase": "MARKETING", "mno_metadata": carriers, **fields})


@pytest.mark.parametrize(
    ("said", "qualified"),
    [
        ((True, True), True),
        ((True, False), True),
        ((False, False), False),
        ((None, True), True),
        ((None, False), None),
        ((None, "perhaps"), None),
        ((), None),
    ],
)
def test_answer_is_a_yes_only_where_a_carrier_says_yes(
    people: People, said: tuple[Any, ...], qualified: bool | None
) -> None:
    brand = make_brand(people.account)
    assert absorb_qualification(answer(*said), brand=brand, use_case="MARKETING").qualified is qualified


def test_answer_that_says_nothing_is_shown_as_neither(people: People) -> None:
    brand = make_brand(people.account)
    absorb_qualification(answer(None), brand=brand, use_case="MARKETING")
    for name, more in (("use_cases", []), ("use_case", ["MARKETING"])):
        page = browser_of(people.member).get(
            reverse(f"tendlc:{name}", args=[people.account.pk, brand.pk, *more])
        )
        text = page.content.decode()
        assert "Not stated" in text
        assert "Qualified" not in text


@pytest.mark.parametrize(
    ("fee", "kept"), [(30, "30"), ("30.5", "30.50"), (0, "0"), (None, None), (1e15, None)]
)
def test_fee_is_kept_to_the_cent(people: People, fee: Any, kept: str | None) -> None:
    brand = make_brand(people.account)
    row = absorb_qualification(answer(True, quarterly_fee=fee), brand=brand, use_case="MARKETING")
    row.refresh_from_db()
    assert row.quarterly_fee == (None if kept is None else Decimal(kept))
