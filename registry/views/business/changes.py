"""Change requests as members see them: begin one, look at it, take it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from registry.actions.changing import start_change, to_withdraw, withdraw_change
from registry.actions.problems import NotNow
from registry.enums import ChangeState
from registry.forms.business.review import compared
from registry.queries.profiles import business_profiles, change_requests, registration_before
from registry.rules.registration import from_wish


@require_POST
@scoped(Capability.PREPARE)
def change_start(request: ScopedRequest, pk: int) -> HttpResponse:
    """Write a change of a business profile; one that is open already is continued."""
    profile = get_object_or_404(business_profiles(request.scope), pk=pk)
    try:
        change = start_change(request.scope, profile, actor=request.user)
    except NotNow:
        messages.error(request, _("This business profile was withdrawn; nothing of it can be changed."))
        return redirect("registry:business_profile", request.scope.account.pk, pk)
    name = "registry:change_edit" if change.state == ChangeState.DRAFT else "registry:change"
    return redirect(name, request.scope.account.pk, change.pk)


@require_safe
@scoped()
def change(request: ScopedRequest, pk: int) -> HttpResponse:
    """One change request: what it would change, or changed, and what became of it."""
    row = get_object_or_404(change_requests(request.scope), pk=pk)
    after = from_wish(row.countries, row.values, row.personal)
    context = {
        "change": row,
        "profile": row.profile,
        "compared": compared(registration_before(row), after),
        "may_continue": row.state == ChangeState.DRAFT and request.scope.can(Capability.PREPARE),
        "may_withdraw": row.state in (ChangeState.DRAFT, ChangeState.SUBMITTED)
        and request.scope.can(to_withdraw(row)),
    }
    return render(request, "registry/change.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@scoped(Capability.PREPARE)
def change_withdraw(request: ScopedRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(change_requests(request.scope), pk=pk)
    request.scope.require(to_withdraw(row))
    if request.method != "POST":
        return render(request, "registry/change_withdraw.html", {"change": row, "profile": row.profile})
    try:
        withdraw_change(request.scope, row, actor=request.user)
    except NotNow:
        messages.error(request, _("Vonage has decided on this change meanwhile."))
    else:
        messages.success(request, _("The change is withdrawn. Everything stays as it is."))
    return redirect("registry:change", request.scope.account.pk, pk)
