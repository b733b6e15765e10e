"""Error pages that say what happened, what it means, and what to do next."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The reason is shown only if it was raised with one, for people, by our own code."""
    reason = str(exception) if exception and exception.args else ""
    return render(request, "403.html", {"reason": reason, "request_id": _request_id()}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    context = {"stale_form": True, "request_id": _request_id()}
    return render(request, "403.html", context, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", {"request_id": _request_id()}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Uses neither the database nor the session: either may be what is broken."""
    context: dict[str, Any] = {"request_id": _request_id(), "support_url": settings.SUPPORT_URL}
    return HttpResponse(render_to_string("500.html", context), status=500)


def _request_id() -> str:
    """What support needs to find this request in the log."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
