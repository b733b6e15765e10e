"""Vonage API keys: entered once, never shown, unique without telling whose."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from portal.accounts import actions
from portal.accounts.actions import KeyFields
from portal.accounts.models import ApiKey
from portal.accounts.queries import usable_api_keys
from portal.history.models import AuditEntry
from tests.builders import make_account, make_api_key, make_user
from tests.people import People, browser_of

pytestmark = pytest.mark.django_db
SECRET = "Xk9-very-secret-3Qz7"
FORM = {"key": "abcd1234", "secret": SECRET, "label": "US traffic", "is_primary": "on", "primary_key": ""}


def add(people: People, **values: Any) -> Any:
    path = reverse("account:key_new", args=[people.account.pk])
    return browser_of(people.member).post(path, {**FORM, **values})


def edit(people: People, key: ApiKey, **values: Any) -> Any:
    path = reverse("account:key_edit", args=[people.account.pk, key.pk])
    return browser_of(people.member).post(path, {"label": key.label, "is_primary": "on", **values})


def page(people: People, who: str = "member") -> str:
    path = reverse("account:keys", args=[people.account.pk])
    return browser_of(getattr(people, who)).get(path).content.decode()


def test_adding_a_key_keeps_it_for_the_host_this_installation_calls(people: People, settings: Any) -> None:
    settings.VONAGE_API_URL = "http://127.0.0.1:8010"

    add(people)

    key = ApiKey.objects.get()
    assert (key.account, key.key, key.secret, key.host) == (
        people.account,
        "abcd1234",
        SECRET,
        "http://127.0.0.1:8010",
    )
    assert key.primary_account_key == "abcd1234"


def test_secret_is_in_no_page_audit_repr_or_row_of_the_database(people: People, settings: Any) -> None:
    add(people)
    key = ApiKey.objects.get()
    edit(people, key, secret=SECRET + "2")
    key.refresh_from_db()
    staff = make_user(is_staff=True, is_superuser=True)
    settings.STAFF_SECOND_FACTOR_REQUIRED = False

    shown = "".join(
        [
            page(people),
            browser_of(people.member)
            .get(reverse("account:key_edit", args=[people.account.pk, key.pk]))
            .content.decode(),
            browser_of(staff).get(reverse("admin:accounts_apikey_change", args=[key.pk])).content.decode(),
            browser_of(staff).get(reverse("admin:accounts_apikey_changelist")).content.decode(),
            f"{key!r} {key}",
            str(list(AuditEntry.objects.values())),
            stored_secrets(),
        ]
    )

    assert key.secret == SECRET + "2"
    assert "very-secret" not in shown
    assert "…Qz72" in page(people)


def stored_secrets() -> str:
    """The column as it is stored, without the field's decryption."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_apikey")
        return str(cursor.fetchall())


def test_hint_is_shown_to_admins_only(people: People) -> None:
    add(people)

    assert "…3Qz7" in page(people)
    assert "3Qz7" not in page(people, "small")


def test_empty_secret_keeps_the_stored_one_and_its_host(people: People, settings: Any) -> None:
    key = make_api_key(people.account, secret=SECRET, host="https://api-eu.vonage.com")
    settings.VONAGE_API_URL = "http://127.0.0.1:8010"

    edit(people, key, label="Renamed", secret="")

    key.refresh_from_db()
    assert (key.label, key.secret, key.host) == ("Renamed", SECRET, "https://api-eu.vonage.com")


def test_new_secret_moves_the_key_to_the_host_it_was_entered_for(people: People, settings: Any) -> None:
    key = make_api_key(people.account, secret=SECRET, host="https://api-eu.vonage.com")
    settings.VONAGE_API_URL = "http://127.0.0.1:8010"

    edit(people, key, secret="another")

    key.refresh_from_db()
    assert (key.secret, key.host) == ("another", "http://127.0.0.1:8010")
    assert AuditEntry.objects.get(action="api_key.changed").after["secret_replaced"] is True


def test_editing_a_key_does_not_undo_a_refusal_noted_meanwhile(people: People) -> None:
    key = make_api_key(people.account)
    stale = ApiKey.objects.get(pk=key.pk)
    ApiKey.objects.filter(pk=key.pk).update(refused_detail="Unauthorized")

    actions.change_api_key(
        people.scope(people.member), stale, secret="", fields=KeyFields(label="New"), actor=people.member
    )

    key.refresh_from_db()
    assert (key.label, key.refused_detail) == ("New", "Unauthorized")


