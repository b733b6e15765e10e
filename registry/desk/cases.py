"""The queue of cases, one case with its lines, and accepting several at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from registry.actions.desk import (
    NotApplied,
    accept_all,
    acceptance,
    add_note,
    leave_case,
    rule_case,
    take_case,
)
from registry.desk.door import desk_for
from registry.desk.export import csv_answer
from registry.desk.facts import facts_of
from registry.desk.filters import LevelFilter, OperatorFilter, StandingFilter, TakenFilter
from registry.forms.desk import CaseForm, LineForm
from registry.models import Case
from registry.queries import desk as queries

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[models.Model]
else:
    ModelAdmin = admin.ModelAdmin

OBJECTIONS = {
    "version": gettext_lazy(
        "Not kept: this case has moved on since you opened it. Below is how it stands now, with what you typed; "
        "look again, then decide."
    ),
    "round": gettext_lazy("Not kept: it is asked about something newer now. Open the case again."),
    "state": gettext_lazy("Not kept: this was decided meanwhile. Below is how it stands now."),
    "vetting": gettext_lazy("Not kept: you require vetting, and it has not passed yet."),
}
# In a list nothing stands below, and what is known already is one more way to have moved on.
MOVED_ON = gettext_lazy("Not kept: this case has moved on since you opened it. Look again, then decide.")
HEAD = (
    "case",
    "profile",
    "level",
    "country",
    "operator",
    "waits since",
    "expected by",
    "taken by",
    "reference",
)


class DeskAdmin(ModelAdmin):
    """Rows of a desk: seen by whoever works there, changed only through what their page offers."""

    list_per_page = 50
    show_full_result_count = False
    change_list_template = "operators/list.html"
    export_name = ""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(desk_for(request))

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(desk_for(request))

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        meta = self.model._meta
        name = f"{meta.app_label}_{meta.model_name}_export"
        return [path("export/", self.admin_site.admin_view(self.export), name=name), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponse:
        """The list as it is filtered, whole."""
        rows = self.get_changelist_instance(request).get_queryset(request)
        return csv_answer(self.export_name, *self.table(rows))

    def table(self, rows: QuerySet[Any]) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        raise NotImplementedError

    def one(self, request: HttpRequest, object_id: str) -> Any:
        """A row of this desk; 404 for anything else, whether it exists or not."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    def page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> TemplateResponse:
        request.current_app = self.admin_site.name
        known = {**self.admin_site.each_context(request), "opts": self.model._meta}
        return TemplateResponse(request, template, {**known, **context})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise Http404  # each page tells its own history

    def back(self, name: str, *arguments: Any) -> HttpResponse:
        meta = self.model._meta
        return redirect(f"{self.admin_site.name}:{meta.app_label}_{meta.model_name}_{name}", *arguments)


def actor_of(request: HttpRequest) -> User:
    return cast(User, request.user)


