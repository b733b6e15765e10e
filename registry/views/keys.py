"""Which API keys may be used with an application profile, and which the account has at Vonage."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey
from registry.actions import keys as actions
from registry.models import ApplicationProfile, NetworkApplication
from registry.queries import network_applications as queries


@require_http_methods(["GET", "HEAD", "POST"])
@scoped(Capability.SUBMIT_PAID)
def assign_keys(request: ScopedRequest, pk: int) -> HttpResponse:
    """The owner first and fixed, the other keys of the account selected or not."""
    profile = get_object_or_404(queries.profiles(request.scope), pk=pk)
    if request.method != "POST":
        return _page(request, profile, set(profile.assigned_keys.values_list("api_key_id", flat=True)))
    wanted = {int(pk) for pk in request.POST.getlist("keys") if pk.isascii() and pk.isdecimal()}
    try:
        actions.assign_keys(request.scope, profile, wanted, actor=request.user)
    except actions.KeyInUse as refusal:
        return _page(request, profile, wanted, refusal.uses)
    messages.success(request, _("The assigned API keys of %(name)s are saved.") % {"name": profile})
    return redirect("applications:assign_keys", request.scope.account.pk, profile.pk)


def _page(
    request: ScopedRequest,
    profile: ApplicationProfile,
    chosen: set[int],
    uses: dict[ApiKey, list[NetworkApplication]] | None = None,
) -> HttpResponse:
    """With what stands in the way: applications outside the member's clients are counted, not named."""
    mine = set(queries.applications(request.scope).values_list("pk", flat=True)) if uses else set()
    context = {
        "profile": profile,
        "keys": [(key, key.pk in chosen) for key in queries.sibling_keys(request.scope, profile)],
        "uses": [
            (key, [row for row in rows if row.pk in mine], sum(row.pk not in mine for row in rows))
            for key, rows in (uses or {}).items()
        ],
        "primaries": queries.usable_keys(request.scope).filter(is_primary=True),
        "manages": request.scope.can(Capability.MANAGE_KEYS),
    }
    return render(request, "registry/network_application_keys.html", context)


@require_POST
@scoped(Capability.MANAGE_KEYS)
def subaccounts(request: ScopedRequest, pk: int) -> HttpResponse:
    """Ask Vonage which keys the account has; the answer is on the page of the read."""
    api_key = get_object_or_404(ApiKey, account=request.scope.account, pk=pk)
    inquiry = actions.ask_for_keys(request.scope, api_key, actor=request.user)
    return redirect("outbox:inquiry", request.scope.account.pk, inquiry.pk)
