"""Pages of a person, outside any account: where to go, the profile, and accepting an invitation."""

from __future__ import annotations

from typing import cast

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts import actions
from portal.accounts.forms import JoinForm, ProfileForm
from portal.accounts.models import Invitation, User
from portal.accounts.problems import Refused
from portal.accounts.queries import invitation_behind, places_of


@require_safe
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Leads into the only account, or lists them; says what is needed when there is none."""
    places = list(places_of(cast(User, request.user)))
    if len(places) == 1:
        return redirect("desk:home", places[0].account_id)
    return render(request, "accounts/start.html", {"places": places})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = ProfileForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        actions.change_profile(user, **form.cleaned_data, actor=user)
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link in an invitation: whoever holds the link proves the address.

    A signed-in person of that address accepts by a click, a new one gives a name and a password.
    """
    found = invitation_behind(token)
    closed = _why_closed(found)
    if found is None or closed:
        return _closed(request, found, closed)
    if request.user.is_authenticated:
        return _accept(request, found)
    person = User.objects.filter(email__iexact=found.email).first()
    if person is not None:
        kind = "sign_in" if person.is_active else "deactivated"
        return render(request, "accounts/invitation.html", {"invitation": found, "kind": kind})
    return _join(request, found)


def _why_closed(found: Invitation | None) -> str:
    if found is None:
        return "unknown"
    if found.accepted_at:
        return "used"
    if found.revoked_at or not found.account.is_active:
        return "revoked"
    return "expired" if found.expires_at <= timezone.now() else ""


def _closed(request: HttpRequest, found: Invitation | None, why: str) -> HttpResponse:
    status = 404 if found is None else 410
    return render(request, "accounts/invitation.html", {"invitation": found, "kind": why}, status=status)


def _accept(request: HttpRequest, found: Invitation) -> HttpResponse:
    user = cast(User, request.user)
    if user.email.lower() != found.email.lower():
        context = {"invitation": found, "kind": "other"}
        return render(
            request, "accounts/invitation.html", context, status=403 if request.method == "POST" else 200
        )
    if request.method == "POST":
        try:
            actions.accept_invitation(found, actor=user)
        except Refused as problem:
            messages.error(request, str(problem))
            return redirect(request.path)
        messages.success(request, _("Welcome to %(account)s.") % {"account": found.account})
        return redirect("desk:home", found.account_id)
    return render(request, "accounts/invitation.html", {"invitation": found, "kind": "accept"})


def _join(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None, email=found.email)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.join_by_invitation(found, **form.cleaned_data)
        except Refused as problem:
            messages.error(request, str(problem))
            return redirect(request.path)
        return cast(HttpResponse, perform_login(request, user, redirect_url=_home_of(found)))
    return render(request, "accounts/invitation.html", {"invitation": found, "kind": "join", "form": form})


def _home_of(found: Invitation) -> str:
    return redirect("desk:home", found.account_id).url
