from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.accounts.enums import Role
from portal.outbox.models import Inquiry, Operation
from tendlc.forms.number import MOST_AT_ONCE, NumbersForm, read_lines
from tendlc.models import Campaign, NumberLink
from tests.builders import make_membership
from tests.people import People, answers, browser_of
from tests.tendlc.builders import make_brand, make_campaign, make_number_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(people: People) -> Campaign:
    return make_campaign(make_brand(people.account))


@pytest.fixture
def member(people: People) -> Browser:
    return browser_of(people.member)


def list_path(people: People) -> str:
    return reverse("tendlc:numbers", args=[people.account.pk])


def link_path(campaign: Campaign) -> str:
    return reverse("tendlc:numbers_link", args=[campaign.account_id, campaign.pk])


def send(browser: Browser, campaign: Campaign, numbers: str, action: str = "submit", **data: Any) -> Any:
    typed = {"numbers": numbers, "country": "US", "notify": "none", "action": action}
    return browser.post(link_path(campaign), {**typed, **data}, follow=True)


def cautions_of(campaign: Campaign, numbers: str, linked: set[str] | None = None) -> set[str]:
    form = NumbersForm({"numbers": numbers, "country": "US"}, campaign=campaign)
    assert form.is_valid(), form.errors
    return {caution.code for caution in form.cautions(linked or set())}


# --- Reading what is typed -----------------------------------------------------------------------


def test_numbers_are_read_in_every_usual_writing() -> None:
    lines = read_lines(
        "(201) 555-0123\n+1 201 555 0124, 12015550125;0012015550126\r\n416-555-0134\n\n +44 20 7946 0958 ",
        "US",
    )

    assert [(line.country, line.digits) for line in lines] == [
        ("US", "12015550123"),
        ("US", "12015550124"),
        ("US", "12015550125"),
        ("US", "12015550126"),
        ("CA", "14165550134"),
        ("GB", "442079460958"),
    ]


@pytest.mark.parametrize("typed", ["abc", "12", "201 555", "+1 201 555 0123 x7", "99999999999999999999"])
def test_unreadable_number_is_a_problem_of_its_line_alone(typed: str) -> None:
    good, bad = read_lines(f"2015550123\n{typed}", "US")

    assert good.digits
    assert not good.problem
    assert (bad.place, bad.typed) == (2, typed)
    assert bad.problem


@pytest.mark.parametrize("typed", ["555-0123", "+1 555 0123"])
def test_number_without_its_area_code_is_not_sent(typed: str) -> None:
    (line,) = read_lines(typed, "US")

    assert (line.digits, line.problem) == ("", "The area code is missing.")


def test_number_that_comes_twice_is_named_at_the_second_line() -> None:
    _first, second = read_lines("2015550123, +1 201-555-0123", "US")

    assert "line 1" in second.problem


def test_form_keeps_what_was_typed_and_counts_the_wrong_lines(member: Browser, campaign: Campaign) -> None:
    page = send(member, campaign, "2015550123\nhello", "review").content.decode()

    assert "1 of 2 numbers" in page
    assert "<code>hello</code>" in page
    assert "2015550123\nhello</textarea>" in page


def test_form_takes_no_more_than_fits(campaign: Campaign) -> None:
    many = "\n".join(f"201555{number:04}" for number in range(MOST_AT_ONCE + 1))

    form = NumbersForm({"numbers": many, "country": "US"}, campaign=campaign)

    assert not form.is_valid()
    assert "at most 1000" in form.errors["numbers"][0]


