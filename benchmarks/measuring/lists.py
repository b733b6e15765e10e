"""Runs in a process of its own, on the empty database of DATABASE_URL: see `benchmarks/lists.py`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import django

django.setup()

from django.db import models  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from benchmarks.measuring.lists_rows import FIRST, fill  # noqa: E402
from portal.outbox.models import Operation  # noqa: E402
from portal.records.paging import keyset_page  # noqa: E402
from tendlc.models import Brand, Campaign, NumberLink, Vetting  # noqa: E402

DEEP: Final = (0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True)
class Listing:
    """A list page, the order it comes in, and what is searched for on it."""

    path: str
    model: type[models.Model]
    order: str
    searches: Sequence[str]


LISTINGS: Final = {
    # One in ten thousand, one in a hundred, every one, a brand, an id.
    "campaigns": Listing(
        "tendlc:campaigns",
        Campaign,
        "-created_at",
        ("zirconium", "tuesday", "orders", "brand 1742", "C0004242"),
    ),
    "brands": Listing("tendlc:brands", Brand, "-created_at", ("brand", "742", "B0000242")),
    "numbers": Listing(
        "tendlc:numbers", NumberLink, "-id", ("2010004242", "zirconium", "orders", "brand 742")
    ),
    "vettings": Listing("tendlc:vettings", Vetting, "-id", ("aegis", "brand 742", "V0000242")),
    "operations": Listing("outbox:operations", Operation, "-id", ("orders", "0000000242")),
}


def pages(browser: Client, account: int) -> dict[str, Callable[[int], Any]]:
    asked: dict[str, Callable[[int], Any]] = {}
    for name, listing in LISTINGS.items():
        path, tokens = reverse(listing.path, args=[account]), list(map(_token(listing), DEEP))
        for kind, values in (
            ("list", [{}]),
            ("search", _named("q", listing.searches)),
            ("deep page", _named("after", tokens)),
        ):
            asked[f"{name}: {kind}"] = _asking(browser, path, values)
    return asked


def _named(name: str, values: Sequence[str]) -> list[dict[str, str]]:
    return [{name: value} for value in values]


def _asking(browser: Client, path: str, values: Sequence[dict[str, str]]) -> Callable[[int], Any]:
    return lambda turn: browser.get(path, values[turn % len(values)])


def _token(listing: Listing) -> Callable[[float], str]:
    """Where a page so deep in the list begins, as the pager writes it."""
    rows = listing.model._default_manager.filter(pk__gt=FIRST)
    count = rows.count()

    def token(share: float) -> str:
        first = FIRST + max(int(count * share), 1)
        near = rows.filter(pk__gte=first, pk__lte=first + 2)
        return keyset_page(near, order=listing.order, size=1).next

    return token


def main(campaigns: int) -> None:
    membership = fill(campaigns)
    browser = Client()
    browser.force_login(membership.user, backend="django.contrib.auth.backends.ModelBackend")
    asked = pages(browser, membership.account_id)
    print(",".join(asked), flush=True)
    for line in sys.stdin:
        page, turn = line.rstrip().split(",")
        began = time.perf_counter()
        answer = asked[page](int(turn))
        lasted = time.perf_counter() - began
        if answer.status_code != 200:
            raise RuntimeError(f"{page} answered {answer.status_code}")
        print(lasted * 1000, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
