"""Testing and reading a key, as whoever asked sees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.accounts.models import ApiKey
from portal.outbox import locks
from portal.outbox.keys import note_key
from portal.outbox.models import Inquiry
from portal.vonage.problems import Unauthorized
from tests.outbox.conftest import Desk, answer_inquiries
from tests.people import People, browser_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


# --- Reads for a key -----------------------------------------------------------------------------


def key_path(name: str, key: ApiKey) -> str:
    return reverse(f"outbox:{name}", args=[key.account_id, key.pk])


@pytest.mark.parametrize("name", ["key_test", "key_sync"])
def test_keys_are_asked_by_those_who_manage_them(people: People, desk: Desk, name: str) -> None:
    path = key_path(name, desk.api_key)

    found = {
        who: browser_of(getattr(people, who)).post(path).status_code
        for who in ("small", "limited", "stranger")
    }

    assert found == {"small": 403, "limited": 403, "stranger": 404}
    assert browser_of(people.member).get(path).status_code == 405
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize("name", ["key_test", "key_sync"])
def test_result_has_a_page_for_whoever_asked_without_scripts(people: People, desk: Desk, name: str) -> None:
    browser = browser_of(people.member)

    answer = browser.post(key_path(name, desk.api_key), follow=True)

    assert answer.status_code == 200
    assert "Look again" in answer.content.decode()
    answer_inquiries()
    later = browser.get(answer.redirect_chain[-1][0]).content.decode()
    assert "Look again" not in later
    assert "Back to the API keys" in later


def polled(people: People, desk: Desk, name: str) -> tuple[str, Callable[[], str]]:
    """The fragment a click brings, and what asks for it again."""
    browser = browser_of(people.member)
    first = browser.post(key_path(name, desk.api_key), headers=HTMX).content.decode()
    path = reverse("outbox:inquiry", args=[people.account.pk, Inquiry.objects.get().pk])
    return first, lambda: " ".join(browser.get(path, headers=HTMX).content.decode().split())


def test_key_test_is_polled_until_it_works(people: People, desk: Desk) -> None:
    first, again = polled(people, desk, "key_test")

    assert "every 2s" in first
    assert "Asking Vonage" in again()
    answer_inquiries()
    assert "every 2s" not in again()
    assert "Works" in again()


def test_key_test_says_what_is_wrong(people: People, desk: Desk) -> None:
    desk.fault("list_brands", "status", when="before", code=401)
    _first, again = polled(people, desk, "key_test")

    answer_inquiries()

    assert "Failed" in again()
    assert "Works" not in again()


def test_sync_of_a_key_says_how_much_was_read(people: People, desk: Desk, settings: Settings) -> None:
    desk.registered_brand()
    locks.forget()
    _first, again = polled(people, desk, "key_sync")

    assert "you may leave this page" in again()
    answer_inquiries()
    assert "1 object read," in again()
    assert "Synced" in again()


def test_sync_that_is_incomplete_says_that_nothing_was_taken_for_gone(people: People, desk: Desk) -> None:
    desk.registered_brand()
    desk.fault("list_campaigns", "status", when="before", count=50, code=500)
    _first, again = polled(people, desk, "key_sync")

    answer_inquiries()

    assert "Incomplete" in again()
    assert "nothing was taken for gone" in again()


def test_sync_with_a_refused_key_waits_and_says_so(people: People, desk: Desk) -> None:
    _first, again = polled(people, desk, "key_sync")
    ApiKey.objects.update(refused_at=timezone.now())

    answer_inquiries()

    assert "nothing is read with it" in again()


def test_keys_page_offers_both(people: People, desk: Desk) -> None:
    keys = reverse("account:keys", args=[people.account.pk])

    shown = browser_of(people.member).get(keys).content.decode()

    assert key_path("key_test", desk.api_key) in shown
    assert key_path("key_sync", desk.api_key) in shown
    assert key_path("key_sync", desk.api_key) not in browser_of(people.small).get(keys).content.decode()


def test_a_no_to_the_old_secret_does_not_refuse_the_new_one(desk: Desk) -> None:
    """A walk that goes on with what it read before the secret was replaced is answered 401 once that is revoked."""
    stale = ApiKey.objects.get(pk=desk.api_key.pk)
    renewed = ApiKey.objects.get(pk=desk.api_key.pk)
    renewed.secret = "another-secret"
    renewed.save()
    note_key(stale, Unauthorized())
    assert ApiKey.objects.get(pk=stale.pk).refused_at is None
    note_key(renewed, Unauthorized())
    assert ApiKey.objects.get(pk=stale.pk).refused_at is not None
