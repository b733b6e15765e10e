"""Whether this process works, for load balancers and supervisors."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from portal.desk import health
from portal.desk.metrics import exposition

log = structlog.get_logger(__name__)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the process answers and its database does, 503 when not.

    Broker and workers are not asked: pages work without them, and restarting this process would not help.
    """
    database = _database_answers()
    state = {"status": "ok" if database else "failing", "database": "ok" if database else "no answer"}
    return JsonResponse(state, status=200 if database else 503)


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 while nothing fails, 503 otherwise, with the parts that fail by name; what is wrong says `portal_health`."""
    parts = health.examine()
    failing = [part.name for part in parts if part.level is health.Level.FAILING]
    warning = [part.name for part in parts if part.level is health.Level.WARNING]
    state = {"status": "failing" if failing else "ok", "failing": failing, "warning": warning}
    return JsonResponse(state, status=503 if failing else 200)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, for whoever knows METRICS_TOKEN; without one there is no such page."""
    given = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse("the token is missing or wrong\n", status=401, content_type="text/plain")
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError as error:
        log.warning("healthz_database_failed", error=type(error).__name__)
        return False
    return True