def test_cautions_name_what_carriers_refuse(campaign: Campaign) -> None:
    assert cautions_of(campaign, "2015550123") == set()
    assert cautions_of(campaign, "+442079460958") == {"foreign"}
    assert cautions_of(campaign, "8005551212") == {"toll_free"}
    many = "\n".join(f"201555{number:04}" for number in range(50))
    assert cautions_of(campaign, many) == {"pool"}
    assert cautions_of(campaign, "2015550199", {f"1201555{number:04}" for number in range(49)}) == {"pool"}
    for refused in (False, "false,", "perhaps", None):
        campaign.raw = {"number_pool": refused}
        assert cautions_of(campaign, many) == {"pool"}
    campaign.raw = {"number_pool": "true,"}
    assert cautions_of(campaign, many) == set()
    campaign.raw = {"number_pool": True}
    assert cautions_of(campaign, many) == set()


@pytest.mark.parametrize("state", ["in_review", "unknown", "rejected"])
def test_campaign_that_is_not_active_is_a_caution_and_never_in_the_way(
    member: Browser, campaign: Campaign, state: str
) -> None:
    Campaign.objects.update(state=state)

    assert member.get(link_path(campaign)).status_code == 200
    send(member, campaign, "2015550123", confirmed="not_active")
    assert NumberLink.objects.count() == 1


# --- Linking -------------------------------------------------------------------------------------


def test_linking_is_for_those_who_may_link(people: People, campaign: Campaign) -> None:
    assert answers(people, link_path(campaign)) == {
        "member": 200,
        "small": 403,
        "limited": 404,
        "stranger": 404,
        "nobody": 302,
    }


def test_editor_may_link(people: People, campaign: Campaign) -> None:
    editor = make_membership(account=people.account, role=Role.EDITOR).user

    send(browser_of(editor), campaign, "2015550123")

    assert Operation.objects.get().asked_by == editor


def test_confirmation_says_what_linking_does_and_links_nothing(member: Browser, campaign: Campaign) -> None:
    page = send(member, campaign, "2015550123", "review").content.decode()

    assert "What linking does" in page
    assert "<code>12015550123</code>" in page
    assert not NumberLink.objects.exists()


def test_numbers_are_linked_and_the_list_of_the_campaign_shows_them(
    member: Browser, campaign: Campaign
) -> None:
    answer = send(member, campaign, "2015550123\n4165550134")

    assert "2 numbers are on their way" in answer.content.decode()
    assert sorted(NumberLink.objects.values_list("country", "number")) == [
        ("CA", "14165550134"),
        ("US", "12015550123"),
    ]
    assert {one.state for one in Operation.objects.all()} == {"ready"}
    assert Operation.objects.order_by("pk")[0].payload == {"country": "US", "number": "12015550123"}


def test_posting_twice_does_nothing_twice(member: Browser, campaign: Campaign) -> None:
    send(member, campaign, "2015550123")
    page = send(member, campaign, "2015550123").content.decode()

    assert "0 numbers are on their way" in page
    assert "on its way already" in page
    assert NumberLink.objects.count() == Operation.objects.count() == 1


def test_result_names_those_left_out_and_why(member: Browser, campaign: Campaign) -> None:
    make_number_link(campaign, "12015550199")

    page = send(member, campaign, "2015550123\n2015550199").content.decode()

    assert "1 number is on its way" in page
    assert "+12015550199" in page
    assert "linked to this campaign already" in page


def test_cautions_must_be_ticked(member: Browser, campaign: Campaign) -> None:
    page = send(member, campaign, "8005551212").content.decode()

    assert "Tick this if it is right" in page
    assert not NumberLink.objects.exists()
    send(member, campaign, "8005551212", confirmed="toll_free")
    assert NumberLink.objects.count() == 1


def test_linking_asks_about_mails_and_presets_nothing(member: Browser, campaign: Campaign) -> None:
    assert (
        "Choose whether you want e-mails" in send(member, campaign, "2015550123", notify="").content.decode()
    )
    assert not NumberLink.objects.exists()


@pytest.mark.parametrize("state", ["submitting", "refused"])
def test_campaign_that_is_not_on_its_way_takes_no_numbers(
    member: Browser, campaign: Campaign, state: str
) -> None:
    Campaign.objects.update(remote_id="", state=state)

    answer = send(member, campaign, "2015550123", confirmed="not_active")

    assert answer.redirect_chain[0][0] == reverse("tendlc:campaign", args=[campaign.account_id, campaign.pk])
    assert not NumberLink.objects.exists()


