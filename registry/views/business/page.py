"""One business profile: where it stands, what was submitted, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.history.queries import changes_of
from portal.reach.queries import latest_checks
from portal.records.paging import keyset_page
from portal.web.htmx import wants_fragment
from registry.actions.ending import (
    delete_business_profile,
    may_be_withdrawn,
    vetted_operators,
    withdraw_business_profile,
    withdraw_consent,
)
from registry.actions.problems import NotNow
from registry.enums import ChangeState, RegistrationState
from registry.forms.business import sections, shown
from registry.forms.business.review import Words
from registry.models import BusinessProfile
from registry.queries.profiles import business_profiles, disclosures_of, is_unused, registration_of
from registry.queries.standing import consent_in_force, current_snapshot
from registry.queries.supplements import open_questions
from registry.views.business.status import fingerprint_of, of_applications, of_business
from registry.views.dialogues import dialogues

page_and_form = require_http_methods(["GET", "HEAD", "POST"])
STORY = 20


@require_safe
@scoped()
def business_profile(request: ScopedRequest, pk: int) -> HttpResponse:
    """The status page; while operators look at it, it asks for news, and loads anew when there are some."""
    profile = get_object_or_404(business_profiles(request.scope), pk=pk)
    now = timezone.now()
    business = of_business(profile, now=now)
    applications = of_applications(request.scope, profile, now=now)
    fingerprint = fingerprint_of([business, *applications])
    if wants_fragment(request):
        same = request.GET.get("was") == fingerprint
        return HttpResponse(status=204) if same else HttpResponseClientRefresh()
    context = {
        "profile": profile,
        "business": business,
        "applications": applications,
        "fingerprint": fingerprint,
        "is_moving": any(
            one.rolled.state == RegistrationState.PROCESSING for one in (business, *applications)
        ),
        **_beside(request, profile),
    }
    return render(request, "registry/business_profile.html", context)


def _beside(request: ScopedRequest, profile: BusinessProfile) -> dict[str, Any]:
    """What stands beside the status."""
    open_states = (ChangeState.DRAFT, ChangeState.SUBMITTED)
    registration = registration_of(profile)
    url = str(registration.values.get("privacy_policy_url") or "")
    return {
        "sections": sections(shown(registration)),
        "reach": latest_checks(request.scope.account, [url]).get(url),
        "snapshot": current_snapshot(profile),
        "questions": open_questions(profile, on=timezone.now().date()),
        "consent": consent_in_force(profile),
        "change": profile.change_requests.filter(state__in=open_states).first(),
        "changes": profile.change_requests.select_related("asked_by").order_by("-pk")[:STORY],
        "story": changes_of(request.scope, profile)[:STORY],
        "dialogues": dialogues(request.scope, profile),
        "may_answer": request.scope.can(Capability.ANSWER_OPERATORS),
        "may_prepare": request.scope.can(Capability.PREPARE),
        "may_withdraw": request.scope.can(Capability.APPROVE) and may_be_withdrawn(profile),
        "may_delete": request.scope.can(Capability.APPROVE) and is_unused(profile),
        "may_decide": request.scope.can(Capability.APPROVE),
    }


@require_safe
@scoped()
def disclosures(request: ScopedRequest, pk: int) -> HttpResponse:
    """Who got what of a registration, and when."""
    profile = get_object_or_404(business_profiles(request.scope), pk=pk)
    page = keyset_page(
        disclosures_of(request.scope, profile), order="-at", token=request.GET.get("after", ""), size=50
    )
    words = Words()
    rows = [(row, [words.field(name) for name in row.fields]) for row in page.rows]
    context = {"profile": profile, "page": page, "rows": rows}
    return render(request, "registry/disclosures.html", context)


@page_and_form
@scoped(Capability.APPROVE)
def business_withdraw(request: ScopedRequest, pk: int) -> HttpResponse:
    return _confirmed(
        request,
        pk,
        act=withdraw_business_profile,
        template="registry/business_withdraw.html",
        done=_("The registration is withdrawn."),
        late=_("An operator has accepted it meanwhile, so it cannot be withdrawn. Look at its page."),
    )


@page_and_form
@scoped(Capability.APPROVE)
def business_delete(request: ScopedRequest, pk: int) -> HttpResponse:
    return _confirmed(
        request,
        pk,
        act=delete_business_profile,
        template="registry/business_delete.html",
        done=_("The business profile is deleted."),
        late=_("It is in use: delete its application profiles first."),
    )


@page_and_form
@scoped(Capability.APPROVE)
def consent_withdraw(request: ScopedRequest, pk: int) -> HttpResponse:
    return _confirmed(
        request,
        pk,
        act=withdraw_consent,
        template="registry/consent_withdraw.html",
        done=_("The consent is withdrawn. The operators that require vetting are left out."),
        late=_("There is no consent to withdraw."),
    )


def _confirmed(
    request: ScopedRequest, pk: int, *, act: Callable[..., None], template: str, done: str, late: str
) -> HttpResponse:
    """A page that names the consequence, and the act behind its button; a second click changes nothing."""
    profile = get_object_or_404(business_profiles(request.scope), pk=pk)
    if request.method != "POST":
        return render(request, template, {"profile": profile, "operators": vetted_operators(profile)})
    try:
        act(request.scope, profile, actor=request.user)
    except NotNow:
        messages.error(request, late)
    else:
        messages.success(request, done)
    if business_profiles(request.scope).filter(pk=pk).exists():
        return redirect("registry:business_profile", request.scope.account.pk, pk)
    return redirect("registry:business_profiles", request.scope.account.pk)
