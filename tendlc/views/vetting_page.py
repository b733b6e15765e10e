"""One vetting: its result and its reasons, what was sent and what came back, what happened, and what may follow."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.scope import Scope
from portal.history.actions import type_of
from portal.notices.queries import follow_of
from portal.outbox.enums import OperationState
from portal.outbox.models import Inquiry, Operation
from portal.outbox.queries import before_reading, latest_inquiry
from portal.outbox.words import problem_text, standing
from portal.web.htmx import wants_fragment
from tendlc import operations, queries, wire
from tendlc.enums import VettingState
from tendlc.models import Vetting
from tendlc.views import shown
from tendlc.views.acts import vetting_acts
from tendlc.views.story import last_operations, sent_of, story_of
from tendlc.views.vettings import vetting_row

MOVING = (VettingState.SUBMITTING, VettingState.PENDING)


@require_safe
@scoped()
def vetting(request: ScopedRequest, pk: int) -> HttpResponse:
    """A vetting; while something moves its page asks for news, and loads anew when there are some."""
    unread = before_reading(Vetting, request.scope, pk)
    mine = last_operations(unread)
    look = latest_inquiry(unread, operations.REFRESH)
    row = get_object_or_404(queries.vettings(request.scope).select_related("authorised_by"), pk=pk)
    print_now = _fingerprint(row, mine, look)
    if wants_fragment(request):
        same = request.GET.get("was") == print_now
        return HttpResponse(status=204) if same else HttpResponseClientRefresh()
    context = {
        **_standing(request.scope, row, mine, look),
        "acts": vetting_acts(request.scope, row, list(row.brand.vettings.all())),
        "sent": sent_of(mine),
        **story_of(row),
        "fingerprint": print_now,
        "following": follow_of(request.scope, row) is not None,
        "object_type": type_of(row),
    }
    return render(request, "tendlc/vetting.html", context)


def _standing(scope: Scope, row: Vetting, mine: list[Operation], look: Inquiry | None) -> dict[str, Any]:
    """Where it stands, in words, and whether the page should look for news by itself."""
    opened = next((one for one in mine if one.is_open), None)
    return {
        "vetting": row,
        "row": vetting_row(row, queries.vetting_catalogue(scope), mine[0] if mine else None),
        "reasons": wire.Vetting.from_json(row.raw).reasons,
        "open_operation": opened,
        "open_standing": standing(opened) if opened else None,
        "look_problem": problem_text(look.problem) if look and look.answered_at and look.problem else "",
        "moves": (row.gone_at is None and row.state in MOVING)
        or (look is not None and look.answered_at is None)
        or (opened is not None and opened.state != OperationState.REVIEW),
    }


def _fingerprint(row: Vetting, mine: list[Operation], look: Inquiry | None) -> str:
    return shown.fingerprint(
        row.state,
        row.remote_status,
        row.score,
        row.listed_at,
        row.gone_at,
        *map(shown.operation_part, mine),
        shown.inquiry_part(look),
        row.api_key.refused_at,
    )
