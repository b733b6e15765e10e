"""Finding a campaign, and choosing the brand of a new one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.drafts.queries import open_drafts
from portal.records.paging import keyset_page
from portal.web.htmx import wants_fragment
from tendlc import queries
from tendlc.actions import CAMPAIGN_CHANGE
from tendlc.enums import Axis
from tendlc.forms.campaign import CampaignFilter
from tendlc.views.campaigns.journey import KIND
from tendlc.views.listings import choices_for
from tendlc.views.shown import mark_taken_back

MOST_DRAFTS, MOST_BRANDS = 6, 50


@require_safe
@scoped()
def campaigns(request: ScopedRequest) -> HttpResponse:
    """Every campaign a person may see; words, filters and order are in the address."""
    found = CampaignFilter(request.GET, scope=request.scope)
    rows = found.apply(queries.campaigns(request.scope))
    page = keyset_page(rows, order=found.order, token=request.GET.get("after", ""))
    mark_taken_back(request.scope, Axis.CAMPAIGN, page.rows)
    context = {
        "form": found,
        "page": page,
        "is_filtered": bool(found.chosen),
        "drafts": open_drafts(request.scope, KIND, CAMPAIGN_CHANGE)[:MOST_DRAFTS],
        "may_prepare": request.scope.can(Capability.PREPARE),
        "many": choices_for(request.scope, "campaigns"),
    }
    template = "tendlc/_campaign_list.html" if wants_fragment(request) else "tendlc/campaigns.html"
    return render(request, template, context)


@require_safe
@scoped(Capability.PREPARE)
def campaign_start(request: ScopedRequest) -> HttpResponse:
    """Choose the brand of a new campaign; only brands that exist at Vonage can have one."""
    words = request.GET.get("q", "").strip()
    rows = queries.brand_search(queries.brands_for_campaigns(request.scope), words)
    brands = list(rows.order_by("display_name", "pk")[: MOST_BRANDS + 1])
    context = {
        "brands": brands[:MOST_BRANDS],
        "more": len(brands) > MOST_BRANDS,
        "q": words,
        "use_case": request.GET.get("use_case", ""),
    }
    return render(request, "tendlc/campaign_start.html", context)
