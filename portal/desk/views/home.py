"""Where a member starts: what waits for whom, and what to do next."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.desk.summary import summary


@require_safe
@scoped()
def home(request: ScopedRequest) -> HttpResponse:
    """The home page of an account."""
    return render(request, "desk/home.html", {"summary": summary(request.scope)})