class CaseAdmin(DeskAdmin):
    list_display = (
        "profile",
        "level",
        "country",
        "operator",
        "standing",
        "waits_since",
        "due_by",
        "taken_by",
    )
    list_filter = (StandingFilter, LevelFilter, OperatorFilter, TakenFilter)
    search_fields = (
        "business_profile__name",
        "application_profile__name",
        "operator_reference",
    )
    actions = ("accept_shown",)
    list_display_links = ("profile",)
    export_name = "cases"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return queries.oldest_first(queries.cases(desk_for(request))).prefetch_related("decisions")

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        return ()

    @admin.display(description=gettext_lazy("profile"))
    def profile(self, case: Case) -> str:
        return str(case.application_profile or case.business_profile)

    @admin.display(description=gettext_lazy("about"))
    def level(self, case: Case) -> str:
        return _("application") if case.application_profile_id else _("organisation")

    @admin.display(description=gettext_lazy("country"))
    def country(self, case: Case) -> str:
        return case.operator.country.name

    @admin.display(description=gettext_lazy("stands"))
    def standing(self, case: Case) -> str:
        rows = [row for row in case.decisions.all() if row.is_latest and row.state not in queries.UNSEEN]
        words = dict.fromkeys(str(row.get_state_display()) for row in rows)
        label = _("simulated")
        return " · ".join([*words, *([label] if any(row.is_simulated for row in rows) else [])])

    @admin.display(description=gettext_lazy("waits since"), ordering="waits_since")
    def waits_since(self, case: Any) -> Any:
        return case.waits_since

    @admin.display(description=gettext_lazy("expected by"), ordering="due")
    def due_by(self, case: Any) -> str:
        if case.due is None:
            return "—"
        day = case.due.date().isoformat()
        return _("%(day)s overdue") % {"day": day} if case.due < timezone.now() else day

    def table(self, rows: QuerySet[Any]) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        lines = [
            (
                case.pk,
                self.profile(case),
                self.level(case),
                self.country(case),
                case.operator,
                case.waits_since and case.waits_since.isoformat(),
                self.due_by(case),
                case.taken_by,
                case.operator_reference,
            )
            for case in rows
        ]
        return HEAD, lines

    # --- One case ---------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        case = self.one(request, object_id)
        if request.method != "POST":
            return self._show(request, case)
        answers = {"take": self._take, "leave": self._leave, "note": self._note}
        return answers.get(request.POST.get("action", ""), self._decide)(request, case)

    def _take(self, request: HttpRequest, case: Case) -> HttpResponse:
        take_case(desk_for(request), case, actor=actor_of(request))
        messages.success(request, _("You have taken this case; your colleagues see it."))
        return self.back("change", case.pk)

    def _leave(self, request: HttpRequest, case: Case) -> HttpResponse:
        leave_case(desk_for(request), case, actor=actor_of(request))
        messages.success(request, _("The case is back in the queue."))
        return self.back("change", case.pk)

    def _note(self, request: HttpRequest, case: Case) -> HttpResponse:
        text = request.POST.get("note", "").strip()
        if text:
            add_note(desk_for(request), case, text, actor=actor_of(request))
            messages.success(request, _("The note is kept."))
        return self.back("change", case.pk)

    def _decide(self, request: HttpRequest, case: Case) -> HttpResponse:
        if request.POST.get("version") != str(case.version):
            return self._moved_on(request, case)
        whole = CaseForm(request.POST, case=case)
        forms = [LineForm(request.POST, case=case, decision=row) for row in queries.lines(case)]
        if not all([whole.is_valid(), *(form.is_valid() for form in forms)]):
            return self._show(request, case, whole, forms)
        said = [line for form in forms if (line := form.line()) is not None]
        if not said:
            whole.add_error(None, _("Choose a decision for at least one line, or keep a note."))
            return self._show(request, case, whole, forms)
        try:
            rule_case(
                desk_for(request),
                case,
                said,
                version=whole.cleaned_data["version"],
                references=whole.cleaned_data,
                note=whole.cleaned_data["note"],
                actor=actor_of(request),
            )
        except NotApplied as problem:
            messages.error(request, OBJECTIONS.get(problem.absorbed.objection, OBJECTIONS["version"]))
            return self.back("change", case.pk)
        messages.success(request, _("Decided; the applicant is told."))
        return self.back("changelist")

    def _moved_on(self, request: HttpRequest, case: Case) -> HttpResponse:
        """What was typed stays in the form, which is about how things stand now."""
        messages.error(request, OBJECTIONS["version"])
        typed = request.POST.copy()
        typed["version"] = str(case.version)
        forms = [LineForm(typed, case=case, decision=row) for row in queries.lines(case)]
        return self._show(request, case, CaseForm(typed, case=case), forms)

    def _show(
        self,
        request: HttpRequest,
        case: Case,
        whole: CaseForm | None = None,
        forms: list[LineForm] | None = None,
    ) -> HttpResponse:
        desk, rows = desk_for(request), queries.lines(case)
        context = {
            "title": str(case.application_profile or case.business_profile),
            "case": case,
            "facts": facts_of(case),
            "whole": whole or CaseForm(case=case),
            "forms": forms or [LineForm(case=case, decision=row) for row in rows],
            "check": queries.check_of(case) if case.application_profile_id is None else None,
            "dialogue": queries.dialogue(case),
            "answers": queries.answers(case),
            "may_decide": desk.may_decide(case),
            "is_mine": case.taken_by_id == request.user.pk,
        }
        return self.page(request, "operators/case.html", context)

    # --- Several at once --------------------------------------------------------------------------

    @admin.action(description=gettext_lazy("Accept, after seeing what is in each"))
    def accept_shown(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        desk = desk_for(request)
        chosen = [case for case in queryset if desk.may_decide(case) and acceptance(case)]
        if not chosen:
            messages.warning(request, _("Nothing of what you chose waits for a decision of yours."))
            return None
        if "confirmed" not in request.POST:
            shown = [{"case": case, "facts": facts_of(case), "lines": queries.lines(case)} for case in chosen]
            title = _("Accept these cases?")
            return self.page(request, "operators/accept.html", {"title": title, "shown": shown})
        seen = {case: _version(request, case) for case in chosen}
        refused = accept_all(desk, seen, actor=actor_of(request))
        for case, objection in refused.items():
            text = OBJECTIONS["vetting"] if objection == "vetting" else MOVED_ON
            messages.error(request, f"{self.profile(case)}: {text}")
        if done := len(seen) - len(refused):
            messages.success(request, _("%(n)d cases accepted.") % {"n": done})
        return None


def _version(request: HttpRequest, case: Case) -> int:
    given = request.POST.get(f"version_{case.pk}", "")
    return int(given) if given.isdecimal() else 0
