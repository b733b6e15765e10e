"""Whether this process works, for load balancers and supervisors."""

from __future__ import annotations

import structlog
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

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


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError as error:
        log.warning("healthz_database_failed", error=type(error).__name__)
        return False
    return True
