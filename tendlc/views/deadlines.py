"""Deadlines of all brands, and marking as done what only a person knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.records.paging import keyset_page
from tendlc import actions, queries
from tendlc.lifecycle import DEADLINES, DeadlineText
from tendlc.messages import path_of
from tendlc.models import Deadline


@dataclass(frozen=True)
class DeadlineRow:
    """A deadline with its texts, for `_deadlines.html`."""

    deadline: Deadline
    told: DeadlineText
    path: str
    is_late: bool
    is_near: bool


def deadline_rows(deadlines: Iterable[Deadline]) -> list[DeadlineRow]:
    now = timezone.now()
    return [_row(one, now) for one in deadlines]


def _row(one: Deadline, now: datetime) -> DeadlineRow:
    told = DEADLINES[one.kind]
    return DeadlineRow(
        one, told, path_of(one.campaign or one.brand), one.due_at < now, one.due_at < now + told.near
    )


@require_safe
@scoped()
def deadlines(request: ScopedRequest) -> HttpResponse:
    page = keyset_page(queries.deadlines(request.scope), order="due_at", token=request.GET.get("after", ""))
    context = {
        "page": page,
        "deadlines": deadline_rows(page.rows),
        "may_prepare": request.scope.can(Capability.PREPARE),
    }
    return render(request, "tendlc/deadlines.html", context)


@require_POST
@scoped(Capability.PREPARE)
def deadline_done(request: ScopedRequest, pk: int) -> HttpResponse:
    deadline = get_object_or_404(queries.deadlines(request.scope), pk=pk)
    try:
        actions.finish_deadline(request.scope, deadline, actor=request.user)
    except actions.NotNow:
        messages.info(request, _("This closes by itself once Vonage says so."))
    else:
        messages.success(request, _("Marked as done."))
    return redirect(path_of(deadline.campaign or deadline.brand))
