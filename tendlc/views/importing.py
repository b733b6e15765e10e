"""Importing what a key already holds at Vonage: the beginning, the progress, and whose brand is whose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey, Client
from portal.outbox.actions import AlreadyOpen, ask
from portal.outbox.models import Inquiry
from portal.outbox.queries import latest_inquiry
from portal.outbox.words import problem_text
from portal.records.paging import keyset_page
from portal.web.htmx import wants_fragment
from tendlc import actions, operations
from tendlc.models import Brand, Campaign, NumberLink, SyncRun, Vetting

page_and_form = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Progress:
    """How far the import of a key is: brands gone through of those listed, and what was found."""

    done: int
    total: int | None
    brands: int
    campaigns: int
    numbers: int
    vettings: int


@page_and_form
@scoped(Capability.MANAGE_KEYS)
def import_key(request: ScopedRequest, pk: int) -> HttpResponse:
    """Begin the import and watch it; the worker goes on whether somebody looks or not."""
    api_key = get_object_or_404(ApiKey, account=request.scope.account, pk=pk)
    if request.method == "POST":
        ask(operations.SYNC_KEY, api_key, actor=request.user, api_key=api_key)
        return redirect("tendlc:import_key", request.scope.account.pk, api_key.pk)
    look = latest_inquiry(api_key, operations.SYNC_KEY)
    context = {
        "key": api_key,
        "look": look,
        "moves": look is not None and look.answered_at is None,
        "problem": _problem(look),
        "progress": _progress(api_key, look),
        "to_assign": actions.unconfirmed_brands(request.scope, api_key).count(),
    }
    template = "tendlc/_import_state.html" if wants_fragment(request) else "tendlc/import.html"
    return render(request, template, context)


def _problem(look: Inquiry | None) -> str:
    if look is None or look.answered_at is None:
        return ""
    if look.problem:
        return problem_text(look.problem)
    if not look.answer.get("ok", True):
        return _("Some lists came incomplete. What came is here; the portal reads them again by itself.")
    return ""


def _progress(api_key: ApiKey, look: Inquiry | None) -> Progress:
    since = look.asked_at if look else api_key.created_at
    runs = SyncRun.objects.filter(account_id=api_key.account_id, api_key=api_key, started_at__gte=since)
    listed = runs.filter(scope="brands").order_by("-id").first()
    return Progress(
        done=runs.filter(scope__startswith="campaigns:").values("scope").distinct().count(),
        total=listed.unique_ids if listed else None,
        brands=_of_key(Brand, api_key),
        campaigns=_of_key(Campaign, api_key),
        numbers=_of_key(NumberLink, api_key),
        vettings=_of_key(Vetting, api_key),
    )


def _of_key(model: Any, api_key: ApiKey) -> int:
    return int(model.objects.filter(account_id=api_key.account_id, api_key=api_key, gone_at=None).count())


@page_and_form
@scoped(Capability.MANAGE_KEYS)
def import_clients(request: ScopedRequest, pk: int) -> HttpResponse:
    """Proposed clients of imported brands, a page at a time; nothing moves before somebody says so."""
    api_key = get_object_or_404(ApiKey, account=request.scope.account, pk=pk)
    page = keyset_page(
        actions.unconfirmed_brands(request.scope, api_key), order="-id", token=request.GET.get("after", "")
    )
    if request.method == "POST":
        return _assign(request, api_key)
    clients = Client.objects.filter(account=request.scope.account, is_active=True).order_by(
        "-is_self", "name"
    )
    context = {
        "key": api_key,
        "page": page,
        "proposals": actions.propose_clients(request.scope, page.rows),
        "clients": list(clients),
        "new": actions.NEW,
    }
    return render(request, "tendlc/import_clients.html", context)


def _assign(request: ScopedRequest, api_key: ApiKey) -> HttpResponse:
    chosen = {
        name.removeprefix("brand-"): value
        for name, value in request.POST.items()
        if name.startswith("brand-")
    }
    ids = [int(pk) for pk in chosen if pk.isdecimal() and len(pk) < 19]
    rows = actions.unconfirmed_brands(request.scope, api_key).filter(pk__in=ids)
    try:
        moved = actions.assign_clients(
            request.scope, {row: str(chosen[str(row.pk)]) for row in rows}, actor=request.user
        )
    except (AlreadyOpen, KeyError):
        messages.warning(request, _("Nothing was changed: a brand is being sent, or a client is not active."))
    else:
        messages.success(request, _("%(moved)d brands belong to another client now.") % {"moved": moved})
    return redirect(reverse("tendlc:import_key", args=[request.scope.account.pk, api_key.pk]))
