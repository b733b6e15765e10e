"""Filters of the desk's lists; they live in the URL, so that a view of a list can be sent to a colleague."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.desk.words import action_label, type_label
from portal.history.models import AuditEntry


class _Day(forms.DateInput):
    input_type = "date"


class AuditFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Choices are the people, actions and types that occur in what this person may see."""

    actor = django_filters.ModelChoiceFilter(label=_("Person"), queryset=User.objects.none())
    action = django_filters.ChoiceFilter(label=_("Action"))
    object_type = django_filters.ChoiceFilter(label=_("Kind of object"))
    object_id = django_filters.NumberFilter(
        label=_("Number of the object"), widget=forms.NumberInput(attrs={"min": 1, "step": 1})
    )
    object_name = django_filters.CharFilter(label=_("Name of the object"), lookup_expr="icontains")
    since = django_filters.DateFilter(label=_("From"), field_name="at", lookup_expr="date__gte", widget=_Day)
    until = django_filters.DateFilter(label=_("To"), field_name="at", lookup_expr="date__lte", widget=_Day)

    class Meta:
        model = AuditEntry
        fields = ["actor", "action", "object_type", "object_id", "object_name", "since", "until"]

    def __init__(self, *args: Any, entries: models.QuerySet[AuditEntry], **kwargs: Any) -> None:
        super().__init__(*args, queryset=entries, **kwargs)
        seen = entries.order_by()
        self.filters["actor"].queryset = User.objects.filter(
            pk__in=seen.exclude(actor=None).values("actor")
        ).order_by("name", "email")
        for name, label in (("action", action_label), ("object_type", type_label)):
            codes = seen.values_list(name, flat=True).distinct()
            choices = sorted(((code, label(code)) for code in codes), key=lambda choice: choice[1].casefold())
            self.filters[name].extra["choices"] = choices
