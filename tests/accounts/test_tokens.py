"""Access tokens: shown once, stored hashed, two at a time, revoked for good."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from portal.accounts.actions import issue_access_token, note_use, revoke_access_token
from portal.accounts.models import AccessToken, Account
from portal.accounts.problems import TokenMade, TwoTokens
from portal.accounts.queries import token_in_use
from portal.history.models import AuditEntry
from tests.builders import make_access_token
from tests.people import People, answers, browser_of


def test_a_token_is_shown_once_and_stored_as_a_hash(people: People) -> None:
    browser = browser_of(people.member)
    new = reverse("account:token_new", args=[people.account.pk])
    form = browser.get(new).context["form"]
    made = browser.post(new, {"label": "Forwarder", "form_token": form["form_token"].value()})
    shown = re.search(r'value="(rp_[\w-]{43})"', made.content.decode())
    assert shown is not None
    row = AccessToken.objects.get()
    assert token_in_use(shown[1]) == row
    assert shown[1] not in str(AccessToken.objects.values_list()[0])
    assert "no-store" in made["Cache-Control"]
    listed = browser.get(reverse("account:tokens", args=[people.account.pk])).content.decode()
    assert row.prefix in listed
    assert shown[1] not in listed
    assert shown[1] not in str(AuditEntry.objects.values_list())


def test_a_form_sent_twice_makes_one_token(people: People) -> None:
    browser, new = browser_of(people.member), reverse("account:token_new", args=[people.account.pk])
    body = {"label": "Forwarder", "form_token": "once"}
    browser.post(new, body)
    again = browser.post(new, body).content.decode()
    assert "has made its token already" in again
    assert "rp_" not in again.replace("rp_…", "")
    assert AccessToken.objects.count() == 1


def test_two_are_in_use_at_a_time_and_a_third_needs_one_revoked(people: People) -> None:
    scope = people.scope(people.member)
    first = make_access_token(people.account, people.member)
    second = make_access_token(people.account, people.member)
    with pytest.raises(TwoTokens):
        make_access_token(people.account, people.member)
    revoke_access_token(scope, first.row, actor=people.member)
    assert token_in_use(first.token) is None
    assert token_in_use(second.token) == second.row
    third = make_access_token(people.account, people.member)
    assert third.row.slot == first.row.slot
    with pytest.raises(TokenMade):
        issue_access_token(scope, label="x", form_token=third.row.form_token, actor=people.member)


def test_a_second_revocation_is_not_on_record(people: People) -> None:
    scope, issued = people.scope(people.member), make_access_token(people.account, people.member)
    for _each in range(2):
        revoke_access_token(scope, issued.row, actor=people.member)
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["access_token.made", "access_token.revoked"]


def test_a_deactivated_account_has_no_token_in_use(people: People) -> None:
    issued = make_access_token(people.account, people.member)
    Account.objects.filter(pk=people.account.pk).update(is_active=False)
    assert token_in_use(issued.token) is None


def test_use_is_noted_about_every_hour(people: People) -> None:
    row = make_access_token(people.account, people.member).row
    note_use(row.pk)
    first = AccessToken.objects.get().last_used_at
    assert first is not None
    note_use(row.pk)
    assert AccessToken.objects.get().last_used_at == first
    AccessToken.objects.update(last_used_at=timezone.now() - timedelta(hours=2))
    note_use(row.pk)
    assert AccessToken.objects.filter(last_used_at__gt=first).exists()


def test_only_who_manages_keys_sees_and_changes_tokens(people: People) -> None:
    issued = make_access_token(people.account, people.member)
    pages = [
        reverse("account:tokens", args=[people.account.pk]),
        reverse("account:token_new", args=[people.account.pk]),
        reverse("account:token_revoke", args=[people.account.pk, issued.row.pk]),
    ]
    for page in pages:
        assert answers(people, page) == {
            "member": 200,
            "small": 403,
            "limited": 403,
            "stranger": 404,
            "nobody": 302,
        }
    with pytest.raises(PermissionDenied):
        revoke_access_token(people.scope(people.small), issued.row, actor=people.small)


def test_revoking_is_confirmed_on_a_page_that_says_what_follows(people: People) -> None:
    issued = make_access_token(people.account, people.member)
    browser = browser_of(people.member)
    page = reverse("account:token_revoke", args=[people.account.pk, issued.row.pk])
    assert "cannot be undone" in browser.get(page).content.decode()
    assert token_in_use(issued.token)
    browser.post(page)
    assert token_in_use(issued.token) is None
    listed = browser.get(reverse("account:tokens", args=[people.account.pk])).content.decode()
    assert page not in listed


def test_the_empty_list_says_what_a_token_is_for(people: People) -> None:
    said = browser_of(people.member).get(reverse("account:tokens", args=[people.account.pk]))
    assert "No access token yet" in said.content.decode()
