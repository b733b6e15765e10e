"""Operations as people see them, the review page, and the reads that pages poll."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey
from portal.outbox import actions, pauses, queries
from portal.outbox.enums import NOT_STORED, TAKEN, OperationState
from portal.outbox.forms import OperationFilter
from portal.outbox.inquiries import KEY_TEST
from portal.outbox.kinds import TakenAlready, kind_of, label_of
from portal.outbox.models import Inquiry, Operation
from portal.outbox.words import fee_text, may_be_done, problem_text, standing
from portal.records.moves import IllegalMove, LostRace
from portal.records.paging import in_order, keyset_page
from portal.records.tables import MOST_EXPORTED, table_file

# Answered by the app on the floor above, which registers itself for it.
KEY_SYNC = "tendlc.sync_key"
COLUMNS = ("code", "what", "object", "state", "why", "next_try", "api_key", "client", "asked_by", "asked_at")
MOST_CHILDREN = 20


@require_safe
@scoped()
def operations(request: ScopedRequest) -> HttpResponse:
    """Everything that was, or is to be, sent: where each stands, why, and what comes next."""
    filters = OperationFilter(request.GET, scope=request.scope)
    page = keyset_page(filters.apply(), order=filters.ordering, token=request.GET.get("after", ""))
    context = {
        "filters": filters,
        "page": page,
        "told": [(row, label_of(row.kind), standing(row)) for row in page.rows],
        "review_count": queries.in_review(request.scope).count(),
        "pauses": pauses.shown_to(request.scope.account),
        "may_export": request.scope.can(Capability.EXPORT),
        "moves": any(row.is_open and row.state != OperationState.REVIEW for row in page.rows),
    }
    return render(request, "outbox/operations.html", context)


@require_safe
@scoped()
def pauses_in_force(request: ScopedRequest) -> HttpResponse:
    """What is paused, as the banner of every page; asked for by the page itself, so that no page pays for it."""
    return render(request, "outbox/_pauses.html", {"pauses": pauses.shown_to(request.scope.account)})


@require_safe
@scoped(Capability.EXPORT)
def operations_export(request: ScopedRequest) -> HttpResponse:
    """The operations the address asks for, as CSV or XLSX, in the list's order."""
    filters = OperationFilter(request.GET, scope=request.scope)
    rows = in_order(filters.apply(), filters.ordering)[: MOST_EXPORTED + 1]
    table = (_cells(row) for row in rows.iterator(chunk_size=500))
    return table_file("operations", request.GET.get("as", "csv"), COLUMNS, table)


def _cells(row: Operation) -> list[object]:
    where = standing(row)
    return [
        *(row.code, label_of(row.kind), row.object_name, row.get_state_display(), where.text),
        where.next_at.isoformat() if where.next_at else "",
        *(row.api_key.key, row.client.name, row.asked_by or "", row.created_at.isoformat()),
    ]


@scoped()
def operation(request: ScopedRequest, pk: int) -> HttpResponse:
    """One operation with its attempts; a person decides here when it is in review."""
    row = get_object_or_404(queries.operations(request.scope).select_related("depends_on"), pk=pk)
    if request.method == "POST":
        return _decide(request, row)
    context = {
        "operation": row,
        "label": label_of(row.kind),
        "standing": standing(row),
        "fee": fee_text(row),
        "may_be_done": may_be_done(row),
        "parent": _named(queries.operations(request.scope).filter(pk=row.depends_on_id or 0)),
        "children": _named(queries.operations(request.scope).filter(depends_on=row).order_by("pk")),
        "may_resend": row.waiting_for not in (NOT_STORED, TAKEN),
        "attempts": [_told(attempt) for attempt in row.attempts.order_by("number")],
        "may_decide": request.scope.can(Capability.SUBMIT_PAID),
        **_offered(request, row),
        "may_approve": row.state == OperationState.AWAITING_APPROVAL
        and request.scope.can(Capability.APPROVE),
        "may_cancel": row.state
        in (OperationState.READY, OperationState.REVIEW, OperationState.AWAITING_APPROVAL),
        "object_url": kind_of(row).page(row),
    }
    template = "outbox/_operation_state.html" if request.htmx else "outbox/operation.html"
    return render(request, template, context)


