"""Walking a list page by page: every row once, in order, forwards and back, whatever the link says."""

from __future__ import annotations

import base64
import json
from typing import Any, TypeVar

import pytest
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import Account, Client
from portal.records.paging import KeysetPage, keyset_page
from tendlc.models import Brand
from tests.builders import make_account
from tests.tendlc.builders import make_brand

pytestmark = pytest.mark.django_db
Row = TypeVar("Row", bound=models.Model)
NAMES = ["Ash", "Birch", "Birch", "Birch", "Cedar", "Elm", "Elm", "Fir"]


@pytest.fixture
def account() -> Account:
    return make_account("Zelkova")


def clients(account: Account) -> QuerySet[Client]:
    return Client.objects.filter(account=account, is_self=False)


@pytest.fixture
def trees(account: Account) -> QuerySet[Brand]:
    """Several of one name, made in another order than they sort in."""
    for name in reversed(NAMES):
        make_brand(account, name=name)
    return Brand.objects.filter(account=account)


def page(rows: QuerySet[Row], order: str, token: str = "") -> KeysetPage[Row]:
    return keyset_page(rows, order=order, token=token, size=3)


def forged(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize("order", ["display_name", "-display_name", "id", "-id", "created_at", "-created_at"])
def test_pages_walk_every_row_once_and_back_again(trees: QuerySet[Brand], order: str) -> None:
    column, sign = order.lstrip("-"), "-" if order.startswith("-") else ""
    expected = list(trees.order_by(f"{sign}{column}", f"{sign}pk"))
    forth = [page(trees, order)]
    while forth[-1].next:
        forth.append(page(trees, order, forth[-1].next))
    assert [row for each in forth for row in each.rows] == expected
    assert [len(each.rows) for each in forth] == [3, 3, 2]

    back = [forth[-1]]
    while back[-1].previous:
        back.append(page(trees, order, back[-1].previous))
    assert [list(each.rows) for each in reversed(back)] == [list(each.rows) for each in forth]


def test_the_ends_have_no_neighbours(trees: QuerySet[Brand]) -> None:
    first = page(trees, "display_name")
    assert (first.previous, bool(first.next)) == ("", True)
    last = page(trees, "display_name", page(trees, "display_name", first.next).next)
    assert (bool(last.previous), last.next) == (True, "")
    assert page(clients(make_account()), "name") == KeysetPage([], "", "", 0, True)


def test_a_row_that_comes_or_goes_meanwhile_neither_repeats_nor_hides_others(
    trees: QuerySet[Brand], account: Account
) -> None:
    first = page(trees, "display_name")
    make_brand(account, name="Alder")  # sorts before what was seen
    seen = {row.pk for row in first.rows}
    first.rows[-1].delete()
    second = page(trees, "display_name", first.next)
    assert [row.display_name for row in second.rows] == ["Birch", "Cedar", "Elm"]
    assert not {row.pk for row in second.rows} & seen


def test_a_page_costs_two_queries_wherever_it_is(
    trees: QuerySet[Brand], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    token = page(trees, "display_name", page(trees, "display_name").next).next
    with django_assert_num_queries(2):
        assert len(page(trees, "display_name", token).rows) == 2


def test_few_rows_are_named_so_that_no_order_is_walked_to_find_them(
    trees: QuerySet[Brand], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """On PostgreSQL a walk in order through a million rows was the plan for a hundred that stood at its end."""
    with django_assert_num_queries(2) as asked:
        keyset_page(trees.filter(display_name__icontains="birch"), order="-created_at")
    named = trees.filter(display_name="Birch").values_list("pk", flat=True)
    assert all(str(pk) in asked.captured_queries[1]["sql"].partition(" IN (")[2] for pk in named)


@pytest.mark.parametrize(
    "token",
    [
        "%%%",
        "é",
        "AAAA",
        forged("n"),
        forged({}),
        forged(["n"]),
        forged(["n", "Birch", "seven"]),
        forged(["n", "Birch", None]),
        forged(["n", "Birch", float("inf")]),
        base64.urlsafe_b64encode(b"[" * 5000).decode(),
    ],
)
def test_a_token_nobody_can_read_means_the_first_page(trees: QuerySet[Brand], token: str) -> None:
    assert list(page(trees, "display_name", token).rows) == list(page(trees, "display_name").rows)


@pytest.mark.parametrize(
    ("order", "value"),
    [
        ("display_name", ["n", "Bi\0rch", 1]),
        ("display_name", ["n", {}, 1]),
        ("display_name", ["p", "Birch", 10**30]),
        ("id", ["n", 10**30, 1]),
    ],
)
def test_a_token_somebody_made_up_is_no_error(trees: QuerySet[Brand], order: str, value: Any) -> None:
    page(trees, order, forged(value))


def test_a_token_of_another_order_is_no_error(trees: QuerySet[Brand]) -> None:
    token = page(trees, "display_name").next
    assert list(page(trees, "-created_at", token).rows) == list(page(trees, "-created_at").rows)


@pytest.mark.parametrize(
    ("rows", "text", "exact"), [(999, "999", True), (1000, "1,000", True), (1001, "1,000+", False)]
)
def test_counts_are_exact_to_a_thousand(account: Account, rows: int, text: str, exact: bool) -> None:
    now = timezone.now()
    Client.objects.bulk_create(
        Client(account=account, name=f"Tree {number:04}", created_at=now) for number in range(rows)
    )
    found = page(clients(account), "name")
    assert (found.count_text, found.counted_all, found.count) == (text, exact, min(rows, 1000))
