"""Finding a business profile."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.drafts.queries import open_drafts
from portal.records.paging import keyset_page
from portal.web.htmx import wants_fragment
from registry.actions.submitting import MOST_PROFILES, WARN_AT, profiles_used
from registry.forms.business import BusinessFilter
from registry.queries.profiles import business_profiles
from registry.views.business.journey import NEW
from registry.views.business.status import words_of

MOST_DRAFTS = 6


@require_safe
@scoped()
def business_list(request: ScopedRequest) -> HttpResponse:
    """Every business profile a person may see; words, filters and order are in the address."""
    found = BusinessFilter(request.GET, scope=request.scope)
    rows = found.apply(business_profiles(request.scope))
    page = keyset_page(rows, order=found.order, token=request.GET.get("after", ""))
    words, used = words_of(page.rows), profiles_used(request.scope.account)
    context = {
        "form": found,
        "page": page,
        "rows": [(row, words[row.pk]) for row in page.rows],
        "is_filtered": bool(found.chosen),
        "drafts": open_drafts(request.scope, NEW)[:MOST_DRAFTS],
        "may_prepare": request.scope.can(Capability.PREPARE),
        "used": used,
        "most": MOST_PROFILES,
        "is_tight": used >= WARN_AT,
    }
    template = (
        "registry/_business_list.html" if wants_fragment(request) else "registry/business_profiles.html"
    )
    return render(request, template, context)
