"""Vonage applications: the list, creating, the page of one, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey
from portal.outbox.actions import AlreadyOpen
from portal.outbox.queries import operations_of
from portal.outbox.words import standing
from portal.records.moves import LostRace
from portal.records.paging import keyset_page
from portal.web.htmx import wants_fragment
from registry.actions import network_applications as actions
from registry.enums import Access, ApplicationState
from registry.forms.network_application import ApplicationForm
from registry.models import NetworkApplication
from registry.queries import network_applications as queries

MOVING = (ApplicationState.SUBMITTING, ApplicationState.CHANGING, ApplicationState.DELETING)
page_and_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@scoped()
def applications(request: ScopedRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:200]
    rows = queries.application_search(queries.applications(request.scope), words)
    if "deleted" not in request.GET:
        rows = rows.exclude(state=ApplicationState.DELETED)
    page = keyset_page(rows, order="-created_at", token=request.GET.get("after", ""))
    context = {
        "page": page,
        "q": words,
        "keys": queries.usable_keys(request.scope),
        "moves": any(row.state in MOVING for row in page.rows),
        "may_submit": request.scope.can(Capability.SUBMIT_PAID),
    }
    return render(request, "registry/network_application_list.html", context)


@page_and_form
@scoped(Capability.SUBMIT_PAID)
def application_new(request: ScopedRequest) -> HttpResponse:
    form = ApplicationForm(
        request.POST if request.method == "POST" else None,
        scope=request.scope,
        profile=request.GET.get("profile", ""),
    )
    if request.method == "POST" and form.is_valid():
        made = _try(form, lambda: _create(request, form))
        if made is not None:
            messages.success(request, _("%(name)s is saved and goes to Vonage now.") % {"name": made})
            return redirect("applications:application", request.scope.account.pk, made.pk)
    context = {"form": form, "has_key": queries.usable_keys(request.scope).exists()}
    return render(request, "registry/network_application_form.html", context)


def _create(request: ScopedRequest, form: ApplicationForm) -> NetworkApplication:
    return actions.create_application(
        request.scope,
        form.wanted,
        api_key=form.cleaned_data["api_key"],
        client=form.client_chosen,
        actor=request.user,
        form_token=form.cleaned_data["form_token"],
    )


def _try(form: ApplicationForm, act: Callable[[], NetworkApplication]) -> NetworkApplication | None:
    """Act, or put at its field what stood in the way."""
    try:
        return act()
    except actions.CannotConnect as problem:
        field = problem.field if problem.field in form.fields else None
        form.add_error(field, str(problem.text))
    except AlreadyOpen as rival:
        text = _("The same public key is on its way to Vonage already.")
        if rival.operation is not None:
            text = _("Operation %(code)s does the same already.") % {"code": rival.operation.code}
        form.add_error(None, text)
    except (actions.NotNow, LostRace):
        form.add_error(None, _("Something of this application is on its way. Wait until it is done."))
    return None


def _one(request: ScopedRequest, pk: int) -> NetworkApplication:
    return get_object_or_404(queries.applications(request.scope), pk=pk)


@require_safe
@scoped()
def application(request: ScopedRequest, pk: int) -> HttpResponse:
    """The page of one; while something moves its status asks for itself."""
    row = _one(request, pk)
    mine = list(operations_of(row)[:10])
    at_rest = row.state == ApplicationState.ACTIVE
    context = {
        "application": row,
        "moves": row.state in MOVING,
        "operations": [(operation, standing(operation)) for operation in mine],
        "waits": mine[0] if mine and mine[0].is_open and mine[0].waiting_for else None,
        "difference": _difference(row) if at_rest else "",
        "may_change": request.scope.can(Capability.SUBMIT_PAID)
        and row.gone_at is None
        and (at_rest or row.state == ApplicationState.REFUSED),
    }
    fragment = wants_fragment(request)
    template = (
        "registry/_network_application_status.html"
        if fragment
        else "registry/network_application_detail.html"
    )
    return render(request, template, context)


def _difference(row: NetworkApplication) -> str:
    """What Vonage has otherwise than it is linked here; shown, and never overwritten by itself."""
    carried = row.remote_network_application_id
    if not row.access:
        return "enabled_elsewhere" if carried else ""
    known_as = queries.network_application_id(row.access, row.application_profile_id)
    if not carried:
        return "disabled_elsewhere"
    return "" if carried == known_as else "other_profile"


@page_and_form
@scoped(Capability.SUBMIT_PAID)
def application_change(request: ScopedRequest, pk: int) -> HttpResponse:
    """Connect, link to another profile, switch access, rotate the key: all in one form."""
    row = _one(request, pk)
    if row.state not in (ApplicationState.ACTIVE, ApplicationState.REFUSED):
        return _not_now(request, row)
    form = ApplicationForm(
        request.POST if request.method == "POST" else None, scope=request.scope, application=row
    )
    if request.method == "POST" and form.is_valid():
        changed = _try(form, lambda: _change(request, row, form.wanted, form.cleaned_data["form_token"]))
        if changed is not None:
            messages.success(request, _("The change is saved and goes to Vonage now."))
            return redirect("applications:application", request.scope.account.pk, row.pk)
    context = {"form": form, "application": row, "difference": _difference(row)}
    return render(request, "registry/network_application_form.html", context)


def _change(
    request: ScopedRequest, row: NetworkApplication, wanted: actions.Wanted, form_token: str = ""
) -> NetworkApplication:
    actions.change_application(request.scope, row, wanted, actor=request.user, form_token=form_token)
    return row


def _not_now(request: ScopedRequest, row: NetworkApplication) -> HttpResponse:
    messages.info(request, _("Something of this application is on its way. Wait until it is done."))
    return redirect("applications:application", request.scope.account.pk, row.pk)


@page_and_form
@scoped(Capability.SUBMIT_PAID)
def application_disconnect(request: ScopedRequest, pk: int) -> HttpResponse:
    row = _one(request, pk)
    off = {"access": "", "application_profile": None, "redirect_uri": "", "keeps_link": False}
    wanted = actions.wanted_now(row, **off)
    return _confirmed(request, row, "disconnect", lambda: _change(request, row, wanted))


@page_and_form
@scoped(Capability.SUBMIT_PAID)
def application_delete(request: ScopedRequest, pk: int) -> HttpResponse:
    row = _one(request, pk)
    return _confirmed(
        request, row, "delete", lambda: actions.delete_application(request.scope, row, actor=request.user)
    )


def _confirmed(
    request: ScopedRequest, row: NetworkApplication, what: str, act: Callable[[], object]
) -> HttpResponse:
    """Ask first, naming what follows; then do it."""
    if request.method != "POST":
        context = {"application": row, "is_production": row.access == Access.PRODUCTION}
        return render(request, f"registry/network_application_{what}.html", context)
    try:
        act()
    except (actions.NotNow, AlreadyOpen, LostRace):
        return _not_now(request, row)
    except actions.CannotConnect as problem:
        messages.error(request, str(problem.text))
    return redirect("applications:application", request.scope.account.pk, row.pk)


@require_POST
@scoped()
def application_sync(request: ScopedRequest, pk: int) -> HttpResponse:
    row = _one(request, pk)
    try:
        actions.refresh(request.scope, row, actor=request.user)
    except actions.NotNow:
        messages.info(request, _("Vonage does not know this application yet, so there is nothing to read."))
    else:
        messages.info(request, _("%(name)s is being read at Vonage again.") % {"name": row})
    return redirect("applications:application", request.scope.account.pk, row.pk)


@require_POST
@scoped()
def key_sync(request: ScopedRequest, pk: int) -> HttpResponse:
    """List the applications of a key as Vonage has them now."""
    api_key: Any = get_object_or_404(ApiKey, account=request.scope.account, pk=pk)
    actions.sync_applications(request.scope, api_key, actor=request.user)
    messages.info(
        request,
        _("The applications of %(key)s are being read; load this page again in a moment.") % {"key": api_key},
    )
    return redirect("applications:list", request.scope.account.pk)
