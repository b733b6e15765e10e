"""Language and time zone of a person; sign-in redirects that htmx can follow."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone, translation
from django_htmx.middleware import HtmxDetails

from portal.accounts.models import User
from portal.web.middleware import HtmxSignInMiddleware, PersonalSettingsMiddleware


def zone_seen_by(user: Any) -> str:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse(translation.get_language())

    request = RequestFactory().get("/")
    request.user = user
    assert PersonalSettingsMiddleware(view)(request).content == b"en"
    return seen[0]


def test_pages_show_the_persons_time_zone_and_leave_none_behind() -> None:
    before = timezone.get_current_timezone_name()
    assert zone_seen_by(User(email="a@example.com", time_zone="Asia/Tokyo")) == "Asia/Tokyo"
    assert timezone.get_current_timezone_name() == before


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_an_unreadable_time_zone_falls_back_to_utc(zone: str) -> None:
    assert zone_seen_by(User(email="a@example.com", time_zone=zone, language="tlh")) == "UTC"


def test_strangers_get_utc() -> None:
    assert zone_seen_by(AnonymousUser()) == "UTC"


def through(response: HttpResponse, **headers: str) -> HttpResponse:
    request = RequestFactory().get("/a/1/operations/", headers=headers)
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    return HtmxSignInMiddleware(lambda _request: response)(request)


def test_htmx_is_sent_to_the_sign_in_page_and_back_to_the_page_it_was_on() -> None:
    door = HttpResponseRedirect(reverse("account_login") + "?next=/a/1/operations/7/inquiry/")
    answer = through(door, hx_request="true", hx_current_url="http://testserver/a/1/operations/?q=x")
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/me/login/?next=%2Fa%2F1%2Foperations%2F%3Fq%3Dx"
    assert answer.content == b""


def test_htmx_never_sends_people_to_a_page_of_another_host() -> None:
    door = HttpResponseRedirect(reverse("account_login") + "?next=/a/1/")
    answer = through(door, hx_request="true", hx_current_url="https://evil.example/a/1/")
    assert answer["HX-Redirect"] == "/me/login/?next=%2Fa%2F1%2F"


def test_other_redirects_and_plain_requests_pass_unchanged() -> None:
    elsewhere = HttpResponseRedirect("/a/1/10dlc/brands/")
    assert through(elsewhere, hx_request="true") is elsewhere
    door = HttpResponseRedirect(reverse("account_login"))
    assert through(door) is door


def test_html_varies_by_htmx() -> None:
    assert "HX-Request" in through(HttpResponse("<p>"))["Vary"]
    assert "Vary" not in through(HttpResponse("{}", content_type="application/json"))


@pytest.mark.django_db
def test_a_fragment_asked_for_without_a_session_sends_the_page_to_sign_in(client: Client) -> None:
    answer = client.get(reverse("usersessions_list"), headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith(reverse("account_login"))
