"""Vonage API keys: everyone sees which there are and whether they work, admins change them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import actions, queries
from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.forms import ApiKeyForm, NewApiKeyForm
from portal.accounts.problems import Refused

page_and_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@scoped()
def keys(request: ScopedRequest) -> HttpResponse:
    return render(
        request, "accounts/keys.html", {"keys": queries.api_keys(request.scope), **_shared(request)}
    )


@require_safe
@scoped()
def key_state(request: ScopedRequest, pk: int) -> HttpResponse:
    """The fragment of the list that a key test changes."""
    api_key = get_object_or_404(queries.api_keys(request.scope), pk=pk)
    return render(request, "accounts/_key_state.html", {"key": api_key, **_shared(request)})


@page_and_form
@scoped(Capability.MANAGE_KEYS)
def key_new(request: ScopedRequest) -> HttpResponse:
    form = NewApiKeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            api_key = actions.add_api_key(
                request.scope,
                key=form.cleaned_data["key"],
                secret=form.cleaned_data["secret"],
                fields=form.key_fields,
                actor=request.user,
            )
        except Refused as problem:
            form.add_error("key", str(problem))
        else:
            messages.success(request, _("%(key)s is added. Test it before you use it.") % {"key": api_key})
            return redirect("account:keys", request.scope.account.pk)
    return render(request, "accounts/key_new.html", {"form": form, **_shared(request)})


@page_and_form
@scoped(Capability.MANAGE_KEYS)
def key_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    api_key = get_object_or_404(queries.api_keys(request.scope), pk=pk)
    form = ApiKeyForm(request.POST or None, api_key=api_key)
    if request.method == "POST" and form.is_valid():
        actions.change_api_key(
            request.scope,
            api_key,
            secret=form.cleaned_data["secret"],
            fields=form.key_fields,
            actor=request.user,
        )
        messages.success(request, _("%(key)s is saved.") % {"key": api_key})
        return redirect("account:keys", request.scope.account.pk)
    return render(request, "accounts/key_edit.html", {"form": form, "key": api_key, **_shared(request)})


@page_and_form
@scoped(Capability.MANAGE_KEYS)
def key_deactivate(request: ScopedRequest, pk: int) -> HttpResponse:
    api_key = get_object_or_404(queries.api_keys(request.scope), pk=pk)
    if request.method == "POST":
        actions.set_api_key_active(request.scope, api_key, active=False, actor=request.user)
        messages.success(request, _("%(key)s is deactivated.") % {"key": api_key})
        return redirect("account:keys", request.scope.account.pk)
    return render(request, "accounts/key_deactivate.html", {"key": api_key})


@require_POST
@scoped(Capability.MANAGE_KEYS)
def key_activate(request: ScopedRequest, pk: int) -> HttpResponse:
    api_key = get_object_or_404(queries.api_keys(request.scope), pk=pk)
    actions.set_api_key_active(request.scope, api_key, active=True, actor=request.user)
    messages.success(request, _("%(key)s is active again.") % {"key": api_key})
    return redirect("account:keys", request.scope.account.pk)


def _shared(request: ScopedRequest) -> dict[str, Any]:
    """`host` is where this installation calls; a key entered for another is shown as not usable here."""
    return {"host": settings.VONAGE_API_URL, "manages": request.scope.can(Capability.MANAGE_KEYS)}
