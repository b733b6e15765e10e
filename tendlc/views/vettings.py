"""Vettings of a brand: choosing and requesting one, bringing one in, and how each stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.scope import Scope
from portal.history.actions import type_of
from portal.outbox.actions import AlreadyOpen, ask, operation_of_form
from portal.outbox.enums import OperationState
from portal.outbox.models import Inquiry, Operation
from portal.outbox.queries import latest_inquiry, newest_operations
from portal.outbox.words import Standing, problem_text, refusal_text, standing
from portal.records.codes import make_code
from tendlc import actions, lifecycle, operations, queries, wire
from tendlc.enums import Axis, UseCase, VettingState
from tendlc.forms.brand import BrandForm
from tendlc.forms.vetting import AuthoriseForm, Offer, VettingImportForm, offers
from tendlc.lifecycle import scores
from tendlc.models import Brand, Vetting
from tendlc.sync import months_after
from tendlc.views.asking import keep_answer, mail_question
from tendlc.views.shown import readable

page_and_form = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class VettingRow:
    """A vetting with everything a person asks about it."""

    vetting: Vetting
    text: str
    next_step: str
    provider: str
    class_name: str
    expires_at: datetime | None
    is_overdue: bool
    band: scores.Band | None
    operation: Operation | None = None
    standing: Standing | None = None
    refusal: str = ""
    fields: Sequence[Mapping[str, Any]] = ()


def vetting_rows(scope: Scope, vettings: Sequence[Vetting]) -> list[VettingRow]:
    """The vettings as a page shows them; the same queries for one and for many, none for none."""
    if not vettings:
        return []
    newest, catalogue = newest_operations(scope, vettings), queries.vetting_catalogue(scope)
    return [vetting_row(one, catalogue, newest.get((type_of(one), one.pk))) for one in vettings]


def vetting_row(
    vetting: Vetting, catalogue: queries.VettingCatalogue, operation: Operation | None
) -> VettingRow:
    """One vetting as a page shows it; `operation` is its last one."""
    known = catalogue.classes.get(vetting.vetting_class)
    months = known.validity_months if known else None
    told = _told(vetting)
    return VettingRow(
        vetting=vetting,
        text=str(told.text),
        next_step=str(told.next_step),
        provider=str(catalogue.providers.get(vetting.evp_id, vetting.evp_id)),
        class_name=str(known or vetting.vetting_class),
        expires_at=months_after(vetting.vetted_at, months) if vetting.vetted_at and months else None,
        is_overdue=_is_overdue(vetting, timezone.now()),
        band=lifecycle.band_of(vetting.score),
        operation=operation,
        **_outcome(vetting, operation),
    )


def _is_overdue(vetting: Vetting, now: datetime) -> bool:
    waiting = vetting.state == VettingState.PENDING and vetting.gone_at is None
    return bool(waiting and vetting.expected_by and vetting.expected_by < now)


def _told(vetting: Vetting) -> lifecycle.Explanation:
    if vetting.gone_at:
        return lifecycle.explain_gone(Axis.VETTING)
    if vetting.is_being_validated:
        return lifecycle.Explanation(
            _("Vonage is validating it. It counts once Vonage's list carries it; that is not immediate."),
            _("Nothing to do."),
        )
    return lifecycle.explain(Axis.VETTING, vetting.state)


def _outcome(vetting: Vetting, operation: Operation | None) -> dict[str, Any]:
    """The operation's part of the story: what holds it up, or why it was refused."""
    if operation is None or operation.state == OperationState.APPLIED:
        return {}
    vetting.is_taken_back = operation.state == OperationState.CANCELLED  # type: ignore[attr-defined]
    if operation.state != OperationState.REFUSED:
        return {"standing": standing(operation)}
    return {"refusal": refusal_text(operation), "fields": operation.last_error.get("fields") or ()}


# --- Requesting ----------------------------------------------------------------------------------


@page_and_form
@scoped(Capability.SUBMIT_PAID)
def vetting_new(request: ScopedRequest, pk: int) -> HttpResponse:
    """The offers; with `choice` one of them, with its price, the data it gives away, and the tick."""
    brand = get_object_or_404(queries.brands(request.scope), pk=pk)
    token = request.POST.get("form_token", "")
    if operation_of_form(request.scope.account.pk, token):
        return _to_brand(request, brand)
    look = latest_inquiry(brand.api_key, operations.CATALOGUE)  # before the offers that its answer brings
    offered = offers(request.scope)
    wanted = request.POST.get("choice") or request.GET.get("choice", "")
    offer = next((one for one in offered if one.value == wanted and not one.only_imported), None)
    if offer is None:
        return render(request, "tendlc/vetting_new.html", _offer_context(brand, offered, look))
    form = AuthoriseForm(request.POST or None, provider=str(offer.provider))
    if request.method == "POST" and form.is_valid():
        keep_answer(request, brand.client_id)
        return _request(request, brand, offer, token)
    context = {
        "brand": brand,
        "offer": offer,
        "form": form,
        "form_token": token or make_code(),
        "data": _shared_data(brand),
        "denied": _denied(brand),
        "bands": lifecycle.BANDS,
        "bands_as_of": scores.AS_OF,
        "same_before": _same_before(brand, offer),
        "question": mail_question(request, brand.client_id, request.POST or None, may_skip=True),
    }
    return render(request, "tendlc/vetting_confirm.html", context)


