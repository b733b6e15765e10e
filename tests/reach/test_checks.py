"""Asking for a look, doing it in the background, and showing what was found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.reach import checking, queries
from portal.reach.actions import ask_check
from portal.reach.checking import check_due
from portal.reach.enums import Outcome
from portal.reach.models import ReachCheck
from portal.reach.queries import latest_checks
from portal.reach.syntax import MAX_URL
from portal.reach.tasks import check
from tests.builders import make_account, make_user, self_client
from tests.people import People, browser_of
from tests.reach.web import Website, redirect

pytestmark = pytest.mark.django_db
URL = "https://good.org/privacy"
PLAIN = "http://good.org/privacy"


def ask(people: People, url: str = URL) -> ReachCheck:
    return ask_check(people.account, people.client, url)


def test_ask_does_not_repeat_what_waits_or_is_fresh(people: People, website: Website) -> None:
    first = ask(people, PLAIN)
    assert ask(people, f" {PLAIN} ") == first
    check_due(website.network())
    assert ask(people, PLAIN) == first

    ReachCheck.objects.update(checked_at=timezone.now() - queries.FRESH - timedelta(minutes=1))
    assert ask(people, PLAIN) != first
    assert ReachCheck.objects.count() == 2


def test_a_long_address_in_another_script_gets_its_result(people: People, website: Website) -> None:
    """As it travels it is longer than what was typed, and than the column, which PostgreSQL does not forgive."""
    long, short = ask(people, f"{PLAIN}/{'ä' * 500}"), ask(people, PLAIN)
    check_due(website.network())
    long.refresh_from_db()
    short.refresh_from_db()
    assert long.outcome
    assert len(long.final_url) <= MAX_URL
    assert short.outcome == Outcome.PAGE


def test_ask_keeps_accounts_and_clients_apart(people: People) -> None:
    elsewhere = make_account()

    rows = {ask(people), ask_check(people.account, people.other_client, URL)}
    rows |= {ask_check(elsewhere, self_client(elsewhere), URL)}
    assert len(rows) == 3


def test_same_page_cannot_wait_twice(people: People) -> None:
    ask(people)

    with pytest.raises(IntegrityError), transaction.atomic():
        ReachCheck.objects.create(account=people.account, client=people.client, url=URL)


def test_check_due_stores_what_was_found(people: People, website: Website) -> None:
    website.answers["/privacy"] = redirect("/privacy/en", 301)
    website.answers["/privacy/en"] = b"HTTP/1.1 404 Not Found\r\n\r\n"
    ask(people, PLAIN)

    assert check_due(website.network()) == 1
    assert check_due(website.network()) == 0
    row = ReachCheck.objects.get()
    assert (row.outcome, row.http_code, row.final_url) == (Outcome.MISSING, 404, f"{PLAIN}/en")
    assert row.checked_at is not None
    assert (row.is_fine, row.was_redirected) == (False, True)


def test_check_due_goes_on_after_a_page_that_is_none(people: People, website: Website) -> None:
    for url in ("http://127.0.0.1/", PLAIN):
        ask(people, url)

    assert check_due(website.network()) == 2
    assert list(ReachCheck.objects.order_by("pk").values_list("outcome", flat=True)) == [
        Outcome.BAD_ADDRESS,
        Outcome.PAGE,
    ]


def test_look_that_somebody_took_is_left_to_them_until_they_are_gone(
    people: People, website: Website
) -> None:
    ask(people, PLAIN)
    now = timezone.now()
    ReachCheck.objects.update(taken_at=now)
    assert check_due(website.network()) == 0

    ReachCheck.objects.update(taken_at=now - queries.CLAIM_EXPIRES - timedelta(seconds=1))
    assert check_due(website.network()) == 1


def test_look_that_was_taken_over_meanwhile_is_not_stored_twice(people: People, website: Website) -> None:
    row = ask(people, PLAIN)

    def resolve(*_: object) -> list[str]:
        ReachCheck.objects.update(taken_at=timezone.now() + timedelta(seconds=9))
        return ["93.184.215.14"]

    assert check_due(website.network(resolve=resolve)) == 0
    row.refresh_from_db()
    assert row.checked_at is None


def test_check_due_ends_a_long_pass(
    people: People, website: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "PASS_SECONDS", -1.0)
    ask(people, PLAIN)

    assert check_due(website.network()) == 0


def test_task_is_in_the_schedule_and_runs(people: People) -> None:
    ask(people, "http://127.0.0.1/")

    check()

    assert ReachCheck.objects.get().outcome == Outcome.BAD_ADDRESS
    assert "reach.check" in [entry["task"] for entry in django_settings.CELERY_BEAT_SCHEDULE.values()]


def test_latest_checks_answers_the_newest_of_each_in_one_query(people: People, website: Website) -> None:
    old = ask(people, PLAIN)
    check_due(website.network())
    ReachCheck.objects.update(checked_at=timezone.now() - 2 * queries.FRESH)
    new = ask(people, PLAIN)
    other = ask(people)
    elsewhere = make_account()
    ask_check(elsewhere, self_client(elsewhere), "https://third.org/")

    with CaptureQueriesContext(connection) as asked:
        found = latest_checks(people.account, [PLAIN, URL, "https://third.org/", "https://never.org/"])
    assert found == {PLAIN: new, URL: other}
    assert old != new
    assert len(asked) == 1


def shown(**fields: Any) -> str:
    check = ReachCheck(url=URL, **fields)
    return " ".join(render_to_string("components/_reach.html", {"check": check}).split())


def test_hint_says_what_was_found_and_when() -> None:
    at = timezone.now()

    assert render_to_string("components/_reach.html", {"check": None}).strip() == ""
    assert "is being looked at" in shown()
    fine = shown(outcome=Outcome.PAGE, http_code=200, checked_at=at, final_url=f"{URL}/")
    assert "The page answers." in fine
    assert "<time" in fine
    assert "It leads to" not in fine
    assert "hint only" not in fine
    moved = shown(outcome=Outcome.PAGE, checked_at=at, final_url="https://good.org/login?<b>")
    assert "https://good.org/login?&lt;b&gt;" in moved
    gone = shown(outcome=Outcome.MISSING, http_code=404, checked_at=at, final_url=URL)
    assert "(HTTP 404)" in gone
    assert "hint only" in gone
    warned = shown(outcome=Outcome.BAD_CERTIFICATE, certificate_problem="expired", checked_at=at)
    assert "(expired)" in warned


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_a_sentence(outcome: Outcome) -> None:
    assert str(outcome.label).endswith(".")
    assert outcome.is_fine is (outcome is Outcome.PAGE)


def test_admin_shows_checks_and_changes_nothing(people: People) -> None:
    row = ask(people)
    browser = browser_of(make_user(is_staff=True, is_superuser=True))

    found = browser.get(reverse("admin:reach_reachcheck_changelist"), {"q": "good"}).content.decode()
    assert URL in found
    page = reverse("admin:reach_reachcheck_change", args=[row.pk])
    assert browser.get(page).status_code == 200
    assert browser.post(page, {"url": "https://other.org"}).status_code == 403
    assert browser.get(reverse("admin:reach_reachcheck_add")).status_code == 403
