"""Where network features can be had: a page for everybody, signed in or not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.queries.offered import coverage


@require_safe
def countries(request: HttpRequest) -> HttpResponse:
    """Available countries with their operators and what each offers today."""
    return render(request, "registry/countries.html", {"countries": coverage(timezone.now().date())})
