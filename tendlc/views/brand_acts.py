"""Deleting and revetting a brand: what cannot be undone, or costs, is confirmed first."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.outbox.actions import AlreadyOpen, operation_of_form
from portal.records.codes import make_code
from tendlc import actions, prices, queries
from tendlc.forms.brand_change import TypedNameForm
from tendlc.models import Brand

page_and_form = require_http_methods(["GET", "HEAD", "POST"])


@page_and_form
@scoped(Capability.SUBMIT_PAID)
def brand_delete(request: ScopedRequest, pk: int) -> HttpResponse:
    brand = get_object_or_404(queries.brands(request.scope), pk=pk)
    token = request.POST.get("form_token", "")
    if operation_of_form(request.scope.account.pk, token):
        return _to_brand(request, brand)
    form = TypedNameForm(request.POST or None, name=str(brand))
    if request.method == "POST" and form.is_valid():
        try:
            actions.delete_brand(request.scope, brand, actor=request.user, form_token=token)
        except AlreadyOpen:
            messages.warning(request, _("Something else of this brand is on its way. Wait for its answer."))
        except actions.NotNow as problem:
            messages.warning(request, str(problem))
        else:
            messages.success(request, _("It is being deleted at Vonage. The answer shows here."))
        return _to_brand(request, brand)
    context = {
        "brand": brand,
        "form": form,
        "live": list(queries.live_campaigns(brand)[:20]),
        "hidden": {"form_token": token or make_code()},
    }
    return render(request, "tendlc/brand_delete.html", context)


@page_and_form
@scoped(Capability.SUBMIT_PAID)
def brand_revet(request: ScopedRequest, pk: int) -> HttpResponse:
    brand = get_object_or_404(queries.brands(request.scope), pk=pk)
    token = request.POST.get("form_token", "")
    if operation_of_form(request.scope.account.pk, token):
        return _to_brand(request, brand)
    if request.method == "POST":
        try:
            actions.revet_brand(request.scope, brand, actor=request.user, form_token=token)
        except AlreadyOpen:
            messages.warning(request, _("Something else of this brand is on its way. Wait for its answer."))
        except actions.NotNow as problem:
            messages.warning(request, str(problem))
        else:
            messages.success(request, _("The revet goes out. Vonage's answer shows here."))
        return _to_brand(request, brand)
    context = {
        "brand": brand,
        "why_not": actions.why_no_revet(brand),
        "fee": prices.REVERIFICATION,
        "hidden": {"form_token": make_code()},
    }
    return render(request, "tendlc/brand_revet.html", context)


def _to_brand(request: ScopedRequest, brand: Brand) -> HttpResponse:
    return redirect("tendlc:brand", request.scope.account.pk, brand.pk)
