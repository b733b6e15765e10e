"""Access tokens, for the programs of an account; only who manages keys sees them."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts import actions, queries
from portal.accounts.actions.tokens import SLOTS
from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.forms import AccessTokenForm
from portal.accounts.problems import Refused

page_and_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@scoped(Capability.MANAGE_KEYS)
def tokens(request: ScopedRequest) -> HttpResponse:
    rows = list(queries.access_tokens(request.scope))
    in_use = sum(row.revoked_at is None for row in rows)
    context = {"tokens": rows, "may_add": in_use < len(SLOTS)}
    return render(request, "accounts/tokens.html", context)


@page_and_form
@scoped(Capability.MANAGE_KEYS)
@never_cache
def token_new(request: ScopedRequest) -> HttpResponse:
    """The answer to the form is the one page that ever shows the token, so it is no redirect."""
    form = AccessTokenForm(request.POST or None, initial={"form_token": secrets.token_urlsafe(16)})
    if request.method == "POST" and form.is_valid():
        try:
            issued = actions.issue_access_token(request.scope, **form.cleaned_data, actor=request.user)
        except Refused as problem:
            form.add_error("label", str(problem))
        else:
            return render(request, "accounts/token_made.html", {"issued": issued})
    return render(request, "accounts/token_new.html", {"form": form})


@page_and_form
@scoped(Capability.MANAGE_KEYS)
def token_revoke(request: ScopedRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.access_tokens(request.scope), pk=pk)
    if request.method == "POST":
        actions.revoke_access_token(request.scope, row, actor=request.user)
        messages.success(request, _("%(token)s is revoked.") % {"token": row})
        return redirect("account:tokens", request.scope.account.pk)
    return render(request, "accounts/token_revoke.html", {"token": row})
