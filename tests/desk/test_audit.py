"""The audit page: who sees it, what it filters, how it pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.accounts import actions
from portal.history.actions import record
from portal.history.models import AuditEntry
from tests.people import People, answers, browser_of

pytestmark = pytest.mark.django_db


def page(people: People, who: str = "member", **query: Any) -> Any:
    return browser_of(getattr(people, who)).get(reverse("desk:audit", args=[people.account.pk]), query)


def seen(answer: Any) -> list[str]:
    return [entry.action for entry, _ in answer.context["rows"]]


def note(people: People, action: str, obj: Any = None, **values: Any) -> AuditEntry:
    return record(action, obj or people.other_client, actor=values.pop("actor", people.member), **values)


def test_audit_is_for_those_who_may_see_it(people: People) -> None:
    expected = {"member": 200, "small": 403, "limited": 200, "stranger": 404, "nobody": 302}

    assert answers(people, reverse("desk:audit", args=[people.account.pk])) == expected


def test_audit_shows_a_change_as_before_and_after(people: People) -> None:
    member = people.small.memberships.get()
    actions.change_member(
        people.scope(people.member), member, role="editor", clients=None, actor=people.member
    )

    text = page(people).content.decode()

    assert "Changed a member&#x27;s role or clients" in text
    assert "before: </span>viewer</del>" in text
    assert "after: </span>editor</ins>" in text


def test_audit_is_newest_first_and_of_this_account_only(people: People) -> None:
    note(people, "first.thing")
    note(people, "second.thing")
    record("foreign.thing", people.stranger_account, actor=None, account_id=people.stranger_account.pk)

    assert seen(page(people)) == ["second.thing", "first.thing"]


def test_audit_of_a_limited_member_holds_their_clients_only(people: People) -> None:
    entry = note(people, "account.thing")
    AuditEntry.objects.create(
        account=people.account, client=people.other_client, action="theirs", object_type="x.y", object_id=1
    )
    AuditEntry.objects.create(
        account=people.account, client=people.client, action="not.theirs", object_type="x.y", object_id=2
    )

    answer = page(people, "limited")

    assert seen(answer) == ["theirs"]
    assert entry.client_id is None
    assert "not.theirs" not in answer.content.decode()


def test_audit_filters_by_person_action_kind_and_object(people: People) -> None:
    note(people, "client.seen")
    note(people, "account.seen", people.account, account_id=people.account.pk)
    note(people, "client.done", people.client, actor=people.small)

    assert seen(page(people, actor=people.small.pk)) == ["client.done"]
    assert seen(page(people, action="client.seen")) == ["client.seen"]
    assert seen(page(people, object_type="accounts.account")) == ["account.seen"]
    assert seen(page(people, object_type="accounts.client", object_id=people.client.pk)) == ["client.done"]
    assert seen(page(people, object_name="zebra")) == ["client.seen"]


def test_audit_filters_by_dates_that_include_both_ends(people: People) -> None:
    note(people, "today.thing")
    today = timezone.now().date()
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)

    assert seen(page(people, since=today, until=today)) == ["today.thing"]
    assert seen(page(people, since=tomorrow)) == []
    assert seen(page(people, until=yesterday)) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [({"since": "never"}, "since"), ({"actor": "0"}, "actor"), ({"object_id": "x"}, "object_id")],
)
def test_audit_says_which_filter_it_cannot_read(people: People, query: dict[str, str], field: str) -> None:
    note(people, "any.thing")

    answer = page(people, **query)

    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert seen(answer) == []


def test_audit_offers_only_people_who_did_something_here(people: People) -> None:
    note(people, "any.thing")
    record(
        "foreign.thing", people.stranger_account, actor=people.stranger, account_id=people.stranger_account.pk
    )

    assert list(page(people).context["form"].fields["actor"].queryset) == [people.member]


def test_audit_pages_through_everything_once(people: People) -> None:
    for number in range(60):
        note(people, f"thing.n{number:02}")

    first = page(people)
    second = page(people, after=first.context["page"].next)
    third = page(people, after=second.context["page"].next)

    assert seen(first) + seen(second) + seen(third) == [
        f"thing.n{number:02}" for number in reversed(range(60))
    ]
    assert (first.context["page"].previous, third.context["page"].next) == ("", "")


def test_audit_paging_keeps_the_filters(people: People) -> None:
    for _ in range(30):
        note(people, "same.thing")

    text = page(people, action="same.thing").content.decode()

    assert "?action=same.thing&amp;after=" in text


def test_audit_answers_htmx_with_the_list_alone(people: People) -> None:
    note(people, "any.thing")
    path = reverse("desk:audit", args=[people.account.pk])

    text = browser_of(people.member).get(path, headers={"HX-Request": "true"}).content.decode()

    assert text.strip().startswith('<div id="audit-list">')
    assert "<html" not in text


@pytest.mark.parametrize("rows", [1, 25])
def test_audit_costs_the_same_for_few_and_many(
    people: People, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        note(people, f"thing.n{number}")
    browser, path = browser_of(people.member), reverse("desk:audit", args=[people.account.pk])

    # session, user, membership, page, count, three lists of choices, switcher of the shell
    with django_assert_num_queries(9):
        browser.get(path)
