"""What operators asked and what was answered, for the page of either kind of profile."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.scope import Scope
from registry.actions.answering import NothingAsked, answer_operator
from registry.enums import DecisionState
from registry.messages import path_of
from registry.models import ApplicationProfile, BusinessProfile, Case, CaseMessage, Decision
from registry.queries.application_profiles import cases, messages_of


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "data-counter": 4000}),
    )


def dialogues(scope: Scope, profile: ApplicationProfile | BusinessProfile) -> list[dict[str, Any]]:
    """What was said with each operator, without its internal notes; open questions first."""
    said: dict[Case, list[CaseMessage]] = defaultdict(list)
    for message in messages_of(scope, profile):
        said[message.case].append(message)
    asked = set(
        Decision.objects.filter(
            case__in=list(said), is_latest=True, state=DecisionState.INFORMATION
        ).values_list("case_id", flat=True)
        if said
        else ()
    )
    found = [
        {
            "case": case,
            "messages": rows,
            "is_open": case.pk in asked,
            "form": AnswerForm(auto_id=f"id_{case.pk}_%s"),
        }
        for case, rows in said.items()
    ]
    return sorted(found, key=lambda one: not one["is_open"])


@require_POST
@scoped(Capability.ANSWER_OPERATORS)
def case_answer(request: ScopedRequest, pk: int) -> HttpResponse:
    """Answer what an operator asked; a second click finds nothing asked any more."""
    case = get_object_or_404(cases(request.scope), pk=pk)
    back = redirect(path_of(case.application_profile or case.business_profile))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write an answer first, of at most 4,000 characters."))
        return back
    try:
        answer_operator(request.scope, case, form.cleaned_data["text"], actor=request.user)
    except NothingAsked:
        messages.warning(request, _("This operator does not wait for an answer (any more)."))
    else:
        messages.success(request, _("Your answer is with the operator; its clock runs on."))
    return back
