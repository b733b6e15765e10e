"""Very many records taken in together leave what they would leave one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import models
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import Account
from portal.history.models import Change, Refusal
from portal.notices.models import Notice
from tendlc import wire
from tendlc.models import Brand, Campaign, CampaignCarrier, NumberLink, Vetting
from tendlc.sync import Seen
from tendlc.sync.bulk import BRANDS, CAMPAIGNS, NUMBERS, VETTINGS, Heard, Kind, absorb_all
from tests.builders import make_account, make_api_key
from tests.tendlc.builders import make_brand, make_campaign, make_number_link

pytestmark = pytest.mark.django_db
MNO = [
    {"network_id": "10017", "mno": "AT&T", "status": "REJECTED"},
    {"mno": "T-Mobile", "status": "APPROVED"},
]
JUNK: dict[str, Any] = {"status": ["?"], "label": 7, "mno_metadata": [{}, MNO[0], MNO[0]], "reasons": ["why"]}
RECORDS: dict[str, list[Any]] = {
    "brands": [
        wire.Brand.from_json({"brand_id": f"B{n}", "status": "UNVERIFIED", "ein": "20-1234567", "x": [n]})
        for n in range(3)
    ],
    "vettings": [
        wire.Vetting.from_json({"vetting_id": f"V{n}", "vetting_status": "ACTIVE", "vetting_score": 0})
        for n in range(3)
    ],
    "campaigns": [
        *(
            wire.Campaign.from_json({"campaign_id": f"C{n}", "status": "REJECTED", "mno_metadata": MNO})
            for n in range(3)
        ),
        wire.Campaign.from_json({"campaign_id": "C9", **JUNK}),
    ],
    "numbers": [
        wire.NumberLink.from_json({"number": f"+1 202 555 {n:04d}", "status": "LINKED"}) for n in range(3)
    ],
}
KINDS: dict[str, Kind] = {"brands": BRANDS, "vettings": VETTINGS, "campaigns": CAMPAIGNS, "numbers": NUMBERS}
OWN = {"id", "account_id", "client_id", "api_key_id", "brand_id", "campaign_id", "created_at", "updated_at"}
SEEN = Seen(timezone.now())


def heard(kind: Kind, account: Account, records: Sequence[Any], seen: Seen = SEEN) -> list[Heard]:
    """Below a parent of the account that is made for it."""
    parent: Any = make_api_key(account)
    if kind is not BRANDS:
        parent = make_brand(account, api_key=parent)
    if kind is NUMBERS:
        parent = make_campaign(parent)
    return [Heard(record, parent, seen) for record in records]


def told(model: type[models.Model], account: Account, **where: Any) -> list[dict[str, Any]]:
    rows = model._default_manager.filter(account=account, **where).order_by("pk").values()
    return [{name: value for name, value in row.items() if name not in OWN | {"object_id"}} for row in rows]


@pytest.mark.parametrize("name", RECORDS)
def test_together_is_as_one_by_one(name: str) -> None:
    kind, records = KINDS[name], RECORDS[name]
    together, alone = make_account("Same"), make_account("Same")
    absorb_all(kind, heard(kind, together, records))
    for one in heard(kind, alone, records):
        kind.absorb(one)
    wanted = {"remote_id__in": [kind.identify(record) for record in records]}
    assert told(kind.model, together, **wanted) == told(kind.model, alone, **wanted)
    assert len(told(kind.model, together, **wanted)) == len(records)
    for model in (CampaignCarrier, Change, Refusal):
        assert sorted(map(str, told(model, together))) == sorted(map(str, told(model, alone)))
    assert not Notice.objects.exists()


@pytest.mark.parametrize(("name", "queries"), [("brands", 6), ("vettings", 5), ("numbers", 5)])
def test_new_ones_cost_the_same_however_many(
    name: str, queries: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    kind = KINDS[name]
    listed = heard(kind, make_account(), RECORDS[name])
    with django_assert_max_num_queries(queries):
        absorb_all(kind, listed)


@pytest.mark.parametrize("name", RECORDS)
def test_what_came_as_it_was_is_only_stamped(
    name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kind = KINDS[name]
    listed = heard(kind, make_account(), RECORDS[name][:3])
    absorb_all(kind, listed)
    later = Seen(SEEN.asked_at + timedelta(minutes=5))
    with django_assert_num_queries(2):
        taken = absorb_all(kind, [one._replace(seen=later) for one in listed])
    assert all(one.unchanged for one in taken)
    rows: Any = kind.model._default_manager
    assert {row.seen_at for row in rows.filter(pk__in=[one.pk for one in taken])} == {later.asked_at}


def test_a_stamp_is_never_later_than_the_question() -> None:
    listed = heard(BRANDS, make_account(), RECORDS["brands"])
    absorb_all(BRANDS, listed)
    start = (SEEN.asked_at + timedelta(minutes=5)).replace(microsecond=0)
    asked = [start + timedelta(seconds=seconds) for seconds in (0.1, 0.7, 2)]
    absorb_all(BRANDS, [one._replace(seen=Seen(at)) for one, at in zip(listed, asked, strict=True)])
    seen = list(Brand.objects.order_by("pk").values_list("seen_at", flat=True))
    assert seen == [asked[0], asked[0], asked[2]]


def test_a_row_of_which_we_know_later_news_keeps_them() -> None:
    [listed, *_more] = heard(CAMPAIGNS, make_account(), RECORDS["campaigns"])
    campaign = make_campaign(listed.parent, remote_id="C0", seen_at=SEEN.asked_at + timedelta(seconds=1))
    [taken] = absorb_all(CAMPAIGNS, [listed])
    campaign.refresh_from_db()
    assert (taken.pk, campaign.state) == (campaign.pk, "active")


def test_a_number_on_its_way_becomes_the_row_that_asked_for_it() -> None:
    [listed, *_more] = heard(NUMBERS, make_account(), RECORDS["numbers"])
    row = make_number_link(listed.parent, "12025550000", state="submitting", remote_id="", seen_at=None)
    [taken] = absorb_all(NUMBERS, [listed])
    row.refresh_from_db()
    assert (taken.pk, row.state, row.remote_id) == (row.pk, "linked", "12025550000")
    assert NumberLink.objects.count() == 1


def test_one_that_the_database_refuses_does_not_spoil_the_others() -> None:
    """The same vetting below two brands of one read: together they break a rule, one after the other they do not."""
    account = make_account()
    record = RECORDS["vettings"][0]
    brands = [make_brand(account), make_brand(account)]
    taken = absorb_all(VETTINGS, [Heard(record, brand, SEEN) for brand in brands])
    assert taken[0].pk == taken[1].pk
    assert (Vetting.objects.count(), Campaign.objects.count()) == (1, 0)
