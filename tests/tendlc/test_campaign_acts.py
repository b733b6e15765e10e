"""What may be done with a campaign, and why the rest may not: the card beside its story."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tendlc.models import Campaign
from tests.people import People, browser_of
from tests.tendlc.builders import make_brand, make_campaign

pytestmark = pytest.mark.django_db


def card(people: People, person: str, campaign: Campaign) -> str:
    """The card without its markup."""
    url = reverse("tendlc:campaign", args=[campaign.account_id, campaign.pk])
    page = browser_of(getattr(people, person)).get(url).content.decode()
    found = re.search(r'aria-labelledby="acts".*?</section>', page, re.DOTALL)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^a][^>]*>", "", found[0]))


def test_live_campaign_can_be_edited_linked_copied_and_stopped(people: People) -> None:
    text = card(people, "member", make_campaign(make_brand(people.account), state="active"))
    for name in ("campaign_edit", "numbers_link", "campaign_copy", "template_save", "campaign_stop"):
        assert reverse(f"tendlc:{name}", args=[people.account.pk, Campaign.objects.get().pk]) in text


def test_stopped_campaign_says_why_it_cannot_be_edited_and_can_be_copied(people: People) -> None:
    text = card(people, "member", make_campaign(make_brand(people.account), state="stopped"))
    assert text.count("The campaign has ended. A copy can be submitted as a new one.") == 2
    assert '/numbers/">Link numbers' in text
    assert '/copy/">Copy' in text


def test_too_small_a_role_is_told_so(people: People) -> None:
    text = card(people, "small", make_campaign(make_brand(people.account), state="active"))
    assert text.count("Your role may not do this; an admin can change it.") == 5