def test_key_of_another_account_is_refused_without_saying_whose(people: People) -> None:
    other = make_account("Rival Incorporated")
    make_api_key(other, key="ABCD1234")

    answer = add(people)

    text = answer.content.decode()
    assert "This key cannot be added here" in text
    assert "Rival" not in text
    assert not ApiKey.objects.filter(account=people.account).exists()


def test_key_that_is_already_listed_is_said_to_be(people: People) -> None:
    make_api_key(people.account, key="abcd1234", is_active=False)

    assert "already in your list" in add(people).content.decode()


def test_subaccount_key_needs_the_primary_accounts_key(people: People) -> None:
    missing = add(people, is_primary="")
    itself = add(people, is_primary="", primary_key="abcd1234")
    fine = add(people, is_primary="", primary_key="parent99")

    assert "primary_key" in missing.context["form"].errors
    assert "primary_key" in itself.context["form"].errors
    assert fine.status_code == 302
    assert ApiKey.objects.get().primary_account_key == "parent99"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"secret": ""}, "listed only"),
        ({"host": "https://api-eu.vonage.com"}, "not used here"),
        ({"refused_at": "2026-01-01T00:00Z", "refused_detail": "bad credentials"}, "refused by Vonage"),
        ({"tested_at": "2026-01-01T00:00Z"}, "works"),
        ({"is_active": False}, "deactivated"),
        ({"imported_at": "2026-01-01T00:00Z"}, "in use"),
        ({}, "not tested"),
    ],
)
def test_state_of_a_key_is_said_in_words(people: People, fields: dict[str, Any], words: str) -> None:
    key = make_api_key(people.account, **fields)
    path = reverse("account:key_state", args=[people.account.pk, key.pk])

    answer = browser_of(people.member).get(path, headers={"HX-Request": "true"}).content.decode()

    assert words in answer
    assert answer.strip().startswith(f'<div class="key-state"\n     id="key-state-{key.pk}"')


def test_only_a_usable_key_can_be_tested(people: People) -> None:
    usable = make_api_key(people.account)
    unusable = [
        make_api_key(people.account, secret=""),
        make_api_key(people.account, host="https://api-eu.vonage.com"),
        make_api_key(people.account, is_active=False),
    ]

    shown = page(people)

    assert reverse("outbox:key_test", args=[people.account.pk, usable.pk]) in shown
    for key in unusable:
        assert reverse("outbox:key_test", args=[people.account.pk, key.pk]) not in shown


def test_usable_keys_are_active_have_a_secret_and_the_right_host(people: People, settings: Any) -> None:
    usable = make_api_key(people.account)
    make_api_key(people.account, secret="")
    make_api_key(people.account, host="https://elsewhere.example.com")
    make_api_key(people.account, is_active=False)
    make_api_key()

    assert list(usable_api_keys(people.scope(people.member), settings.VONAGE_API_URL)) == [usable]


def test_deactivated_key_can_be_activated_again(people: People) -> None:
    key = make_api_key(people.account)
    browser = browser_of(people.member)

    browser.post(reverse("account:key_deactivate", args=[people.account.pk, key.pk]))
    off = ApiKey.objects.get(pk=key.pk).is_active
    browser.post(reverse("account:key_activate", args=[people.account.pk, key.pk]))

    assert (off, ApiKey.objects.get(pk=key.pk).is_active) == (False, True)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "api_key.deactivated",
        "api_key.activated",
    ]


@pytest.mark.parametrize("who", ["small", "limited"])
def test_changing_keys_is_refused_without_the_capability(people: People, who: str) -> None:
    person = getattr(people, who)
    scope = people.scope(person)
    key = make_api_key(people.account)

    with pytest.raises(PermissionDenied):
        actions.add_api_key(scope, key="new", secret="", fields=KeyFields(), actor=person)
    with pytest.raises(PermissionDenied):
        actions.change_api_key(scope, key, secret="", fields=KeyFields(), actor=person)
    with pytest.raises(PermissionDenied):
        actions.set_api_key_active(scope, key, active=False, actor=person)
