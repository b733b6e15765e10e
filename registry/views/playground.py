"""Test numbers of an application in the Playground."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.problems import Refused
from registry.actions import playground as actions
from registry.enums import Access
from registry.forms.gate import PlaygroundNumberForm
from registry.queries import gate as queries

page_and_form = require_http_methods(["GET", "HEAD", "POST"])


@page_and_form
@scoped()
def playground(request: ScopedRequest, pk: int) -> HttpResponse:
    """Everyone sees the numbers; who prepares registrations changes them."""
    application = get_object_or_404(queries.playground_applications(request.scope), pk=pk)
    form = PlaygroundNumberForm(request.POST or None)
    if request.method == "POST":
        request.scope.require(Capability.PREPARE)
        if form.is_valid():
            try:
                number = actions.add_playground_number(
                    request.scope, application, digits=form.cleaned_data["number"], actor=request.user
                )
            except Refused as problem:
                form.add_error("number", str(problem))
            else:
                messages.success(request, _("%(number)s may be used for tests.") % {"number": number})
                return redirect("registry:playground", request.scope.account.pk, pk)
    numbers = list(queries.playground_numbers(request.scope).filter(application=application))
    context = {
        "application": application,
        "numbers": numbers,
        "free": len(actions.SLOTS) - len(numbers),
        "form": form,
        "changes": request.scope.can(Capability.PREPARE),
        "elsewhere": application.access != Access.PLAYGROUND,
    }
    return render(request, "registry/playground.html", context)


@page_and_form
@scoped(Capability.PREPARE)
def playground_remove(request: ScopedRequest, pk: int) -> HttpResponse:
    number = get_object_or_404(queries.playground_numbers(request.scope), pk=pk)
    if request.method == "POST":
        actions.remove_playground_number(request.scope, number, actor=request.user)
        messages.success(request, _("%(number)s is no test number any more.") % {"number": number})
        return redirect("registry:playground", request.scope.account.pk, number.application_id)
    return render(request, "registry/playground_remove.html", {"number": number})
