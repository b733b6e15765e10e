"""May this brand run this use case, on which terms, at what price: the answers, and asking again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.scope import Scope
from portal.history.actions import type_of
from portal.outbox.models import Inquiry
from portal.outbox.queries import inquiries
from portal.outbox.words import problem_text
from portal.web.htmx import wants_fragment
from tendlc import actions, operations, queries
from tendlc.enums import BrandState, UseCase
from tendlc.forms.campaign import USE_CASES, Terms
from tendlc.models import Brand
from tendlc.wire import MnoMetadata

MOST_COMPARED = 3


@dataclass(frozen=True)
class Asking:
    """How a question to Vonage stands: what is known, what was saved, and when it is tried (again)."""

    inquiry: Inquiry
    text: str
    moves: bool = False
    failed: bool = False
    retry_at: datetime | None = None


@dataclass(frozen=True)
class UseCaseRow:
    """One use case of a brand: what it is, the last answer, and the question that is open or failed."""

    value: str
    label: str
    about: Any
    terms: Terms
    asking: Asking | None

    @property
    def by_name(self) -> dict[str, MnoMetadata]:
        """What each carrier says, by its name."""
        return dict(self.terms.carriers)


@require_http_methods(["GET", "HEAD", "POST"])
@scoped()
def use_cases(request: ScopedRequest, pk: int) -> HttpResponse:
    """All use cases of a brand with the last answer for each; posting asks about several, or all."""
    brand = get_object_or_404(queries.brands(request.scope), pk=pk)
    if request.method == "POST":
        return (_compare if request.POST.get("action") == "compare" else _ask_several)(request, brand)
    asked, answers = _asked(request.scope, brand), queries.latest_qualifications(brand)
    rows = [_row(value, answers.get(value), asked) for value in UseCase.values]
    context = {
        "brand": brand,
        "rows": rows,
        "moves": any(row.asking and row.asking.moves for row in rows),
        "progress": _progress(rows),
        "networks": _networks(rows),
        "ways": "" if brand.gone_at else ways_to_more(brand),
        "may_ask": _may_ask(request.scope, brand),
    }
    template = "tendlc/_use_case_list.html" if wants_fragment(request) else "tendlc/use_cases.html"
    return render(request, template, context)


@require_safe
@scoped()
def compare(request: ScopedRequest, pk: int) -> HttpResponse:
    """Two or three use cases side by side, before one is chosen."""
    brand = get_object_or_404(queries.brands(request.scope), pk=pk)
    chosen = [value for value in dict.fromkeys(request.GET.getlist("use_case")) if value in UseCase.values]
    if not 2 <= len(chosen) <= MOST_COMPARED:
        messages.info(request, _("Choose two or three use cases to compare."))
        return redirect("tendlc:use_cases", request.scope.account.pk, brand.pk)
    asked, answers = _asked(request.scope, brand), queries.latest_qualifications(brand)
    rows = [_row(value, answers.get(value), asked) for value in chosen]
    context = {"brand": brand, "rows": rows, "may_ask": _may_ask(request.scope, brand)}
    return render(request, "tendlc/use_cases_compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@scoped()
def use_case(request: ScopedRequest, pk: int, use_case: str) -> HttpResponse:
    """One use case, carrier by carrier; posting asks Vonage (again)."""
    brand = get_object_or_404(queries.brands(request.scope), pk=pk)
    if use_case not in UseCase.values:
        raise Http404
    if request.method == "POST":
        return _ask(request, brand, use_case)
    context = answer_context(request.scope, brand, use_case)
    template = "tendlc/_use_case_answer.html" if wants_fragment(request) else "tendlc/use_case.html"
    return render(request, template, context)


def answer_context(scope: Scope, brand: Brand, use_case: str) -> dict[str, Any]:
    """What `_use_case_answer.html` shows; the wizard shows it too."""
    asked = _asked(scope, brand, use_case)
    row = _row(use_case, queries.qualification_of(brand, use_case), asked)
    return {
        "brand": brand,
        "row": row,
        "is_fresh": queries.is_fresh(row.terms.row),
        "may_ask": _may_ask(scope, brand),
    }


def _may_ask(scope: Scope, brand: Brand) -> bool:
    return scope.can(Capability.PREPARE) and brand.gone_at is None


def _compare(request: ScopedRequest, brand: Brand) -> HttpResponse:
    chosen = urlencode({"use_case": request.POST.getlist("use_case")}, doseq=True)
    path = reverse("tendlc:use_cases_compare", args=[request.scope.account.pk, brand.pk])
    return redirect(f"{path}?{chosen}")


def _ask_several(request: ScopedRequest, brand: Brand) -> HttpResponse:
    """The chosen ones, or all that have no young answer: asking is free, but takes a request each."""
    answers = queries.latest_qualifications(brand)
    if request.POST.get("action") == "all":
        wanted = [value for value in UseCase.values if not queries.is_fresh(answers.get(value))]
    else:
        chosen = request.POST.getlist("only") or request.POST.getlist("use_case")
        wanted = [value for value in UseCase.values if value in chosen]
    try:
        asked = actions.check_use_cases(request.scope, brand, wanted, actor=request.user)
    except actions.NotNow:
        messages.warning(request, _not_now(brand))
    else:
        messages.info(request, _several_text(len(asked)))
    return redirect("tendlc:use_cases", request.scope.account.pk, brand.pk)


def _not_now(brand: Brand) -> str:
    if brand.gone_at:
        return _("The brand is not at Vonage any more, so nothing can be asked of it.")
    return _("Vonage does not know this brand yet. Ask again once it is registered.")


def _several_text(count: int) -> str:
    if not count:
        return _("Nothing was asked: choose use cases, or wait until their answers are a day old.")
    text = ngettext(
        "%(n)d question is saved. Vonage is asked one after the other; you may leave this page.",
        "%(n)d questions are saved. Vonage is asked one after the other; you may leave this page.",
        count,
    )
    return text % {"n": count}


def _ask(request: ScopedRequest, brand: Brand, use_case: str) -> HttpResponse:
    label = UseCase(use_case).label
    try:
        actions.check_use_case(request.scope, brand, use_case, actor=request.user)
    except actions.NotNow:
        messages.warning(request, _not_now(brand))
    else:
        messages.info(
            request, _("Vonage is being asked about “%(label)s”. The answer appears here.") % {"label": label}
        )
    if request.POST.get("next") == "list":
        return redirect("tendlc:use_cases", request.scope.account.pk, brand.pk)
    return redirect("tendlc:use_case", request.scope.account.pk, brand.pk, use_case)


def _progress(rows: list[UseCaseRow]) -> dict[str, int]:
    """How many of the use cases have an answer, and how many are being asked."""
    return {
        "answered": sum(row.terms.row is not None for row in rows),
        "open": sum(bool(row.asking and row.asking.moves) for row in rows),
        "all": len(rows),
    }


def _networks(rows: list[UseCaseRow]) -> list[str]:
    """The carriers that any answer names, in the order in which they come: the columns of the matrix."""
    return list(dict.fromkeys(name for row in rows for name, _record in row.terms.carriers))


def ways_to_more(brand: Brand) -> str:
    """What would open more use cases to a brand as it stands; "" where nothing is known to."""
    texts = {
        BrandState.PENDING: _("The brand is still being checked; most use cases open once it is verified."),
        BrandState.UNVERIFIED: _(
            "The brand is not verified. Correct it by its feedback or have it vetted; then check again."
        ),
        BrandState.VERIFIED: _(
            "The brand is verified but not vetted. External vetting opens most use cases, and its score raises "
            "throughput and tier; “Low volume” needs none."
        ),
    }
    return texts.get(BrandState(brand.state), "")


def _row(value: str, answer: Any, asked: Mapping[str, Inquiry]) -> UseCaseRow:
    terms = Terms(value, answer)
    inquiry = asked.get(value)
    asking = _asking(inquiry, terms) if inquiry is not None else None
    return UseCaseRow(value, str(UseCase(value).label), USE_CASES[value], terms, asking)


def _asked(scope: Scope, brand: Brand, use_case: str = "") -> dict[str, Inquiry]:
    """The last question about each use case of a brand, in one query.

    Read before the answers, or one that comes in between is missing from the page, which then asks no more.
    """
    rows = inquiries(scope).filter(kind=operations.USE_CASE, object_type=type_of(brand), object_id=brand.pk)
    if use_case:
        rows = rows.filter(question__use_case=use_case)
    newest: dict[str, Inquiry] = {}
    for row in rows.order_by("-id")[:100]:
        newest.setdefault(str(row.question.get("use_case")), row)
    return newest


def _why_unanswered(problem: dict[str, Any]) -> str:
    """A problem in words. Nobody filled in fields to ask, so what Vonage says of them is said as it is."""
    said = [str(one.get("description")) for one in problem.get("fields") or () if one.get("description")]
    if not said:
        return problem_text(problem)
    return _("Vonage could not answer: %(said)s. Ask again; if it stays, tell support.") % {
        "said": "; ".join(said).rstrip(".")
    }


def _asking(inquiry: Inquiry, terms: Terms) -> Asking | None:
    """None once a question is answered: then the answer speaks for itself."""
    text = _why_unanswered(inquiry.problem) if inquiry.problem else ""
    if inquiry.answered_at is None and inquiry.api_key.refused_at:
        saved = _(
            "Vonage refused the API key. Your question is saved; it is asked by itself as soon as an admin "
            "has corrected and tested the key in Settings."
        )
        return Asking(inquiry, saved, moves=True, failed=True)
    if inquiry.answered_at is None:
        waiting = text or _("Your question is saved. Vonage usually answers within seconds.")
        return Asking(inquiry, waiting, moves=True, retry_at=inquiry.next_try_at if text else None)
    overtaken = terms.row is not None and terms.row.checked_at >= inquiry.answered_at
    return Asking(inquiry, text, failed=True) if text and not overtaken else None
