"""The businesses the account registers for."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import actions, queries
from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.forms import ClientForm
from portal.accounts.problems import Refused

page_and_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@scoped()
def clients(request: ScopedRequest) -> HttpResponse:
    context = {
        "clients": queries.clients(request.scope),
        "manages": request.scope.can(Capability.MANAGE_MEMBERS),
    }
    return render(request, "accounts/clients.html", context)


@page_and_form
@scoped(Capability.MANAGE_MEMBERS)
def client_new(request: ScopedRequest) -> HttpResponse:
    form = ClientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            client = actions.add_client(request.scope, **form.cleaned_data, actor=request.user)
        except Refused as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, _("%(client)s is added.") % {"client": client})
            return redirect("account:clients", request.scope.account.pk)
    return render(request, "accounts/client_new.html", {"form": form})


@page_and_form
@scoped(Capability.MANAGE_MEMBERS)
def client_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    client = get_object_or_404(queries.clients(request.scope), pk=pk)
    form = ClientForm(request.POST or None, initial={"name": client.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename_client(request.scope, client, **form.cleaned_data, actor=request.user)
        except Refused as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, _("%(client)s is saved.") % {"client": client})
            return redirect("account:clients", request.scope.account.pk)
    return render(request, "accounts/client_edit.html", {"form": form, "client": client})


@page_and_form
@scoped(Capability.MANAGE_MEMBERS)
def client_deactivate(request: ScopedRequest, pk: int) -> HttpResponse:
    client = get_object_or_404(queries.clients(request.scope), pk=pk)
    if request.method == "POST":
        try:
            actions.set_client_active(request.scope, client, active=False, actor=request.user)
        except Refused as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("%(client)s is deactivated.") % {"client": client})
        return redirect("account:clients", request.scope.account.pk)
    return render(request, "accounts/client_deactivate.html", {"client": client})


@require_POST
@scoped(Capability.MANAGE_MEMBERS)
def client_activate(request: ScopedRequest, pk: int) -> HttpResponse:
    client = get_object_or_404(queries.clients(request.scope), pk=pk)
    actions.set_client_active(request.scope, client, active=True, actor=request.user)
    messages.success(request, _("%(client)s is active again.") % {"client": client})
    return redirect("account:clients", request.scope.account.pk)
