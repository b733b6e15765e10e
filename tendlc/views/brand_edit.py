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
from portal.drafts.problems import DraftFinished
from portal.outbox.actions import AlreadyOpen, operation_of_form
from portal.outbox.enums import OperationState
from portal.outbox.queries import operations_of
from portal.outbox.words import problem_text
from portal.records.codes import make_code
from portal.records.models import digest
from tendlc import actions, operations, queries, wire
from tendlc.enums import BrandState, VettingState
from tendlc.forms.brand_change import BrandChangeForm, facts_of
from tendlc.models import Brand
from tendlc.views.asking import keep_answer, mail_question
from tendlc.views.kept_edits import KeptEdit, kept_edit
from tendlc.views.shown import readable

VERIFIED = (BrandState.VERIFIED, BrandState.VETTED)


@require_http_methods(["GET", "HEAD", "POST"])
@scoped(Capability.PREPARE)
def brand_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Form, difference and sending at one address; what was typed is kept as a draft from one to the next."""
    brand = get_object_or_404(queries.brands(request.scope), pk=pk)
    token = request.POST.get("form_token", "")
    if operation_of_form(request.scope.account.pk, token):
        return _to_brand(request, brand)
    if not brand.remote_id or brand.gone_at:
        messages.info(request, _("Vonage does not have this brand, so there is nothing to change there."))
        return _to_brand(request, brand)
    edit = kept_edit(request, brand, facts_of(brand), wire.same)
    if edit.is_over:
        return edit.over()
    if request.method != "POST":
        return _first_look(edit, brand)
    form = BrandChangeForm(edit.data, scope=request.scope, brand=brand)
    step = STEPS.get(request.POST.get("action", ""))
    if step is None or not form.is_valid():
        return _form_page(edit, brand, form)
    if not form.changes:
        messages.info(request, _("Nothing differs from what Vonage holds, so there is nothing to send."))
        return _form_page(edit, brand, form)
    return step(edit, brand, form)


def _first_look(edit: KeptEdit, brand: Brand) -> HttpResponse:
    """What Vonage holds, or what somebody began to change; after a refused change what was wished for.

    What Vonage said stands at the fields that are still as it refused them.
    """
    scope = edit.request.scope
    mine = operations_of(brand).filter(kind=operations.UPDATE_BRAND).first()
    if mine is None or mine.state != OperationState.REFUSED or not mine.last_error:
        return _form_page(edit, brand, BrandChangeForm(scope=scope, brand=brand, initial=edit.typed))
    wished = _wishes(brand, mine.payload)
    filled = BrandChangeForm(scope=scope, brand=brand, initial=edit.typed or wished)
    form = BrandChangeForm({name: filled[name].value() for name in filled.fields}, scope=scope, brand=brand)
    fields = mine.last_error.get("fields") or ()
    said = {wire.our_field(str(one.get("field", ""))): str(one.get("description", "")) for one in fields}
    changed = {name for name in wished if not wire.same(name, wished[name], form.typed.get(name, ""))}
    named = {name: text for name, text in said.items() if name not in changed}
    refusal = {
        "ours": problem_text(mine.last_error),
        "detail": str(mine.last_error.get("detail") or ""),
        "instance": mine.last_error.get("instance") or "",
        "other": form.show_refusal(named),
    }
    return _form_page(edit, brand, form, refusal=refusal)


def _wishes(brand: Brand, payload: dict[str, Any]) -> dict[str, str]:
    wished = {name: str(brand.wished.get(name) or sent) for name, sent in payload.items()}
    if "phone" in wished:
        wished["phone"] = f"+{wire.digits(wished['phone'])}"
    return wished


def _form_page(edit: KeptEdit, brand: Brand, form: BrandChangeForm, **context: Any) -> HttpResponse:
    shown = {"brand": brand, "form": form, **edit.context(), **context}
    return render(edit.request, "tendlc/brand_edit.html", shown)


def _review(edit: KeptEdit, brand: Brand, form: BrandChangeForm) -> HttpResponse:
    return edit.keep(form.typed) or _difference(edit, brand, form)


def _difference(edit: KeptEdit, brand: Brand, form: BrandChangeForm, **context: Any) -> HttpResponse:
    """What is sent, beside what is there now, and what follows from it."""
    request = edit.request
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
        "is_verified": brand.state in VERIFIED,
        "why_no_revet": actions.why_no_revet(brand),
        "fee": actions.change_fee(changes),
        "live": queries.live_campaigns(brand).count(),
        "scored": brand.vettings.filter(state=VettingState.SCORED, gone_at=None).count(),
        "cautions": cautions,
        "cautions_seen": " ".join(one.code for one in cautions),
        "may_submit": request.scope.can(Capability.SUBMIT_PAID),
        "seen": _seen(brand, form),
        "form_token": make_code(),
        "question": mail_question(request, brand.client_id, may_skip=True),
        **edit.context(),
        **context,
    }
    return render(request, "tendlc/brand_diff.html", shown)


def _seen(brand: Brand, form: BrandChangeForm) -> str:
    """What the person agreed to: the same changes of the same facts."""
    return digest([form.changes, {name: form.facts[name] for name in form.changes}])[:16]


def _send(edit: KeptEdit, brand: Brand, form: BrandChangeForm) -> HttpResponse:
    request = edit.request
    request.scope.require(Capability.SUBMIT_PAID)
    problem = edit.stale()
    if problem is not None:
        return problem
    if request.POST.get("seen") != _seen(brand, form):
        return _difference(edit, brand, form, is_stale=True)
    if {one.code for one in form.cautions()} - set(request.POST.get("confirmed", "").split()):
        return _difference(edit, brand, form, unconfirmed=True)
    keep_answer(request, brand.client_id)
    return _sent(edit, brand, form)


def _sent(edit: KeptEdit, brand: Brand, form: BrandChangeForm) -> HttpResponse:
    request, token = edit.request, edit.request.POST.get("form_token", "")
    try:
        actions.change_brand(
            request.scope, brand, form.changes, actor=request.user, form_token=token, draft=edit.draft
        )
    except AlreadyOpen:
        return _difference(edit, brand, form, is_busy=True)
    except DraftFinished as finished:
        edit.draft = finished.draft
        return edit.over()
    except actions.NotNow as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("The change is saved and goes out. Vonage's answer shows here."))
    return _to_brand(request, brand)


def _hand_over(edit: KeptEdit, brand: Brand, form: BrandChangeForm) -> HttpResponse:
    return edit.hand_over(form.typed)


STEPS = {"review": _review, "send": _send, "handover": _hand_over}


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
