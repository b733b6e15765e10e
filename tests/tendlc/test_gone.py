"""What is not at Vonage any more says so on every page, and nothing is asked of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from portal.history.actions import note_change
from portal.history.enums import Source
from portal.outbox.models import Inquiry, Operation
from tendlc import actions
from tendlc.enums import Axis
from tendlc.models import Brand, Campaign, NumberLink, Vetting
from tendlc.sync import Seen, absorb_brand, absorb_deleted_brand
from tendlc.wire import Brand as BrandRecord
from tests.people import People, browser_of
from tests.tendlc.builders import make_brand, make_campaign, make_number_link, make_vetting

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(people: People) -> Browser:
    return browser_of(people.member)


@pytest.fixture
def link(people: People) -> NumberLink:
    """A number of a campaign of a brand, all of them in good order until the brand was deleted."""
    brand = make_brand(people.account, name="Closed Bakery")
    make_vetting(brand, state="pending")
    link = make_number_link(make_campaign(brand), "12015550123")
    absorb_deleted_brand(brand, seen=Seen.now())
    return NumberLink.objects.select_related("campaign__brand").get(pk=link.pk)


def path(row: Brand | Campaign | NumberLink, name: str = "") -> str:
    page = name or str(row._meta.model_name).removesuffix("link")
    return reverse(f"tendlc:{page}", args=[row.account_id, row.pk])


def text(browser: Browser, where: str) -> str:
    return " ".join(browser.get(where, follow=True).content.decode().split())


# --- Pages ---------------------------------------------------------------------------------------


def test_number_of_a_deleted_brand_is_not_said_to_send(member: Browser, link: NumberLink) -> None:
    page = text(member, path(link))
    assert "This link is not at Vonage any more" in page
    assert "can send for this campaign" not in page
    assert "Link again: The campaign is not at Vonage any more." in page
    assert "every 3s" not in page


def test_campaign_of_a_deleted_brand_is_not_said_to_be_active(member: Browser, link: NumberLink) -> None:
    page = text(member, path(link.campaign))
    assert "It is not at Vonage any more, so no number sends for it." in page
    assert "Link the numbers it will send from" not in page
    assert path(link.campaign, "numbers_link") not in page
    assert page.count("A copy can be submitted as a new one.") == 3  # edit, link, stop


@pytest.mark.parametrize("state", ["in_review", "rejected"])
def test_gone_campaign_is_not_watched_and_not_corrected(
    member: Browser, link: NumberLink, state: str
) -> None:
    Campaign.objects.update(state=state)
    page = text(member, path(link.campaign))
    assert "every 3s" not in page
    assert path(link.campaign, "campaign_edit") not in page


def test_deleted_brand_says_what_to_do_and_its_vetting_is_not_waited_for(
    member: Browser, link: NumberLink
) -> None:
    page = text(member, path(link.campaign.brand))
    assert "register the company as a new brand" in page
    assert "list any more, so it counts no longer" in page
    assert "Answer the provider if it writes" not in page
    assert "every 3s" not in page


def test_use_cases_of_a_deleted_brand_can_be_read_and_not_asked_for(
    member: Browser, link: NumberLink
) -> None:
    where = path(link.campaign.brand, "use_cases")
    assert "nothing can be asked of it. Below stands" in text(member, where)
    answer = member.post(where, {"action": "all"}, follow=True)
    assert "nothing can be asked of it." in answer.content.decode()
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("campaign_edit", "Vonage does not have this campaign"),
        ("campaign_stop", "Vonage does not have this campaign"),
        ("numbers_link", "no number can be linked to it"),
    ],
)
def test_forms_of_a_gone_campaign_lead_back_and_say_why(
    member: Browser, link: NumberLink, name: str, said: str
) -> None:
    assert said in text(member, path(link.campaign, name))


# --- Acts ----------------------------------------------------------------------------------------

ACTS: dict[str, Callable[[People, NumberLink], object]] = {
    "edit": lambda people, link: actions.edit_campaign(
        people.scope(people.member), link.campaign, {"label": "Other"}, actor=people.member
    ),
    "stop": lambda people, link: actions.stop_campaign(
        people.scope(people.member), link.campaign, actor=people.member
    ),
    "link": lambda people, link: actions.link_numbers(
        people.scope(people.member), link.campaign, [("US", "12015550199")], actor=people.member
    ),
    "use case": lambda people, link: actions.check_use_case(
        people.scope(people.member), link.campaign.brand, "MARKETING", actor=people.member
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_asked_of_what_is_gone(people: People, link: NumberLink, act: str) -> None:
    with pytest.raises(actions.NotNow):
        ACTS[act](people, link)
    assert not Operation.objects.exists()
    assert not Inquiry.objects.exists()


# --- Lists ---------------------------------------------------------------------------------------

THINGS = {"brands": "verified", "vettings": "pending", "campaigns": "active", "numbers": "linked"}


def found(member: Browser, people: People, thing: str, state: str) -> list[int]:
    page = reverse(f"tendlc:{thing}", args=[people.account.pk])
    return [row.pk for row in member.get(page, {"state": state}).context["page"].rows]


@pytest.fixture
def there(people: People) -> dict[str, int]:
    """One of everything that Vonage still has, by the list it is in."""
    brand = make_brand(people.account, name="Open Bakery")
    vetting, campaign = make_vetting(brand, state="pending"), make_campaign(brand)
    number = make_number_link(campaign, "12015550177")
    return {"brands": brand.pk, "vettings": vetting.pk, "campaigns": campaign.pk, "numbers": number.pk}


@pytest.mark.parametrize("thing", THINGS)
def test_gone_rows_are_in_no_state_and_have_a_choice_of_their_own(
    member: Browser, people: People, link: NumberLink, there: dict[str, int], thing: str
) -> None:
    assert len(found(member, people, thing, "")) == 2
    assert found(member, people, thing, THINGS[thing]) == [there[thing]]
    [gone] = found(member, people, thing, "gone")
    assert gone != there[thing]


def do(member: Browser, people: People, thing: str, deed: str, **data: str) -> str:
    where = reverse("tendlc:many", args=[people.account.pk, thing])
    body = {"deed": deed, "which": "whole", "confirmed": "on", **data}
    return " ".join(member.post(where, body, follow=True).content.decode().split())


@pytest.mark.parametrize("thing", THINGS)
def test_vonage_is_not_asked_for_gone_rows_of_many(
    member: Browser, people: People, link: NumberLink, there: dict[str, int], thing: str
) -> None:
    page = do(member, people, thing, "sync")
    assert [one.object_id for one in Inquiry.objects.all()] == [there[thing]]
    assert "1 question is saved." in page
    assert "1 row was left out: Vonage does not have it, or not any more." in page


def test_use_case_is_not_asked_for_gone_brands_of_many(
    member: Browser, people: People, link: NumberLink
) -> None:
    page = do(member, people, "brands", "use_case", value="MARKETING")
    assert not Inquiry.objects.exists()
    assert "1 row was left out" in page
    assert "Done for" not in page


@pytest.mark.parametrize("thing", THINGS)
def test_export_says_since_when_a_row_is_gone(
    member: Browser, people: People, link: NumberLink, there: dict[str, int], thing: str
) -> None:
    where = reverse("tendlc:many", args=[people.account.pk, thing])
    answer = member.post(where, {"deed": "csv", "which": "whole"})
    content = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    gone = link.campaign.brand.gone_at
    assert gone is not None
    assert sorted(row["gone_at"] for row in rows) == ["", gone.isoformat()]


# --- What happened -------------------------------------------------------------------------------


def test_deletion_is_told_as_such_and_not_as_the_state_seen_last(
    member: Browser, people: People, link: NumberLink
) -> None:
    brand = link.campaign.brand
    moment = member.get(path(brand)).context["timeline"][0]
    assert (moment.label, moment.colour, moment.reason) == ("No longer at Vonage", "orange", "")
    assert moment.label_before == "Verified"
    seen = member.get(reverse("desk:home", args=[people.account.pk])).context["summary"].changes[0]
    assert (seen.name, seen.text, seen.colour, seen.path) == (
        "Closed Bakery",
        "No longer at Vonage",
        "orange",
        path(brand),
    )


def test_return_is_told_as_such(member: Browser, link: NumberLink) -> None:
    brand = link.campaign.brand
    record = BrandRecord.from_json({**brand.wished, "brand_id": brand.remote_id, "status": "VERIFIED"})
    absorb_brand(record, api_key=brand.api_key, seen=Seen.now())
    moment = member.get(path(brand)).context["timeline"][0]
    assert (moment.label, moment.colour, moment.reason) == ("At Vonage again", "azure", "")


def test_reason_that_vonage_gave_for_a_new_state_stays_a_reason(member: Browser, people: People) -> None:
    brand = make_brand(people.account)
    note_change(
        brand,
        axis=Axis.BRAND,
        before=("pending", "PENDING"),
        after=("verified", "VERIFIED"),
        seen_at=timezone.now(),
        not_before=None,
        reason="gone",
        source=Source.SYNC,
    )
    moment = member.get(path(brand)).context["timeline"][0]
    assert (moment.label, moment.reason) == ("Verified", "gone")


def test_all_that_hung_on_a_deleted_brand_is_marked(link: NumberLink) -> None:
    for model in (Vetting, Campaign, NumberLink):
        assert not model._default_manager.filter(gone_at=None).exists()
