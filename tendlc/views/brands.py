"""The list of brands and the page of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.scope import Scope
from portal.drafts.queries import open_drafts
from portal.history.actions import type_of
from portal.notices.queries import follow_of
from portal.outbox.enums import OperationState
from portal.outbox.kinds import label_of
from portal.outbox.models import Inquiry, Operation
from portal.outbox.queries import before_reading, latest_inquiry
from portal.outbox.words import after_refusal, problem_text, refusal_text, standing
from portal.records.paging import keyset_page
from portal.web.htmx import wants_fragment
from portal.web.templatetags.portal_ui import words
from tendlc import actions, lifecycle, operations, queries
from tendlc.enums import Axis, BrandState, VettingState
from tendlc.forms.brand import PAYER, BrandForm
from tendlc.forms.lists import BrandFilter
from tendlc.models import Brand
from tendlc.views import shown
from tendlc.views.acts import brand_acts
from tendlc.views.brand_form import KIND, brand_again, brand_new
from tendlc.views.deadlines import deadline_rows
from tendlc.views.kept_edits import edits_context
from tendlc.views.listings import choices_for
from tendlc.views.record import record_of
from tendlc.views.story import last_operations, sent_of, story_of
from tendlc.views.vettings import vetting_rows

__all__ = ["brand", "brand_again", "brand_new", "brand_sync", "brands"]

MOVING = (BrandState.SUBMITTING, BrandState.PENDING)
MOVING_VETTINGS = (VettingState.SUBMITTING, VettingState.PENDING)
DRAFTS_SHOWN, MOST_CAMPAIGNS = 10, 50
LABELS = {name: field.label for name, field in BrandForm.base_fields.items() if name not in PAYER}


@require_safe
@scoped()
def brands(request: ScopedRequest) -> HttpResponse:
    filters = BrandFilter(request.GET, scope=request.scope)
    page = keyset_page(filters.apply(), order=filters.order, token=request.GET.get("after", ""))
    shown.mark_taken_back(request.scope, Axis.BRAND, page.rows)
    context = {
        "filters": filters,
        "page": page,
        "drafts": open_drafts(request.scope, KIND, actions.BRAND_CHANGE)[:DRAFTS_SHOWN],
        "may_prepare": request.scope.can(Capability.PREPARE),
        "many": choices_for(request.scope, "brands"),
    }
    return render(request, "tendlc/brands.html", context)


@require_safe
@scoped()
def brand(request: ScopedRequest, pk: int) -> HttpResponse:
    """The page of a brand; while something moves it asks for news, and loads anew when there are some."""
    unread = before_reading(Brand, request.scope, pk)
    mine = last_operations(unread)
    look = latest_inquiry(unread, operations.REFRESH)
    row = get_object_or_404(queries.brands(request.scope), pk=pk)
    context = _brand_context(request, row, mine, look)
    if not wants_fragment(request):
        return render(request, "tendlc/brand.html", context)
    if request.GET.get("was") == context["fingerprint"]:
        return HttpResponse(status=204)
    return HttpResponseClientRefresh()


def _brand_context(
    request: ScopedRequest, row: Brand, mine: list[Operation], look: Inquiry | None
) -> dict[str, Any]:
    vettings = list(
        queries.vettings(request.scope).filter(brand=row).select_related("authorised_by").order_by("-id")
    )
    scope = request.scope
    opened = next((one for one in mine if one.is_open), None)
    refused = mine[0] if mine and mine[0].state == OperationState.REFUSED else None
    return {
        "brand": row,
        "explanation": shown.explained(Axis.BRAND, row, mine[0] if mine else None),
        "sent": sent_of(mine),
        "open_operation": opened,
        "open_standing": standing(opened) if opened else None,
        **_facts(row, opened, may_prepare=scope.can(Capability.PREPARE)),
        "record": record_of(row),
        "vettings": vetting_rows(scope, vettings),
        "deadlines": deadline_rows(queries.deadlines(scope).filter(brand=row)[:20]),
        "acts": brand_acts(scope, row, opened, vettings),
        "feedback": [_category(one) for one in row.feedback],
        **_campaigns(scope, row),
        "reason": refusal_text(refused) if refused and row.state == BrandState.REFUSED else "",
        "refused_act": _refused_act(mine),
        **edits_context(scope, row),
        **story_of(row),
        "following": follow_of(scope, row) is not None,
        "object_type": type_of(row),
        "look": look,
        "look_problem": problem_text(look.problem) if look and look.answered_at and look.problem else "",
        "moves": _moves(row, mine, vettings, look),
        "fingerprint": _fingerprint(row, mine, vettings, look),
        "may_prepare": scope.can(Capability.PREPARE),
    }


def _campaigns(scope: Scope, row: Brand) -> dict[str, Any]:
    """The newest of its campaigns, and whether there are more than a page shows."""
    found = list(queries.campaigns(scope).filter(brand=row).order_by("-id")[: MOST_CAMPAIGNS + 1])
    return {"campaigns": found[:MOST_CAMPAIGNS], "more_campaigns": len(found) > MOST_CAMPAIGNS}


def _category(said: dict[str, Any]) -> dict[str, Any]:
    """One category of the feedback with its remedy; it and its fields by the names people know."""
    remedy = lifecycle.remedy_of(str(said.get("name", "")))
    fields = [str(LABELS.get(name, words(name))) for name in said.get("fields") or ()]
    return {**said, "label": remedy.label, "remedy": remedy.text, "fields": fields}


ACTS = (operations.UPDATE_BRAND, operations.DELETE_BRAND, operations.REVET_BRAND)


def _refused_act(mine: list[Operation]) -> dict[str, Any] | None:
    """The last thing done to a registered brand, when Vonage said no to it."""
    if not mine or mine[0].kind not in ACTS or mine[0].state != OperationState.REFUSED:
        return None
    error = mine[0].last_error
    return {
        "label": label_of(mine[0].kind),
        "text": refusal_text(mine[0]),
        "next_step": after_refusal(mine[0]),
        "fields": error.get("fields") or (),
        "can_edit": mine[0].kind == operations.UPDATE_BRAND,
        "operation": mine[0],
    }


def _facts(row: Brand, opened: Operation | None, *, may_prepare: bool) -> dict[str, Any]:
    on_their_way = opened.payload if opened and opened.kind == operations.UPDATE_BRAND else {}
    facts = shown.brand_facts(LABELS, row, on_their_way)
    apart = any(fact.is_elsewhere or (fact.differs and not fact.is_on_its_way) for fact in facts)
    return {"facts": facts, "may_accept": apart and may_prepare}


def _moves(row: Brand, mine: list[Operation], vettings: list[Any], look: Inquiry | None) -> bool:
    """Whether the page should look for news by itself."""
    asked = look is not None and look.answered_at is None
    return (
        (row.gone_at is None and row.state in MOVING)
        or asked
        or any(one.state in MOVING_VETTINGS and one.gone_at is None for one in vettings)
        or any(one.is_open and one.state != OperationState.REVIEW for one in mine)
    )


def _fingerprint(row: Brand, mine: list[Operation], vettings: list[Any], look: Inquiry | None) -> str:
    return shown.fingerprint(
        row.state,
        row.remote_status,
        row.gone_at,
        *map(shown.operation_part, mine),
        *(f"{one.state}:{one.score}:{one.listed_at}" for one in vettings),
        shown.inquiry_part(look),
        row.api_key.refused_at,
    )


@require_POST
@scoped()
def brand_sync(request: ScopedRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.brands(request.scope), pk=pk)
    try:
        actions.sync_now(request.scope, row, actor=request.user)
    except actions.NotNow:
        messages.info(request, _("Vonage does not know this brand yet, so there is nothing to read."))
    return redirect(reverse("tendlc:brand", args=[request.scope.account.pk, row.pk]))
