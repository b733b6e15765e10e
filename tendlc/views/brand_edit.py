"""Changing a brand: the form over what Vonage holds, the difference before it is sent, and the sending."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.outbox.actions import AlreadyOpen, operation_of_form
from portal.outbox.enums import OperationState
from portal.outbox.queries import operations_of
from portal.outbox.words import problem_text
from portal.records.codes import make_code
from portal.records.models import digest
from tendlc import actions, operations, queries, wire
from tendlc.enums import VettingState
from tendlc.forms.brand_change import BrandChangeForm
from tendlc.models import Brand
from tendlc.views.asking import keep_answer, mail_question
from tendlc.views.shown import readable


@require_http_methods(["GET", "HEAD", "POST"])
@scoped(Capability.SUBMIT_PAID)
def brand_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Form, difference and sending at one address; the browser carries what was typed from one to the next."""
    brand = get_object_or_404(queries.brands(request.scope), pk=pk)
    token = request.POST.get("form_token", "")
    if operation_of_form(request.scope.account.pk, token):
        return _to_brand(request, brand)
    if not brand.remote_id or brand.gone_at:
        messages.info(request, _("Vonage does not have this brand, so there is nothing to change there."))
        return _to_brand(request, brand)
    if request.method != "POST":
        return _first_look(request, brand)
    form = BrandChangeForm(request.POST, scope=request.scope, brand=brand)
    step = {"review": _difference, "send": _send}.get(request.POST.get("action", ""))
    if step is None or not form.is_valid():
        return _form_page(request, brand, form)
    if not form.changes:
        messages.info(request, _("Nothing differs from what Vonage holds, so there is nothing to send."))
        return _form_page(request, brand, form)
    return step(request, brand, form)


def _first_look(request: ScopedRequest, brand: Brand) -> HttpResponse:
    """What Vonage holds; after a refused change what was wished for, with what Vonage said at the fields."""
    mine = operations_of(brand).filter(kind=operations.UPDATE_BRAND).first()
    if mine is None or mine.state != OperationState.REFUSED or not mine.last_error:
        return _form_page(request, brand, BrandChangeForm(scope=request.scope, brand=brand))
    filled = BrandChangeForm(scope=request.scope, brand=brand, initial=_wishes(brand, mine.payload))
    form = BrandChangeForm(
        {name: filled[name].value() for name in filled.fields}, scope=request.scope, brand=brand
    )
    fields = mine.last_error.get("fields") or ()
    named = {wire.our_field(str(one.get("field", ""))): str(one.get("description", "")) for one in fields}
    refusal = {
        "ours": problem_text(mine.last_error),
        "detail": str(mine.last_error.get("detail") or ""),
        "instance": mine.last_error.get("instance") or "",
        "other": form.show_refusal(named),
    }
    return _form_page(request, brand, form, refusal=refusal)


def _wishes(brand: Brand, payload: dict[str, Any]) -> dict[str, str]:
    wished = {name: str(brand.wished.get(name) or sent) for name, sent in payload.items()}
    if "phone" in wished:
        wished["phone"] = f"+{wire.digits(wished['phone'])}"
    return wished


def _form_page(request: ScopedRequest, brand: Brand, form: BrandChangeForm, **context: Any) -> HttpResponse:
    return render(request, "tendlc/brand_edit.html", {"brand": brand, "form": form, **context})


def _difference(request: ScopedRequest, brand: Brand, form: BrandChangeForm, **context: Any) -> HttpResponse:
    """What is sent, beside what is there now, and what follows from it."""
    changes = form.changes
    payload = actions.change_payload(brand, changes)
    cautions = form.cautions()
    issuer = brand.ein_country
    rows = [
        {
            "label": form.fields[name].label,
            "before": readable(name, form.facts[name], issuer),
            "after": readable(name, changes[name], issuer),
            "sent": payload[name],
            "is_legal": name in actions.LEGAL_FIELDS,
        }
        for name in form.fields
        if name in changes
    ]
    shown = {
        "brand": brand,
        "form": form,
        "rows": rows,
        "is_legal": bool(actions.LEGAL_FIELDS & changes.keys()),
        "fee": actions.change_fee(changes),
        "live": queries.live_campaigns(brand).count(),
        "scored": brand.vettings.filter(state=VettingState.SCORED, gone_at=None).count(),
        "cautions": cautions,
        "cautions_seen": " ".join(one.code for one in cautions),
        "may_submit": True,
        "seen": _seen(brand, form),
        "form_token": make_code(),
        "question": mail_question(request, brand.client_id, may_skip=True),
        **context,
    }
    return render(request, "tendlc/brand_diff.html", shown)


def _seen(brand: Brand, form: BrandChangeForm) -> str:
    """What the person agreed to: the same changes of the same facts."""
    return digest([form.changes, {name: form.facts[name] for name in form.changes}])[:16]


def _send(request: ScopedRequest, brand: Brand, form: BrandChangeForm) -> HttpResponse:
    if request.POST.get("seen") != _seen(brand, form):
        return _difference(request, brand, form, is_stale=True)
    unconfirmed = {one.code for one in form.cautions()} - set(request.POST.get("confirmed", "").split())
    if unconfirmed:
        return _difference(request, brand, form, unconfirmed=True)
    token = request.POST.get("form_token", "")
    keep_answer(request, brand.client_id)
    try:
        actions.change_brand(request.scope, brand, form.changes, actor=request.user, form_token=token)
    except AlreadyOpen:
        return _difference(request, brand, form, is_busy=True)
    except actions.NotNow as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("The change is saved and goes out. Vonage's answer shows here."))
    return _to_brand(request, brand)


@require_POST
@scoped(Capability.PREPARE)
def brand_accept(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let Vonage's values stand where ours differ."""
    brand = get_object_or_404(queries.brands(request.scope), pk=pk)
    actions.accept_facts(request.scope, brand, actor=request.user)
    messages.success(request, _("Vonage's values stand; yours that differed are forgotten."))
    return _to_brand(request, brand)


def _to_brand(request: ScopedRequest, brand: Brand) -> HttpResponse:
    return redirect("tendlc:brand", request.scope.account.pk, brand.pk)
