"""Why a call was not forwarded: any question step by step, and what the gate answered lately."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.queries import api_keys
from portal.records.paging import keyset_page
from portal.web.htmx import wants_fragment
from registry.forms.gate import AnswerFilter, WhyForm
from registry.gate import Denial, Snapshot, Step, Topic
from registry.models import GateAnswer
from registry.queries import gate as queries

# Which page a check is about, and whose number in the snapshot leads there.
PAGES: Final = {
    Topic.APPLICATION: ("applications:application", "application_pk"),
    Topic.NUMBERS: ("registry:playground", "application_pk"),
    Topic.APPLICATION_PROFILE: ("registry:application_profile", "profile_id"),
    Topic.BUSINESS_PROFILE: ("registry:business_profile", "business_profile_id"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@scoped()
def why(request: ScopedRequest) -> HttpResponse:
    """A link may carry a question, but never its phone number: addresses are kept in too many places."""
    given = (request.POST if request.method == "POST" else request.GET).copy()
    if request.method != "POST":
        given.pop("number", None)
    form = WhyForm(given or None)
    context: dict[str, Any] = {
        "form": form,
        "applications": queries.suggested_applications(request.scope),
        "keys": api_keys(request.scope),
    }
    if form.is_valid():
        told, snapshot = queries.explain_gate(form.question, request.scope)
        steps = [(step, _page_of(request, step, snapshot)) for step in told.steps]
        context |= {"told": told, "steps": steps, "access": snapshot.access}
    return render(request, "registry/why.html", context)


@require_safe
@scoped()
def gate_answers(request: ScopedRequest) -> HttpResponse:
    """Filtered by what is in the URL; a filter that cannot be read is said so and narrows to nothing."""
    answers = queries.gate_answers(request.scope)
    wanted = AnswerFilter(request.GET, answers=answers)
    found = wanted.qs if wanted.form.is_valid() else answers.none()
    page = keyset_page(found, order="-at", token=request.GET.get("after", ""))
    context = {
        "form": wanted.form,
        "page": page,
        "rows": [(answer, _sentence(answer)) for answer in page.rows],
        "filtered": any(wanted.form.cleaned_data.values()) if wanted.form.is_valid() else True,
    }
    template = "registry/_gate_answers.html" if wants_fragment(request) else "registry/gate_answers.html"
    return render(request, template, context)


def _page_of(request: ScopedRequest, step: Step, snapshot: Snapshot) -> str:
    view, name = PAGES.get(step.check.topic, ("", ""))
    pk = getattr(snapshot, name) if name else None
    return reverse(view, args=[request.scope.account.pk, pk]) if pk else ""


def _sentence(answer: GateAnswer) -> str:
    """The reason in words; a code that is no longer given is shown as it was."""
    known = answer.reason in Denial.values
    return str(Denial(answer.reason).label) if known else answer.reason
