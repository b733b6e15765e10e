"""Per-person language and time zone, and sign-in redirects that htmx can follow."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

GetResponse = Callable[[HttpRequest], HttpResponse]
DOORS = ("account_login", "account_reauthenticate", "mfa_reauthenticate")


class PersonalSettingsMiddleware:
    """Pages speak the signed-in person's language and show their time zone; others get the browser's language."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language, zone = self._settings(request)
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            return self.get_response(request)

    def _settings(self, request: HttpRequest) -> tuple[str, ZoneInfo]:
        user = request.user
        if not user.is_authenticated:
            return translation.get_language_from_request(request), _zone(settings.TIME_ZONE)
        known = {code for code, _name in settings.LANGUAGES}
        return user.language if user.language in known else settings.LANGUAGE_CODE, _zone(user.time_zone)


def _zone(name: str) -> ZoneInfo:
    """A zone by name; one the machine no longer knows must not lock its owner out of every page."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)


class HtmxSignInMiddleware:
    """Sends the whole page to the sign-in form when a fragment was asked for after the session ended.

    A plain redirect would be followed by the browser and put a sign-in page into the fragment's place.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "htmx", None) and _leads_to_a_door(response):
            response = HttpResponseClientRedirect(_back_to_page(request, response["Location"]))
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request"])
        return response


def _leads_to_a_door(response: HttpResponse) -> bool:
    if response.status_code not in (301, 302, 303, 307, 308):
        return False
    path = urlsplit(response["Location"]).path
    return any(path == door for door in map(_address, DOORS) if door)


def _address(view: str) -> str:
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""


def _back_to_page(request: HttpRequest, location: str) -> str:
    """The door's address with `next` set to the page the person looks at, not to the fragment."""
    parts = urlsplit(location)
    page = getattr(request, "htmx").current_url_abs_path  # noqa: B009  (set by HtmxMiddleware)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if page:
        query["next"] = page
    return parts._replace(query=urlencode(query)).geturl()
