"""Deadlines of all brands, and marking as done what only a person knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.scope import Scope
from portal.records.paging import keyset_page
from tendlc import actions, queries
from tendlc.lifecycle import DEADLINES, DeadlineText
from tendlc.messages import path_of_deadline
from tendlc.models import Deadline

# What the list can be narrowed to, by the word in its address, and in which order it then is.
SHOWN: Final[Mapping[str, tuple[Callable[[Scope], QuerySet[Deadline]], str]]] = {
    "": (queries.deadlines, "due_at"),
    "done": (queries.done_deadlines, "-due_at"),
}


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
    open_ = one.done_at is None
    late, near = open_ and one.due_at < now, open_ and one.due_at < now + told.near
    return DeadlineRow(one, told, path_of_deadline(one), late, near)


@require_safe
@scoped()
def deadlines(request: ScopedRequest) -> HttpResponse:
    """Those that are open, the next first; or those that are done, the last first."""
    shown = request.GET.get("show", "")
    read, order = SHOWN.get(shown, SHOWN[""])
    page = keyset_page(read(request.scope), order=order, token=request.GET.get("after", ""))
    context = {
        "page": page,
        "shown": shown if shown in SHOWN else "",
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
    return redirect(path_of_deadline(deadline))