def _offered(request: ScopedRequest, row: Operation) -> dict[str, Any]:
    """What a person may adopt, and whether something matches that somebody else has to decide about."""
    if row.state != OperationState.REVIEW or not row.candidates or row.waiting_for == TAKEN:
        return {"candidates": []}
    offered = queries.candidates_for(request.scope, row)
    return {"candidates": offered, "some_hidden": len(offered) < len(row.candidates)}


def _named(rows: QuerySet[Operation]) -> list[tuple[Operation, str]]:
    """What this waits for, or what waits for this, with what it is called."""
    return [(row, label_of(row.kind)) for row in rows[:MOST_CHILDREN]]


def _told(attempt: Any) -> Any:
    attempt.told = problem_text(attempt.problem) if attempt.problem.get("text_id") else ""
    return attempt


def _decide(request: ScopedRequest, row: Operation) -> HttpResponse:
    decision = request.POST.get("decision", "")
    try:
        if decision == "adopt":
            actions.adopt_candidate(request.scope, row, request.POST.get("remote_id", ""), actor=request.user)
            messages.success(request, _("Adopted. The object at Vonage now belongs to this operation."))
        elif decision == "absent":
            actions.confirm_absent(request.scope, row, actor=request.user)
            messages.success(request, _("Noted. We look at Vonage once more, then it is sent."))
        elif decision == "approve":
            actions.approve(request.scope, row, actor=request.user)
            messages.success(request, _("Approved. It goes out within seconds."))
        elif decision == "cancel":
            actions.cancel(request.scope, row, actor=request.user)
            messages.success(request, _("Taken back. What may have been done at Vonage stays done there."))
    except TakenAlready as taken:
        messages.error(
            request,
            _("That object at Vonage belongs to “%(name)s” already. Take this operation back instead.")
            % {"name": str(taken)},
        )
    except (LostRace, IllegalMove, LookupError):
        messages.warning(
            request, _("This has moved on in the meantime; nothing was changed. Here is how it stands.")
        )
    return redirect("outbox:operation", request.scope.account.pk, row.pk)


@require_safe
@scoped()
def inquiry(request: ScopedRequest, pk: int) -> HttpResponse:
    """A read somebody waits for; polled until it is answered, or a page to load again where no script runs."""
    row = get_object_or_404(queries.inquiries(request.scope), pk=pk)
    template = "outbox/_inquiry.html" if request.htmx else "outbox/inquiry.html"
    return render(request, template, inquiry_context(row))


def inquiry_context(row: Inquiry) -> dict[str, Any]:
    """What `_inquiry.html` shows: waiting, the answer, or the problem in words."""
    return {
        "inquiry": row,
        "problem": problem_text(row.problem) if row.problem else "",
        "is_sync": row.kind == KEY_SYNC,
    }


@require_POST
@scoped(Capability.MANAGE_KEYS)
def key_test(request: ScopedRequest, pk: int) -> HttpResponse:
    """Ask the worker to try a key."""
    return _ask_of_key(request, pk, KEY_TEST)


@require_POST
@scoped(Capability.MANAGE_KEYS)
def key_sync(request: ScopedRequest, pk: int) -> HttpResponse:
    """Ask the worker to read everything a key holds at Vonage."""
    return _ask_of_key(request, pk, KEY_SYNC)


def _ask_of_key(request: ScopedRequest, pk: int, kind: str) -> HttpResponse:
    api_key = get_object_or_404(ApiKey, account=request.scope.account, pk=pk)
    row = actions.ask(kind, api_key, actor=request.user, api_key=api_key)
    if request.htmx:
        return render(request, "outbox/_inquiry.html", inquiry_context(row))
    return redirect("outbox:inquiry", request.scope.account.pk, row.pk)