def _offer_context(brand: Brand, offered: list[Offer], look: Inquiry | None) -> dict[str, Any]:
    return {
        "brand": brand,
        "offers": offered,
        "moves": look is not None and look.answered_at is None,
        "look_problem": problem_text(look.problem) if look and look.answered_at and look.problem else "",
    }


def _shared_data(brand: Brand) -> list[dict[str, Any]]:
    """What the provider gets to see, as Vonage holds it."""
    record = wire.Brand.from_json(brand.raw)
    labels = {name: field.label for name, field in BrandForm.base_fields.items()}
    labels["universal_ein"] = _("Tax number as the registry knows it")
    return [
        {"label": labels[name], "value": readable(name, str(getattr(record, name)), brand.ein_country)}
        for name in actions.SHARED_FIELDS
        if getattr(record, name)
    ]


def _denied(brand: Brand) -> list[str]:
    """Use cases that were denied when somebody last asked: what a score may open."""
    answers = queries.latest_qualifications(brand)
    return [
        str(UseCase(name).label)
        for name in UseCase.values
        if name in answers and answers[name].qualified is False
    ]


def _same_before(brand: Brand, offer: Offer) -> Vetting | None:
    """A vetting of the same provider and class that still counts."""
    rows = brand.vettings.filter(
        evp_id=offer.provider.evp_id, vetting_class=offer.vetting_class.class_id, gone_at=None
    )
    return rows.filter(state__in=(VettingState.PENDING, VettingState.SCORED)).order_by("-id").first()


def _request(request: ScopedRequest, brand: Brand, offer: Offer, token: str) -> HttpResponse:
    try:
        actions.request_vetting(
            request.scope,
            brand,
            evp_id=offer.provider.evp_id,
            vetting_class=offer.vetting_class.class_id,
            actor=request.user,
            form_token=token,
        )
    except AlreadyOpen:
        messages.warning(request, _("A vetting of this brand is on its way. It is not ordered twice."))
    except actions.NotNow as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("Requested. It takes a few minutes to 48 hours; the result shows here."))
    return _to_brand(request, brand)


@require_POST
@scoped(Capability.PREPARE)
def vetting_catalogue(request: ScopedRequest, pk: int) -> HttpResponse:
    """Read the lists of providers and classes again."""
    brand = get_object_or_404(queries.brands(request.scope), pk=pk)
    ask(operations.CATALOGUE, brand.api_key, actor=request.user, api_key=brand.api_key)
    return redirect("tendlc:vetting_new", request.scope.account.pk, brand.pk)


# --- Importing -----------------------------------------------------------------------------------


@page_and_form
@scoped(Capability.SUBMIT_PAID)
def vetting_import(request: ScopedRequest, pk: int) -> HttpResponse:
    brand = get_object_or_404(queries.brands(request.scope), pk=pk)
    token = request.POST.get("form_token", "")
    if operation_of_form(request.scope.account.pk, token):
        return _to_brand(request, brand)
    offered = offers(request.scope)
    if request.method != "POST":
        form = _first_look(request.scope, brand, offered)
    else:
        form = VettingImportForm(request.POST, offered=offered)
        if form.is_valid() and _import(request, brand, form, token):
            return _to_brand(request, brand)
    context = {
        "brand": brand,
        "form": form,
        "offers": offered,
        "instructions": {one.provider.pk: one.provider for one in offered}.values(),
        "form_token": token or make_code(),
    }
    return render(request, "tendlc/vetting_import.html", context)


def _import(request: ScopedRequest, brand: Brand, form: VettingImportForm, token: str) -> bool:
    data = form.cleaned_data
    try:
        actions.import_vetting(
            request.scope,
            brand,
            vetting_id=data["vetting_id"],
            evp_id=data["evp_id"],
            vetting_class=data["vetting_class"],
            token=data["vetting_token"],
            actor=request.user,
            form_token=token,
        )
    except AlreadyOpen:
        form.add_error("vetting_id", _("This vetting is being imported already."))
    except actions.NotNow as problem:
        form.add_error("vetting_id", str(problem))
    else:
        messages.success(request, _("The import goes out. Vonage validates it; that is not immediate."))
        return True
    return False


def _first_look(scope: Scope, brand: Brand, offered: list[Offer]) -> VettingImportForm:
    """Empty; or what Vonage refused last, with its words at the fields, the token to be entered again."""
    last = brand.vettings.filter(is_import=True).order_by("-id").first()
    operation = newest_operations(scope, [last]).get((type_of(last), last.pk)) if last else None
    if last is None or operation is None or operation.state != OperationState.REFUSED:
        return VettingImportForm(offered=offered)
    typed = {"evp_id": last.evp_id, "vetting_class": last.vetting_class}
    form = VettingImportForm(
        {**typed, "vetting_id": operation.natural_key.partition(":")[2]}, offered=offered
    )
    said = operation.last_error.get("fields") or [{"description": refusal_text(operation)}]
    for one in said:
        name = str(one.get("field", ""))
        text = _("Vonage says: “%(said)s”.") % {"said": one.get("description", "")}
        form.add_error(name if name in form.fields else None, text)
    return form


def _to_brand(request: ScopedRequest, brand: Brand) -> HttpResponse:
    return redirect("tendlc:brand", request.scope.account.pk, brand.pk)
