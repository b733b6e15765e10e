"""The search page; the command palette asks it for its hits."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.desk.search import search as hits_of
from portal.web.htmx import wants_fragment


@require_safe
@scoped()
def search(request: ScopedRequest) -> HttpResponse:
    """Objects of every kind that match; a page of its own where no script runs."""
    text = request.GET.get("q", "").strip()[:200]
    context = {"q": text, "groups": hits_of(request.scope, text)}
    return render(
        request, "desk/_search_hits.html" if wants_fragment(request) else "desk/search.html", context
    )