def test_link_page_shows_what_is_linked_now(member: Browser, campaign: Campaign) -> None:
    make_number_link(campaign, "12015550188", state="unknown", remote_status="LIMBO")

    page = member.get(link_path(campaign)).content.decode()

    assert "+12015550188" in page
    assert "<code>LIMBO</code>" in page


# --- The list ------------------------------------------------------------------------------------


def test_list_is_for_members(people: People, campaign: Campaign) -> None:
    make_number_link(campaign, "12015550188")

    assert answers(people, list_path(people)) == {
        "member": 200,
        "small": 200,
        "limited": 200,
        "stranger": 404,
        "nobody": 302,
    }
    assert "12015550188" not in browser_of(people.limited).get(list_path(people)).content.decode()


def test_choice_of_campaign_is_for_those_who_may_link(people: People, campaign: Campaign) -> None:
    path = f"{list_path(people)}?choose=campaign"

    assert answers(people, path) == {
        "member": 200,
        "small": 403,
        "limited": 200,
        "stranger": 404,
        "nobody": 302,
    }
    assert link_path(campaign) in browser_of(people.member).get(path).content.decode()
    assert link_path(campaign) not in browser_of(people.limited).get(path).content.decode()


def test_list_finds_and_filters(member: Browser, people: People, campaign: Campaign) -> None:
    make_number_link(campaign, "12015550111", state="linked")
    other = make_campaign(make_brand(people.account), label="Recalls")
    make_number_link(other, "12015550222", state="rejected")

    def found(query: str) -> list[str]:
        return [row.number for row in member.get(f"{list_path(people)}?{query}").context["page"].rows]

    assert found("order=number") == ["12015550111", "12015550222"]
    assert found("q=555-0222") == ["12015550222"]
    assert found("q=recalls") == ["12015550222"]
    assert found("state=linked") == ["12015550111"]
    assert found(f"campaign={campaign.pk}") == ["12015550111"]
    assert found("campaign=nonsense&state=x") == ["12015550222", "12015550111"]


@pytest.mark.parametrize("state", ["refused", "rejected"])
def test_number_that_was_not_linked_can_be_linked_again(
    member: Browser, people: People, campaign: Campaign, state: str
) -> None:
    link = make_number_link(campaign, state=state)
    again = f"{link_path(campaign)}?number={link.number}"
    for path in (list_path(people), reverse("tendlc:campaign", args=[campaign.account_id, campaign.pk])):
        page = member.get(path).content.decode()
        assert f'<a href="{again}">Link again' in page
        assert "then link the number again" in page
    assert link.number in member.get(again).content.decode()


def test_list_polls_only_while_a_number_moves(member: Browser, people: People, campaign: Campaign) -> None:
    link = make_number_link(campaign, state="linked")

    assert "every 5s" not in member.get(list_path(people)).content.decode()
    NumberLink.objects.filter(pk=link.pk).update(state="pending")
    assert "every 5s" in member.get(list_path(people)).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_queries_for_any_number_of_rows(
    member: Browser,
    people: People,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _row in range(rows):
        make_number_link(make_campaign(make_brand(people.account)))
    member.get(list_path(people))

    with django_assert_num_queries(LIST_QUERIES):
        member.get(list_path(people))


LIST_QUERIES = 8


def test_sync_is_for_those_who_see_the_number(people: People, campaign: Campaign) -> None:
    link = make_number_link(campaign)
    path = reverse("tendlc:number_sync", args=[people.account.pk, link.pk])

    answered = {
        name: browser_of(getattr(people, name)).post(path).status_code
        for name in ("member", "small", "limited", "stranger")
    }

    assert answered == {"member": 302, "small": 302, "limited": 404, "stranger": 404}
    assert Inquiry.objects.count() == 1
