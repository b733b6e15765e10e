"""Answering what operators began to ask after the profile was submitted."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from registry.actions.supplementing import answer_later
from registry.forms.requirements import answers_of, field_of
from registry.queries.profiles import business_profiles
from registry.queries.supplements import open_questions


@require_http_methods(["GET", "HEAD", "POST"])
@scoped(Capability.APPROVE)
def supplement(request: ScopedRequest, pk: int) -> HttpResponse:
    """The open questions as a form; a second click finds them answered and adds nothing."""
    profile = get_object_or_404(business_profiles(request.scope), pk=pk)
    asked = open_questions(profile, on=timezone.now().date())
    if not asked:
        return redirect("registry:business_profile", request.scope.account.pk, pk)
    form = forms.Form(request.POST or None)
    for question in asked:
        form.fields[question.field] = field_of(question)
    if request.method == "POST" and form.is_valid():
        answers, personal = answers_of(asked, form.cleaned_data)
        answer_later(request.scope, profile, answers=answers, personal_answers=personal, actor=request.user)
        messages.success(request, _("Answered. The operators that asked have got it."))
        return redirect("registry:business_profile", request.scope.account.pk, pk)
    return render(request, "registry/supplement.html", {"profile": profile, "form": form})
