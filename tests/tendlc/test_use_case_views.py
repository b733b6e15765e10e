from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from portal.accounts.models import ApiKey
from portal.outbox.inquiries import due_inquiries
from portal.outbox.models import Inquiry
from tendlc.enums import UseCase
from tendlc.models import Brand, Qualification
from tests.people import People, answers, browser_of
from tests.tendlc.builders import make_brand, make_qualification
from tests.tendlc.campaign_values import TERMS

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def brand(people: People) -> Brand:
    return make_brand(people.account, client=people.client)


def list_url(brand: Brand) -> str:
    return reverse("tendlc:use_cases", args=[brand.account_id, brand.pk])


def url(brand: Brand, use_case: str = "CUSTOMER_CARE") -> str:
    return reverse("tendlc:use_case", args=[brand.account_id, brand.pk, use_case])


def ask(people: People, brand: Brand, use_case: str = "CUSTOMER_CARE") -> Inquiry:
    browser_of(people.member).post(url(brand, use_case))
    return Inquiry.objects.get(question={"use_case": use_case})


def text_of(people: People, path: str, **headers: str) -> str:
    response = browser_of(people.member).get(path, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("page", [list_url, url])
def test_use_case_pages_are_for_those_who_may_see_the_brand(
    people: People, brand: Brand, page: object
) -> None:
    path = page(brand)  # type: ignore[operator]
    assert answers(people, path) == {
        "member": 200,
        "small": 200,
        "limited": 404,
        "stranger": 404,
        "nobody": 302,
    }


def test_asking_needs_the_right_role(people: People, brand: Brand) -> None:
    status = {
        name: browser_of(getattr(people, name)).post(url(brand)).status_code
        for name in ("member", "small", "limited", "stranger")
    }
    assert status == {"member": 302, "small": 403, "limited": 404, "stranger": 404}
    assert Inquiry.objects.count() == 1


@pytest.mark.parametrize("page", [list_url, url])
def test_an_answer_that_comes_while_the_page_is_read_is_shown_or_waited_for(
    people: People, brand: Brand, page: Callable[[Brand], str]
) -> None:
    """Whichever is read first, the question or its answer: the page never shows neither and stops asking."""
    inquiry = ask(people, brand)
    tables = {Inquiry._meta.db_table, Qualification._meta.db_table}
    read: list[str] = []

    def coming_in_between(execute: Any, sql: str, *arguments: Any) -> Any:
        result = execute(sql, *arguments)
        read.extend(table for table in tables if f'FROM "{table}"' in sql)
        if len(read) == 1 and inquiry.answered_at is None:
            inquiry.answered_at = timezone.now()
            make_qualification(brand, "CUSTOMER_CARE")
            inquiry.save()
        return result

    with connection.execute_wrapper(coming_in_between):
        shown = text_of(people, page(brand))
    assert set(read) == tables
    assert ">Qualified<" in shown or "hx-trigger" in shown.split('id="use-case-', 1)[1][:300]


def test_list_shows_all_use_cases_and_their_last_answers(people: People, brand: Brand) -> None:
    make_qualification(brand, "2FA", qualified=False, checked_at=timezone.now() - timedelta(days=2))
    make_qualification(brand, "2FA", quarterly_fee=30, annual_fee=120)
    make_qualification(brand, "POLITICAL", qualified=False)
    page = text_of(people, list_url(brand))
    for label in UseCase.labels:
        assert str(label) in page
    assert page.count("Never asked") == 18
    assert page.count(">Qualified<") == page.count(">Denied<") == 1
    assert "30 USD" in page
    assert "120 USD" in page
    assert page.count("unknown") == 38


def test_list_costs_the_same_for_any_number_of_answers(
    people: People, brand: Brand, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(people.member)
    make_qualification(brand, "2FA")
    with django_assert_num_queries(LIST_BUDGET):
        browser.get(list_url(brand), headers=FRAGMENT)
    for use_case in ("MIXED", "MARKETING", "SOCIAL"):
        make_qualification(brand, use_case)
        ask(people, brand, use_case)
    with django_assert_num_queries(LIST_BUDGET):
        browser.get(list_url(brand), headers=FRAGMENT)


# session, user, membership, brand, answers, questions
LIST_BUDGET = 6


def test_page_shows_each_carrier_and_says_what_is_not_stated(people: People, brand: Brand) -> None:
    make_qualification(brand, raw=TERMS, annual_fee=120)
    page = text_of(people, url(brand))
    for text in ("AT&amp;T", "T-Mobile", "240", "LOW", "about 30 USD", "about 120 USD", "allowed"):
        assert text in page
    assert page.count("not stated") == 12
    assert "?use_case=CUSTOMER_CARE" in page


def test_denied_use_case_says_what_to_do_and_still_lets_one_start(people: People, brand: Brand) -> None:
    make_qualification(
        brand, qualified=False, reason="The requested use case has been denied for this brand."
    )
    page = text_of(people, url(brand))
    assert "has been denied for this brand" in page
    assert "third-party vetting" in page
    assert "?use_case=CUSTOMER_CARE" in page


@pytest.mark.parametrize(
    ("state", "use_case", "said"),
    [
        ("verified", "2FA", "request third-party vetting"),
        ("verified", "LOW_VOLUME", "choose another use case, or ask"),
        ("vetted", "2FA", "The brand is vetted already."),
        ("pending", "2FA", "wait until the brand is verified"),
        ("unverified", "LOW_VOLUME", "the brand is not verified yet"),
    ],
)
def test_denied_use_case_advises_only_what_helps(
    people: People, state: str, use_case: str, said: str
) -> None:
    brand = make_brand(people.account, client=people.client, state=state)
    make_qualification(brand, use_case, qualified=False)
    page = text_of(people, url(brand, use_case))
    assert said in page
    assert ("request third-party vetting" in page) is (state == "verified" and use_case == "2FA")


def test_old_answer_is_known_to_be_asked_again(people: People, brand: Brand) -> None:
    make_qualification(brand, checked_at=timezone.now() - timedelta(hours=25))
    assert "checked again before a campaign is sent" in text_of(people, url(brand))


def test_check_is_polled_until_it_is_answered(people: People, brand: Brand) -> None:
    inquiry = ask(people, brand)
    fragment = text_of(people, url(brand), **FRAGMENT)
    assert 'id="use-case-answer"' in fragment
    assert "every 2s" in fragment
    assert "<html" not in fragment
    for shown in (fragment, text_of(people, list_url(brand))):
        assert "Asking Vonage…" in shown
    assert "Never asked" not in fragment
    make_qualification(brand)
    Inquiry.objects.filter(pk=inquiry.pk).update(answered_at=timezone.now(), answer={"qualified": True})
    assert "every 2s" not in text_of(people, url(brand), **FRAGMENT)


def test_check_from_the_list_comes_back_to_it_and_polls(people: People, brand: Brand) -> None:
    response = browser_of(people.member).post(url(brand), {"next": "list"})
    assert response["Location"] == list_url(brand)
    assert "every 3s" in text_of(people, list_url(brand))


def test_two_clicks_ask_once(people: People, brand: Brand) -> None:
    ask(people, brand)
    browser_of(people.member).post(url(brand))
    assert Inquiry.objects.count() == 1


PROBLEMS = {
    "throttled": (
        "Vonage asked us to slow down. We try again by ourselves in %(seconds)s seconds.",
        "slow down",
    ),
    "unreachable": (
        "Vonage cannot be reached. Nothing was sent; we try again by ourselves.",
        "cannot be reached",
    ),
}


@pytest.mark.parametrize("code", PROBLEMS)
def test_problem_that_may_pass_says_that_it_is_saved_and_when_it_is_tried(
    people: People, brand: Brand, code: str
) -> None:
    text_id, said = PROBLEMS[code]
    inquiry = ask(people, brand)
    problem = {"code": code, "text_id": text_id, "values": {"seconds": "20"}}
    later = timezone.now() + timedelta(minutes=20)
    Inquiry.objects.filter(pk=inquiry.pk).update(problem=problem, next_try_at=later)
    page = text_of(people, url(brand))
    assert said in page
    assert "Your question is saved. It is tried again:" in page
    assert "in 19" in page or "in 20" in page


def test_refused_key_says_that_the_question_waits_for_it(people: People, brand: Brand) -> None:
    ask(people, brand)
    ApiKey.objects.filter(pk=brand.api_key_id).update(refused_at=timezone.now())
    page = text_of(people, url(brand))
    assert "Vonage refused the API key" in page
    assert "Your question is saved" in page


def test_failed_check_says_why_and_ends_polling(people: People, brand: Brand) -> None:
    inquiry = ask(people, brand)
    problem = {
        "text_id": "Vonage has no such record, or this API key may not see it.",
        "instance": "797a8f19",
    }
    Inquiry.objects.filter(pk=inquiry.pk).update(problem=problem, answered_at=timezone.now())
    page = text_of(people, url(brand))
    assert "may not see it" in page
    assert "797a8f19" in page
    assert "every 2s" not in page
    make_qualification(brand)
    assert "may not see it" not in text_of(people, url(brand))


def test_brand_that_vonage_does_not_know_is_said_and_asks_nothing(people: People) -> None:
    brand = make_brand(people.account, client=people.client, remote_id="")
    response = browser_of(people.member).post(url(brand), follow=True)
    assert "does not know this brand yet" in response.content.decode()
    assert not Inquiry.objects.exists()


def test_words_outside_the_document_are_no_use_case(people: People, brand: Brand) -> None:
    assert browser_of(people.member).get(url(brand, "BAKING")).status_code == 404


@pytest.mark.parametrize("state", ["submitting", "pending", "unverified", "refused", "unknown"])
def test_no_state_of_the_brand_stops_a_person_from_asking(people: People, state: str) -> None:
    brand = make_brand(people.account, client=people.client, state=state)
    ask(people, brand)
    assert Inquiry.objects.count() == 1


# --- The matrix ----------------------------------------------------------------------------------


def test_matrix_shows_each_carrier_s_terms_beside_the_answer(people: People, brand: Brand) -> None:
    make_qualification(brand, raw=TERMS, annual_fee=120)
    page = text_of(people, list_url(brand))
    for text in ("AT&amp;T", "T-Mobile", "class E", "240 a minute", "LOW", "2 samples", "1 of 20 have"):
        assert text in page, text


def test_denial_is_said_with_its_reason_and_what_would_change_it(people: People, brand: Brand) -> None:
    make_qualification(brand, "MARKETING", qualified=False, reason="Only vetted brands may.")
    page = text_of(people, list_url(brand))
    assert "Only vetted brands may." in page
    assert "External vetting opens most use cases" in page


def test_chosen_use_cases_are_asked_apart_in_time(people: People, brand: Brand, settings: Settings) -> None:
    settings.INQUIRY_SPACING_SECONDS = 5
    browser = browser_of(people.member)
    for _ in range(2):  # a double click asks once
        browser.post(list_url(brand), {"use_case": ["2FA", "MIXED", "NONSENSE"], "action": "chosen"})
    first, second = Inquiry.objects.order_by("pk")
    assert [row.question["use_case"] for row in (first, second)] == ["2FA", "MIXED"]
    assert timedelta(seconds=4) < second.next_try_at - first.next_try_at < timedelta(seconds=6)


def test_the_button_of_a_row_asks_about_that_one_only(people: People, brand: Brand) -> None:
    browser_of(people.member).post(list_url(brand), {"use_case": ["2FA", "MIXED"], "only": "MARKETING"})
    assert Inquiry.objects.get().question == {"use_case": "MARKETING"}


def test_somebody_else_s_question_goes_between_many(people: People, brand: Brand, settings: Settings) -> None:
    settings.INQUIRY_SPACING_SECONDS = 60
    browser_of(people.member).post(list_url(brand), {"action": "all"})
    other = make_brand(people.account, client=people.other_client, api_key=brand.api_key)
    browser_of(people.limited).post(list_url(other), {"use_case": "2FA", "action": "chosen"})
    due = [row.object_id for row in due_inquiries(timezone.now()).order_by("next_try_at", "id")]
    assert due.count(brand.pk) == 1
    assert due.count(other.pk) == 1


def test_all_asks_only_what_has_no_young_answer(people: People, brand: Brand) -> None:
    make_qualification(brand, "2FA")
    make_qualification(brand, "MIXED", checked_at=timezone.now() - timedelta(days=3))
    browser_of(people.member).post(list_url(brand), {"action": "all"})
    asked = {row.question["use_case"] for row in Inquiry.objects.all()}
    assert len(asked) == 19
    assert "2FA" not in asked
    assert "19 questions are on their way" in text_of(people, list_url(brand))


def test_asking_about_several_needs_the_right_role(people: People, brand: Brand) -> None:
    status = {
        name: browser_of(getattr(people, name)).post(list_url(brand), {"action": "all"}).status_code
        for name in ("small", "limited", "stranger")
    }
    assert status == {"small": 403, "limited": 404, "stranger": 404}
    assert not Inquiry.objects.exists()


def test_two_use_cases_stand_side_by_side_before_one_is_chosen(people: People, brand: Brand) -> None:
    make_qualification(brand, "2FA", raw=TERMS)
    path = reverse("tendlc:use_cases_compare", args=[brand.account_id, brand.pk])
    answer = browser_of(people.member).get(path, {"use_case": ["2FA", "MIXED"]})
    page = answer.content.decode()
    assert [row.value for row in answer.context["rows"]] == ["2FA", "MIXED"]
    assert "?use_case=2FA" in page
    assert "?use_case=MIXED" in page
    assert browser_of(people.member).get(path, {"use_case": ["2FA"]}).status_code == 302
    assert answers(people, f"{path}?use_case=2FA&use_case=MIXED") == {
        "member": 200,
        "small": 200,
        "limited": 404,
        "stranger": 404,
        "nobody": 302,
    }
