"""The checks of a vetting agent, and every decision of an operator to read and to take away."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.actions.desk import NotApplied, decide_check
from registry.desk.cases import OBJECTIONS, DeskAdmin, actor_of
from registry.desk.door import desk_for
from registry.desk.facts import check_facts
from registry.desk.filters import CheckFilter, OperatorFilter
from registry.enums import CheckState
from registry.forms.desk import CheckForm
from registry.models import Case, Decision, VettingCheck
from registry.queries import desk as queries

CHECK_HEAD = ("check", "organisation", "operator", "agent", "round", "result", "expected by", "decided at")
DECISION_HEAD = (
    *("decision", "profile", "feature", "purpose", "country", "operator", "round", "state", "activity"),
    *("reason", "text", "simulated", "decided at", "decided by", "reference"),
)


class CheckAdmin(DeskAdmin):
    list_display = ("business_profile", "operator", "state", "round", "due_by", "decided_at", "is_simulated")
    list_filter = (CheckFilter,)
    list_display_links = ("business_profile",)
    search_fields = ("business_profile__name",)
    export_name = "checks"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return queries.checks(desk_for(request)).order_by("created_at", "pk")

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        return ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        desk = desk_for(request)
        return desk.everything or bool(desk.agencies)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    @admin.display(description=gettext_lazy("expected by"))
    def due_by(self, check: VettingCheck) -> str:
        if check.expected_by is None or check.state != CheckState.PENDING:
            return "—"
        day = check.expected_by.date().isoformat()
        return _("%(day)s overdue") % {"day": day} if check.expected_by < timezone.now() else day

    def table(self, rows: QuerySet[Any]) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        lines = [
            (
                *(row.pk, row.business_profile, row.operator, row.agency, row.round, row.state),
                *(self.due_by(row), row.decided_at and row.decided_at.isoformat()),
            )
            for row in rows
        ]
        return CHECK_HEAD, lines

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        check = self.one(request, object_id)
        form = CheckForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            return self._decide(request, check, form)
        return self._show(request, check, form)

    def _decide(self, request: HttpRequest, check: VettingCheck, form: CheckForm) -> HttpResponse:
        data = form.cleaned_data
        try:
            decide_check(
                desk_for(request),
                check,
                passed=data["passed"],
                text=data["text"],
                note=data["note"],
                expires_at=form.expires_at,
                actor=actor_of(request),
            )
        except NotApplied:
            messages.error(request, OBJECTIONS["state"])
            return self.back("change", check.pk)
        messages.success(request, _("Kept; the applicant and the operator see it."))
        return self.back("changelist")

    def _show(self, request: HttpRequest, check: VettingCheck, form: CheckForm) -> HttpResponse:
        case = Case.objects.filter(
            business_profile=check.business_profile_id, operator=check.operator_id, application_profile=None
        ).first()
        context = {
            "title": str(check.business_profile),
            "check": check,
            "facts": check_facts(check, case) if case else [],
            "form": form,
            "may_decide": desk_for(request).may_check(check)
            and check.is_latest
            and check.state == CheckState.PENDING,
        }
        return self.page(request, "operators/check.html", context)


class DecisionAdmin(DeskAdmin):
    """Every round of every decision, to search and to export; deciding happens in the cases."""

    list_display = ("about", "operator", "round", "state", "activity", "reason", "is_simulated", "decided_at")
    list_display_links = None
    list_filter = (OperatorFilter, "state", "activity", "is_latest")
    search_fields = ("business_profile__name", "application_profile__name", "remote_reference")
    export_name = "decisions"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return queries.decisions(desk_for(request)).order_by("-pk")

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        return ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        desk = desk_for(request)
        return desk.everything or bool(desk.operators)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        raise Http404

    @admin.display(description=gettext_lazy("about"))
    def about(self, row: Decision) -> str:
        name = str(row.application_profile or row.business_profile)
        return f"{name} · {row.feature}" if row.feature else name

    def table(self, rows: QuerySet[Any]) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        lines = [
            (
                *(row.pk, row.application_profile or row.business_profile, row.feature, row.purpose),
                *(row.operator.country, row.operator, row.round, row.state, row.activity, row.reason),
                *(row.reason_text, "simulated" if row.is_simulated else ""),
                *(row.decided_at and row.decided_at.isoformat(), row.decided_by, row.remote_reference),
            )
            for row in rows
        ]
        return DECISION_HEAD, lines
