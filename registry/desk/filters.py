"""How a desk narrows its lists; no filter names what is not this desk's."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.desk.door import desk_for
from registry.enums import CheckState, DecisionState
from registry.models import Decision, Operator


class Standing(SimpleListFilter):
    """A filter that chooses something from the start: what waits."""

    title = gettext_lazy("stands")
    parameter_name = "stands"
    options: tuple[tuple[str, Any], ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> tuple[tuple[str, Any], ...]:
        return self.options

    def choices(self, changelist: Any) -> Any:
        for value, label in self.options:
            yield {
                "selected": (self.value() or self.options[0][0]) == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }


class StandingFilter(Standing):
    options = (
        ("waits", gettext_lazy("Waits for a decision")),
        ("overdue", gettext_lazy("Overdue")),
        ("asked", gettext_lazy("Applicant was asked")),
        ("decided", gettext_lazy("Decided")),
        ("all", gettext_lazy("All")),
    )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value() or "waits"
        if chosen == "waits":
            return queryset.filter(waits_since__isnull=False)
        if chosen == "overdue":
            return queryset.filter(due__lt=timezone.now())
        if chosen == "asked":
            asked = Decision.objects.filter(is_latest=True, state=DecisionState.INFORMATION)
            return queryset.filter(pk__in=asked.values("case_id"))
        return queryset.filter(waits_since=None) if chosen == "decided" else queryset


class CheckFilter(Standing):
    options = (
        ("waits", gettext_lazy("To be checked")),
        ("overdue", gettext_lazy("Overdue")),
        ("all", gettext_lazy("All")),
    )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value() or "waits"
        if chosen == "all":
            return queryset
        waiting = queryset.filter(state=CheckState.PENDING, is_latest=True)
        return waiting.filter(expected_by__lt=timezone.now()) if chosen == "overdue" else waiting


class LevelFilter(SimpleListFilter):
    title = gettext_lazy("about")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("business", _("Organisations")), ("application", _("Applications"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in ("business", "application"):
            return queryset.filter(application_profile__isnull=self.value() == "business")
        return queryset


class OperatorFilter(SimpleListFilter):
    title = gettext_lazy("operator")
    parameter_name = "operator"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        desk = desk_for(request)
        rows = Operator.objects.select_related("country")
        own = rows if desk.everything else rows.filter(pk__in=desk.operators)
        return [(str(row.pk), f"{row.name} ({row.country.code})") for row in own]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value() or ""
        return queryset.filter(operator=int(chosen)) if chosen.isdecimal() else queryset


class TakenFilter(SimpleListFilter):
    title = gettext_lazy("taken by")
    parameter_name = "taken"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", _("Me")), ("nobody", _("Nobody"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "me":
            return queryset.filter(taken_by=request.user.pk)
        return queryset.filter(taken_by=None) if self.value() == "nobody" else queryset
