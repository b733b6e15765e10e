"""The shell, the error pages and the sign-in pages, as a browser receives them."""

from __future__ import annotations

import re
from typing import Any

import pytest
import structlog
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django.fixtures import Settings

from portal.accounts.enums import Role
from portal.accounts.models import Account, Membership, User
from portal.accounts.scope import scope_of
from portal.web import context, views

SIGN_IN_PAGES = ["account_login", "account_reset_password", "account_reset_password_done", "account_signup"]
# What a strict policy would block: inline scripts that run, inline styles, handlers in attributes.
INLINE = re.compile(r"<script(?![^>]*\b(?:src|type=\"application/json\"))|<style|\sstyle=|\son[a-z]+=", re.I)


def page(user: Any = None) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    request.resolver_match = None
    return request


@pytest.mark.django_db
@pytest.mark.parametrize("name", SIGN_IN_PAGES)
def test_sign_in_pages_hold_nothing_that_the_content_policy_forbids(client: Client, name: str) -> None:
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    policy = answer["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "style-src 'self'" in policy
    assert INLINE.findall(answer.content.decode()) == []


@pytest.mark.django_db
def test_sign_in_form_helps_password_managers(client: Client) -> None:
    html = client.get(reverse("account_login")).content.decode()
    assert 'autocomplete="email"' in html
    assert 'autocomplete="current-password"' in html


@pytest.mark.django_db
def test_the_shell_names_its_language_and_says_that_this_is_a_demo(
    client: Client, settings: Settings
) -> None:
    settings.VONAGE_API_URL = settings.SIMULATOR_URL = "http://127.0.0.1:8010"
    html = client.get(reverse("account_login")).content.decode()
    assert '<html lang="en">' in html
    assert "nothing leaves this machine" in html
    assert "cost money" not in html
    assert 'class="skip-link" href="#main"' in html
    assert '<main id="main"' in html


@pytest.mark.django_db
@pytest.mark.parametrize("simulator", ["", "http://127.0.0.1:8010"])
def test_a_demo_whose_calls_are_paid_for_says_so(client: Client, settings: Settings, simulator: str) -> None:
    settings.VONAGE_API_URL, settings.SIMULATOR_URL = "https://api-eu.vonage.com", simulator
    html = client.get(reverse("account_login")).content.decode()
    assert "Calls go to api-eu.vonage.com and cost money." in html
    assert "nothing leaves this machine" not in html


@pytest.mark.django_db
def test_an_unknown_address_says_what_to_do(client: Client) -> None:
    answer = client.get("/nowhere/at/all/")
    assert answer.status_code == 404
    assert b"There is nothing here" in answer.content
    assert b"support@example.com" in answer.content


def test_a_refusal_shows_its_reason_and_no_internals() -> None:
    shown = views.forbidden(page(), PermissionDenied("Your role does not allow <this>."))
    assert shown.status_code == 403
    assert b"Your role does not allow &lt;this&gt;." in shown.content
    assert b"Your role does not allow this page" in views.forbidden(page(), PermissionDenied()).content


def test_a_stale_form_tells_people_to_go_back() -> None:
    shown = views.csrf_failure(page(), "CSRF token missing")
    assert shown.status_code == 403
    assert b"what you typed is still there" in shown.content
    assert b"CSRF token missing" not in shown.content


def test_a_broken_page_needs_no_database_and_names_the_request() -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-42"):
        shown = views.broken(page())
    assert shown.status_code == 500
    assert b"<code>r-42</code>" in shown.content
    assert INLINE.findall(shown.content.decode()) == []


@pytest.fixture
def member(db: None) -> Membership:
    user = User.objects.create_user("ada@example.com", "correct horse")
    account = Account.objects.create(name="Acme")
    return Membership.objects.create(account=account, user=user, role=Role.VIEWER)


def labels(request: HttpRequest) -> set[str]:
    return {item.label for group in context.shell(request)["nav"] for item in group.items}


def test_navigation_follows_the_capabilities(member: Membership) -> None:
    request: Any = page(member.user)
    request.scope = scope_of(member)
    assert "Brands" in labels(request)
    assert "Audit" not in labels(request)
    member.role = Role.APPROVER
    request.scope = scope_of(member)
    assert "Audit" in labels(request)


def test_navigation_without_an_account_is_about_the_person(member: Membership) -> None:
    request = page(member.user)
    assert {"Profile", "Sessions"} <= labels(request)
    assert "Administration" not in labels(request)
    member.user.is_staff = True
    assert "Administration" in labels(request)
    assert labels(page()) == set()


def test_navigation_drops_what_this_installation_does_not_have() -> None:
    assert context.safe_reverse("no_such:page") == ""


def test_the_switcher_lists_active_accounts_only(member: Membership) -> None:
    closed = Account.objects.create(name="Closed", is_active=False)
    left = Account.objects.create(name="Left")
    Membership.objects.create(account=closed, user=member.user)
    Membership.objects.create(account=left, user=member.user, is_active=False)
    assert [each["name"] for each in context.shell(page(member.user))["your_accounts"]] == ["Acme"]


def test_shell_costs_nothing_until_it_is_shown(member: Membership, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        context.shell(page(member.user))
    with django_assert_num_queries(2):  # their accounts, and whether they work for an operator
        render_to_string("base.html", {}, page(member.user))
