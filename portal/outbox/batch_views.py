"""Batches as people see them: a file is checked, shown, started, held, and its result taken home."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.outbox import batch_actions, queries
from portal.outbox.batches import BatchKind, batch_kind, kinds_for
from portal.outbox.enums import BatchState, OperationState
from portal.outbox.models import Batch, BatchRow
from portal.outbox.words import problem_text, standing
from portal.records.moves import IllegalMove, LostRace
from portal.records.paging import keyset_page
from portal.records.tables import MOST_BYTES, UnreadableTable, read_csv, table_file

OUTCOME_NAMES = {
    "wrong": gettext_lazy("wrong, left out"),
    "already": gettext_lazy("already so"),
    "waiting": gettext_lazy("waiting"),
    "under_way": gettext_lazy("under way"),
    "done": gettext_lazy("done"),
    "refused": gettext_lazy("refused or taken back"),
}
PAUSED_FOR = {
    "not_allowed": gettext_lazy(
        "It was paused because whoever started it may not do this in the account any more."
    ),
}


class UploadForm(forms.Form):
    """One file; what is in it is checked by the kind of the batch."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB. Split it into several."))
        return file


@require_safe
@scoped()
def batches(request: ScopedRequest) -> HttpResponse:
    page = keyset_page(queries.batches(request.scope), order="-id", token=request.GET.get("after", ""))
    for row in page.rows:
        row.label = _label(row)  # type: ignore[attr-defined]
    return render(request, "outbox/batches.html", {"page": page, "kinds": kinds_for(request.scope)})


def _label(batch: Batch) -> str:
    kind = batch_kind(batch.kind)
    return str(kind.label) if kind else batch.kind


@require_http_methods(["GET", "HEAD", "POST"])
@scoped()
def batch_new(request: ScopedRequest, kind: str) -> HttpResponse:
    """Upload a file; every row is checked, and nothing is sent before somebody starts it."""
    of_kind = batch_kind(kind)
    if of_kind is None:
        raise Http404
    request.scope.require(of_kind.capability)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _checked(request, of_kind, form.cleaned_data["file"])
        except UnreadableTable as why:
            form.add_error("file", str(why))
    return render(request, "outbox/batch_new.html", {"form": form, "kind": of_kind})


def _checked(request: ScopedRequest, kind: BatchKind, file: Any) -> HttpResponse:
    content = file.read()
    lines, file_hash = read_csv(content, kind.columns), batch_actions.hash_of(content)
    earlier = batch_actions.earlier_batch(request.scope, kind, file_hash)
    if earlier is not None and "again" not in request.POST:
        return _uploaded_before(request, kind, earlier)
    batch = batch_actions.check_batch(
        request.scope, kind, lines, name=file.name, file_hash=file_hash, actor=request.user
    )
    return redirect("outbox:batch", request.scope.account.pk, batch.pk)


def _uploaded_before(request: ScopedRequest, kind: BatchKind, earlier: Batch) -> HttpResponse:
    """The same file twice is usually a mistake; whoever means it says so."""
    visible = queries.batches(request.scope).filter(pk=earlier.pk).exists()
    context = {"form": UploadForm(), "kind": kind, "earlier": earlier, "visible": visible}
    return render(request, "outbox/batch_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@scoped()
def batch(request: ScopedRequest, pk: int) -> HttpResponse:
    """One batch: what would happen, or what has; a person starts, holds and ends it here."""
    row = get_object_or_404(queries.batches(request.scope), pk=pk)
    if request.method == "POST":
        return _decide(request, row)
    seen = rows = queries.batch_rows(request.scope, row)
    kind, counts = batch_kind(row.kind), queries.batch_counts(seen)
    chosen = request.GET.get("show", "")
    if chosen in queries.OUTCOMES:
        rows = rows.filter(queries.OUTCOMES[chosen])
    page = keyset_page(rows, order="place", token=request.GET.get("after", ""), size=50)
    may_act = kind is not None and request.scope.can(kind.capability)
    context = {
        "batch": row,
        "kind": kind,
        "label": _label(row),
        "counts": counts,
        "outcomes": [(name, label, counts[name]) for name, label in OUTCOME_NAMES.items() if counts[name]],
        "settled": counts["all"] - counts["waiting"] - counts["under_way"],
        "page": page,
        "told": [(one, outcome_of(one), why_of(one), cautions_of(one)) for one in page.rows],
        "chosen": chosen,
        "cautioned": seen.exclude(cautions=[]).count() if row.state == BatchState.CHECKED else 0,
        "unconfirmed": "unconfirmed" in request.GET,
        "paused_for": PAUSED_FOR.get(row.paused_for, ""),
        "may_act": may_act,
        "moves": row.state == BatchState.RUNNING,
    }
    return render(request, "outbox/batch.html", context)


def outcome_of(row: BatchRow) -> str:
    """What became of a row, in one word or two."""
    if row.operation is None:
        return row.get_state_display()
    return row.operation.get_state_display()


def why_of(row: BatchRow) -> str:
    """Why a row is not, or not yet, done; nothing for one that is."""
    if row.problem:
        return problem_text(row.problem)
    if row.operation is None or row.operation.state == OperationState.APPLIED:
        return ""
    return standing(row.operation).text


def cautions_of(row: BatchRow) -> list[str]:
    return [problem_text(one) for one in row.cautions]


DECISIONS = {
    "start": batch_actions.start_batch,
    "pause": batch_actions.pause_batch,
    "cancel": batch_actions.cancel_batch,
}


def _decide(request: ScopedRequest, row: Batch) -> HttpResponse:
    decision = request.POST.get("decision", "")
    page = reverse("outbox:batch", args=[request.scope.account.pk, row.pk])
    is_first_start = decision == "start" and row.state == BatchState.CHECKED
    cautioned = queries.batch_rows(request.scope, row).exclude(cautions=[])
    if is_first_start and "confirmed" not in request.POST and cautioned.exists():
        return redirect(f"{page}?unconfirmed=1")
    if decision in DECISIONS:
        try:
            DECISIONS[decision](request.scope, row, actor=request.user)
        except (IllegalMove, LostRace):
            messages.warning(
                request, _("This has moved on in the meantime; nothing was changed. Here is how it stands.")
            )
    return redirect(page)


@require_safe
@scoped()
def batch_result(request: ScopedRequest, pk: int) -> HttpResponse:
    """What became of every row, as a file; the first columns are those that were uploaded."""
    row = get_object_or_404(queries.batches(request.scope), pk=pk)
    rows = queries.batch_rows(request.scope, row).order_by("place")
    first = rows.first()
    columns = list(first.typed) if first else []
    headers = [*columns, "line", "state", "reason", "cautions", "operation"]
    form = request.GET.get("as", "csv")
    return table_file(f"{row.name} result", form, headers, _result_rows(rows, columns))


def _result_rows(rows: QuerySet[BatchRow], columns: list[str]) -> Iterator[list[object]]:
    for one in rows.iterator(chunk_size=500):
        cells = [one.typed.get(name, "") for name in columns]
        code = one.operation.code if one.operation else ""
        yield [*cells, one.place, outcome_of(one), why_of(one), " ".join(cautions_of(one)), code]
