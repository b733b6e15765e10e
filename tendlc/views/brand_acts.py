"""Deleting and revetting a brand, and what else can be done with one or why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.scope import Scope
from portal.outbox.actions import AlreadyOpen, operation_of_form
from portal.outbox.models import Operation
from portal.records.codes import make_code
from tendlc import actions, prices, queries
from tendlc.forms.brand_change import TypedNameForm
from tendlc.models import Brand, Vetting

page_and_form = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Act:
    """Something that can be done with a brand, or why not now."""

    label: str
    url: str
    icon: str
    why_not: str = ""
    danger: bool = False


def acts_of(scope: Scope, brand: Brand, opened: Operation | None, vettings: Sequence[Vetting]) -> list[Act]:
    """What may be done with a brand that Vonage has, and why the rest may not."""
    if not brand.remote_id or brand.gone_at:
        return []

    def url(name: str) -> str:
        return reverse(f"tendlc:{name}", args=[brand.account_id, brand.pk])

    role = (
        "" if scope.can(Capability.SUBMIT_PAID) else _("Your role may not do this; an approver or admin may.")
    )
    busy = _("Something of this brand is on its way; wait for its answer.") if opened else ""
    asking = any(one.state == "submitting" and not one.is_import for one in vettings)
    vetting_busy = _("A vetting of it is being requested right now.") if asking else ""
    return [
        Act(_("Change the brand"), url("brand_edit"), "edit", role or busy),
        Act(_("Revet"), url("brand_revet"), "refresh", role or actions.why_no_revet(brand) or busy),
        Act(_("Request vetting"), url("vetting_new"), "shield-check", role or vetting_busy),
        Act(_("Import a vetting"), url("vetting_import"), "download", role),
        Act(_("Delete"), url("brand_delete"), "trash", role or busy, danger=True),
    ]


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
