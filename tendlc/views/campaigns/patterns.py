"""Copying a campaign to a brand, and templates: the wizard of that brand opens filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.drafts.actions import save_draft
from tendlc import actions, queries
from tendlc.forms.campaign import from_wished, with_written_flow
from tendlc.forms.campaign.edit import facts_of
from tendlc.forms.campaign.patterns import STARTERS, TemplateForm, as_pattern, filled
from tendlc.models import Brand, Campaign
from tendlc.views.campaigns.journey import KIND, Journey

page_and_form = require_http_methods(["GET", "HEAD", "POST"])
MOST_BRANDS = 50


def pattern_of(campaign: Campaign) -> dict[str, Any]:
    """A campaign as the wizard keeps it, without its brand's names; the answers behind its message flow too."""
    known = {**facts_of(campaign), "flow": campaign.wished.get("flow") or {}, "label": campaign.label}
    return as_pattern(from_wished(known), campaign.brand)


@page_and_form
@scoped(Capability.PREPARE)
def campaign_copy(request: ScopedRequest, pk: int) -> HttpResponse:
    """The same texts for another brand, or again for the same: choose it, then the wizard opens filled in."""
    row = get_object_or_404(queries.campaigns(request.scope), pk=pk)
    return _for_a_brand(request, pattern_of(row), title=_("Copy “%(name)s”") % {"name": row}, first=row.brand)


def _for_a_brand(
    request: ScopedRequest, pattern: Mapping[str, Any], *, title: str, first: Brand | None = None
) -> HttpResponse:
    if request.method == "POST":
        chosen = request.POST.get("brand", "")
        if not chosen.isdecimal():
            raise Http404
        return _begin(request, get_object_or_404(queries.brands(request.scope), pk=int(chosen)), pattern)
    words = request.GET.get("q", "").strip()[:200]
    rows = queries.brand_search(queries.brands_for_campaigns(request.scope), words)
    brands = list(rows.order_by("display_name", "pk")[: MOST_BRANDS + 1])
    context = {
        "title": title,
        "brands": sorted(brands[:MOST_BRANDS], key=lambda brand: first is None or brand.pk != first.pk),
        "first": first,
        "more": len(brands) > MOST_BRANDS,
        "q": words,
    }
    return render(request, "tendlc/campaign_for_brand.html", context)


def _begin(request: ScopedRequest, brand: Brand, pattern: Mapping[str, Any]) -> HttpResponse:
    """A draft for the brand; its use case is asked for anew, since another brand's answer says nothing of it."""
    values = with_written_flow({"vertical": brand.vertical, **filled(pattern, brand)})
    journey = Journey(request.scope, brand, values=values)
    journey.draft = save_draft(
        request.scope,
        KIND,
        values,
        draft=None,
        version=None,
        client=brand.client,
        api_key=brand.api_key,
        title=journey.title,
        parent_id=brand.pk,
        actor=request.user,
    )
    if journey.use_case and brand.remote_id and not queries.is_fresh(journey.terms.row):
        actions.check_use_case(request.scope, brand, journey.use_case, actor=request.user)
    messages.success(
        request, _("A draft is filled in for %(brand)s. Go through its steps.") % {"brand": brand}
    )
    return redirect(journey.url())


# --- Templates -----------------------------------------------------------------------------------


@require_safe
@scoped(Capability.PREPARE)
def templates(request: ScopedRequest) -> HttpResponse:
    """Templates made here, and those that come with the portal."""
    context = {"rows": queries.campaign_templates(request.scope), "starters": STARTERS.values()}
    return render(request, "tendlc/campaign_templates.html", context)


@page_and_form
@scoped(Capability.PREPARE)
def template_use(request: ScopedRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.campaign_templates(request.scope), pk=pk)
    return _for_a_brand(request, row.values, title=row.name)


@page_and_form
@scoped(Capability.PREPARE)
def starter_use(request: ScopedRequest, key: str) -> HttpResponse:
    if key not in STARTERS:
        raise Http404
    return _for_a_brand(request, STARTERS[key].values, title=str(STARTERS[key].name))


@page_and_form
@scoped(Capability.PREPARE)
def template_save(request: ScopedRequest, pk: int) -> HttpResponse:
    """Keep a campaign's texts, with placeholders for its brand, under a name."""
    campaign = get_object_or_404(queries.campaigns(request.scope), pk=pk)
    pattern = pattern_of(campaign)
    form = TemplateForm(request.POST or None, initial={"name": campaign.label})
    if request.method == "POST" and form.is_valid():
        try:
            name = form.cleaned_data["name"]
            actions.save_template(request.scope, campaign, name, pattern, actor=request.user)
        except actions.NameTaken:
            form.add_error("name", _("There is a template of this name. Choose another."))
        else:
            messages.success(request, _("The template is kept."))
            return redirect("tendlc:campaign_templates", request.scope.account.pk)
    texts = [(name, value) for name, value in pattern.items() if isinstance(value, str) and "{" in value]
    return render(
        request, "tendlc/campaign_template_save.html", {"campaign": campaign, "form": form, "texts": texts}
    )


@page_and_form
@scoped(Capability.PREPARE)
def template_remove(request: ScopedRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.campaign_templates(request.scope), pk=pk)
    if request.method == "POST":
        actions.remove_template(request.scope, row, actor=request.user)
        messages.success(request, _("The template is thrown away."))
        return redirect("tendlc:campaign_templates", request.scope.account.pk)
    return render(request, "tendlc/campaign_template_remove.html", {"row": row})
