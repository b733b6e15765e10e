"""A word nobody knows sorts, explains and warns, and stops nobody: the whole journey with every status unknown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse

from portal.notices.models import Notice
from portal.outbox.calls import open_api
from portal.outbox.enums import OperationState as S
from tendlc.actions import check_use_case, link_numbers, submit_campaign
from tendlc.models import Brand, Campaign, NumberLink, Vetting
from tendlc.sync import walk_key
from tests.outbox.conftest import CAMPAIGN, Desk, answer_inquiries, operation_of, run
from tests.people import People, browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
THINGS = ("brand", "vetting", "campaign", "carrier", "number")


@pytest.fixture
def limbo(desk: Desk) -> Iterator[Desk]:
    """Vonage says LIMBO of everything."""
    desk.simulator.control("settings", {"words": dict.fromkeys(THINGS, "LIMBO")})
    yield desk
    desk.simulator.control("settings", {"words": dict.fromkeys(THINGS)})


def test_the_whole_journey_works_with_every_status_an_unknown_word(limbo: Desk, people: People) -> None:
    scope, browser = limbo.scope, browser_of(people.member)
    brand = limbo.brand()
    run()
    brand.refresh_from_db()
    assert (brand.state, brand.remote_status) == ("unknown", "LIMBO")
    page = browser.get(reverse("tendlc:brand", args=[scope.account.pk, brand.pk])).content.decode()
    assert reverse("tendlc:campaign_new", args=[scope.account.pk, brand.pk]) in page
    assert "LIMBO" in page

    inquiry = check_use_case(scope, brand, "ACCOUNT_NOTIFICATION", actor=scope.user)
    answer_inquiries()
    inquiry.refresh_from_db()
    assert inquiry.answer["qualified"] is True

    campaign = submit_campaign(scope, brand, CAMPAIGN, actor=scope.user)
    run()
    campaign.refresh_from_db()
    assert (operation_of(campaign).state, campaign.state) == (S.APPLIED, "unknown")
    assert {carrier.state for carrier in campaign.carriers.all()} == {"unknown"}
    page = browser.get(reverse("tendlc:campaign", args=[scope.account.pk, campaign.pk])).content.decode()
    assert reverse("tendlc:numbers_link", args=[scope.account.pk, campaign.pk]) in page

    [link] = link_numbers(scope, campaign, [("US", "14155550110")], actor=scope.user).links
    run()
    link.refresh_from_db()
    assert (operation_of(link).state, link.state, link.remote_status) == (S.APPLIED, "unknown", "LIMBO")

    limbo.simulator.control(
        "brands", {"key": limbo.api_key.key, "vettings": [{"evp_id": "AEGIS", "vetting_class": "STANDARD"}]}
    )
    assert walk_key(limbo.api_key, open_api(limbo.api_key)).ok
    for model in (Brand, Campaign, NumberLink, Vetting):
        assert set(model.objects.values_list("state", "remote_status")) == {("unknown", "LIMBO")}
    good = ("verified", "active", "linked", "approved", "scored")
    assert not [notice for notice in Notice.objects.all() if notice.kind.endswith(good)]
    for name in ("desk:home", "tendlc:brands", "tendlc:campaigns", "tendlc:numbers"):
        assert browser.get(reverse(name, args=[scope.account.pk])).status_code == 200
