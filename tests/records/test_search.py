from __future__ import annotations

import pytest
from django.db import connection

from portal.records.search import FEW_PARENTS, MOST_WORDS, words_of
from tendlc import queries
from tendlc.models import Brand, Campaign, Vetting
from tests.people import People
from tests.tendlc.builders import make_brand, make_campaign, make_catalogue

pytestmark = pytest.mark.django_db


def test_search_text_is_split_and_bounded() -> None:
    assert words_of("  night\x00 owl ") == ["night", "owl"]
    assert len(words_of("a " * 50)) == MOST_WORDS


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", '"; --', "\x00"])
def test_signs_of_the_query_language_find_only_themselves(people: People, text: str) -> None:
    make_brand(people.account)
    found = queries.brand_search(Brand.objects.all(), text)
    assert found.count() == (1 if text == "\x00" else 0)


@pytest.mark.parametrize("few", [1, 2])
def test_campaigns_are_found_by_few_or_many_brands_alike(
    people: People, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few matching parents are named one by one; with more the join says the same."""
    monkeypatch.setitem(FEW_PARENTS, connection.vendor, few)
    owl = make_brand(people.account, name="Night Owl 0")
    make_brand(people.account, name="Night Owl 1")
    campaign = make_campaign(owl, label="Delivery news")
    make_campaign(make_brand(people.account, name="Lark"), label="Delivery news")
    scope = people.scope(people.member)

    found = queries.campaign_search(queries.campaigns(scope), "owl delivery", queries.brands(scope))

    assert list(found) == [campaign]


def test_postgresql_answers_from_an_index_on_the_very_expression(people: People) -> None:
    """SQLite has no trigrams: there the rows of the account are read."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has trigram indexes")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    plan = Campaign.objects.filter(queries._campaign_has("zirconium")).order_by().explain()
    assert "tendlc_campaign_search" in plan
    plan = Brand.objects.filter(queries._brand_has("2015550123")).order_by().explain()
    assert "tendlc_brand_search" in plan
    assert "tendlc_brand_contact_search" in plan
    scope, words = people.scope(people.member), "political"
    make_catalogue(people.account)
    plan = queries.vetting_search(Vetting.objects.order_by(), words, scope).explain()
    assert "tendlc_vetting_search" in plan
