"""Saving while somebody types, and throwing a draft away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.drafts import queries
from portal.drafts.actions import discard_draft, save_draft
from portal.drafts.forms import STARTED_FROM, DraftForm, typed_values
from portal.drafts.problems import DraftConflict, DraftFinished, DraftKeyFixed, DraftTooLarge
from portal.web.htmx import wants_fragment


@dataclass(frozen=True)
class Side:
    """One field of a conflict, as it stands in both versions."""

    name: str
    theirs: str
    yours: str


@require_POST
@scoped(Capability.PREPARE)
def save(request: ScopedRequest) -> HttpResponse:
    """Keep what is typed so far; answers with the state line, or both versions when somebody was faster.

    The answer is 200 in every case: htmx shows nothing of an error answer, and the form itself is fine.
    """
    envelope = DraftForm(request.POST, scope=request.scope)
    if not envelope.is_valid():
        return _answer(request, {"kind": "unreadable"})
    data = envelope.cleaned_data
    try:
        draft = save_draft(
            request.scope,
            data["draft_kind"],
            typed_values(request.POST),
            draft=data["draft"],
            version=data["version"],
            client=data["client"],
            api_key=data["api_key"],
            title=data["draft_title"],
            parent_id=data["draft_parent"],
            actor=request.user,
        )
    except DraftConflict as conflict:
        return _answer(request, _about_conflict(request, conflict))
    except DraftFinished as problem:
        return _answer(request, {"kind": "finished", "draft": problem.draft})
    except DraftKeyFixed as problem:
        return _answer(request, {"kind": "fixed", "draft": problem.draft})
    except DraftTooLarge:
        return _answer(request, {"kind": "too_large"})
    return _answer(request, {"kind": "saved", "draft": draft})


@require_http_methods(["GET", "HEAD", "POST"])
@scoped(Capability.PREPARE)
def discard(request: ScopedRequest, pk: int) -> HttpResponse:
    draft = get_object_or_404(queries.open_drafts(request.scope), pk=pk)
    if request.method == "POST":
        try:
            discard_draft(request.scope, draft, actor=request.user)
        except DraftFinished:
            messages.error(request, _("This draft was submitted meanwhile."))
        else:
            messages.success(request, _("The draft is thrown away."))
        return redirect(_next(request) or "/")
    return render(request, "drafts/discard.html", {"draft": draft, "next": _next(request)})


def _answer(request: ScopedRequest, state: dict[str, Any]) -> HttpResponse:
    if wants_fragment(request):
        return render(request, "drafts/_draft_state.html", {"state": state})
    if state["kind"] == "saved" and _next(request):
        messages.success(request, _("Your draft is saved."))
        return redirect(f"{_next(request)}?draft={state['draft'].pk}")
    return render(request, "drafts/save.html", {"state": state, "next": _next(request)})


def _about_conflict(request: ScopedRequest, conflict: DraftConflict) -> dict[str, Any]:
    theirs, yours = conflict.theirs.values, conflict.yours
    names = [*yours, *(name for name in theirs if name not in yours)]
    sides = [
        Side(name, _text(theirs.get(name)), _text(yours.get(name))) for name in names if name != STARTED_FROM
    ]
    return {
        "kind": "conflict",
        "draft": conflict.theirs,
        "sides": [side for side in sides if side.theirs != side.yours],
        "page": _page(request),
        "again": [
            (name, text) for name, texts in request.POST.lists() for text in texts if name not in NOT_AGAIN
        ],
    }


# Sent anew by the page that offers to keep one's own version.
NOT_AGAIN = ("csrfmiddlewaretoken", "version")


def _page(request: ScopedRequest) -> str:
    """Where the form is, to load it anew with the other version; a path of ours or nothing."""
    path = request.htmx.current_url_abs_path if request.htmx else _next(request)
    return urlsplit(path or "").path


def _next(request: ScopedRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
