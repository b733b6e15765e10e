"""One application profile: where it stands with each operator, what was said, and letting go of it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.scope import Scope
from portal.history.models import Change
from portal.history.queries import changes_of, refusals_of
from registry.actions.application_profiles import (
    NotReplaced,
    StillLinked,
    delete_application_profile,
    withdraw_application_profile,
)
from registry.actions.problems import NotNow
from registry.enums import Activity, DecisionState, Exclusion
from registry.forms.application_profiles.words import compared, rows_of
from registry.lifecycle import RollUp, Vote, roll_up
from registry.models import ApplicationProfile, Decision, Disclosure
from registry.queries.application_profiles import may_be_withdrawn, replacing, wish_of
from registry.queries.network_applications import accepted_profiles, applications, profiles
from registry.queries.profiles import application_profiles
from registry.queries.standing import application_decisions
from registry.views.dialogues import dialogues

page_and_form = require_http_methods(["GET", "HEAD", "POST"])
STORY, MOST_DISCLOSURES = 30, 50


@require_safe
@scoped()
def application_profile(request: ScopedRequest, pk: int) -> HttpResponse:
    """The profile with its operators by country."""
    profile = get_object_or_404(application_profiles(request.scope), pk=pk)
    decisions = list(application_decisions(profile).order_by("feature__name"))
    how_far = replacing(request.scope, profile)
    may_approve = request.scope.can(Capability.APPROVE)
    may_assign = request.scope.can(Capability.SUBMIT_PAID) and profiles(request.scope).filter(pk=pk).exists()
    is_in_force = accepted_profiles(request.scope).filter(pk=pk).exists()
    context = {
        "profile": profile,
        "rolled": _rolled(decisions),
        "is_in_force": is_in_force,
        "countries": _by_country(decisions),
        "rows": rows_of(wish_of(profile)),
        "how_far": how_far,
        "is_being_replaced": bool(how_far.replacements),
        "dialogues": dialogues(request.scope, profile),
        "disclosures": _disclosures(request.scope, profile),
        "refusals": refusals_of(request.scope, profile)[:STORY],
        "story": [_told(change) for change in changes_of(request.scope, profile)[:STORY]],
        "applications": applications(request.scope).filter(pk__in=[row.pk for row in how_far.linked]),
        "may_connect": may_assign and is_in_force,
        "may_assign": may_assign,
        "may_prepare": request.scope.can(Capability.PREPARE),
        "may_answer": request.scope.can(Capability.ANSWER_OPERATORS),
        "may_withdraw": may_approve and not profile.standing.withdrawn_at and may_be_withdrawn(profile),
        "may_delete": may_approve,
    }
    return render(request, "registry/application_profile.html", context)


def _rolled(decisions: list[Decision]) -> RollUp:
    return roll_up(Vote(one.state, one.activity) for one in decisions)


def _by_country(decisions: list[Decision]) -> list[dict[str, Any]]:
    """Operators by country, each with its word and its features."""
    now = timezone.now()
    by_operator: dict[Any, list[Decision]] = {}
    for one in decisions:
        by_operator.setdefault(one.operator, []).append(one)
    shown = [
        {
            "operator": operator,
            "decisions": rows,
            "rolled": _rolled(rows),
            "is_late": any(
                row.expected_by and row.expected_by < now and row.state == DecisionState.PROCESSING
                for row in rows
            ),
        }
        for operator, rows in sorted(
            by_operator.items(), key=lambda item: (item[0].country.name, item[0].name)
        )
    ]
    grouped = groupby(shown, key=lambda each: each["operator"].country)
    return [{"country": country, "operators": list(rows)} for country, rows in grouped]


def _told(change: Change) -> Change:
    """A change in the words of the page, for components/_timeline.html."""
    words = {**dict(DecisionState.choices), **dict(Activity.choices)}
    colours = {state.value: state.badge for state in DecisionState}
    change.label = words.get(change.state_after, change.state_after)  # type: ignore[attr-defined]
    change.label_before = words.get(change.state_before, "")  # type: ignore[attr-defined]
    change.colour = colours.get(change.state_after, "orange")  # type: ignore[attr-defined]
    if change.reason in Exclusion.values:
        change.reason = str(Exclusion(change.reason).label)
    return change


def _disclosures(scope: Scope, profile: ApplicationProfile) -> list[Disclosure]:
    rows = Disclosure.objects.filter(application_profile=profile).select_related("snapshot")
    return list(scope.rows(rows).order_by("-pk")[:MOST_DISCLOSURES])


@require_safe
@scoped()
def application_compare(request: ScopedRequest, pk: int) -> HttpResponse:
    """A changed copy beside the profile it is meant to replace."""
    new = get_object_or_404(application_profiles(request.scope), pk=pk)
    old = new.replaces
    if old is None:
        messages.info(request, _("This profile replaces no other."))
        return redirect("registry:application_profile", request.scope.account.pk, new.pk)
    context = {
        "old": old,
        "new": new,
        "rows": compared(wish_of(old), wish_of(new)),
        "old_rolled": _rolled(list(application_decisions(old))),
        "new_rolled": _rolled(list(application_decisions(new))),
        "how_far": replacing(request.scope, old),
    }
    return render(request, "registry/application_profile_compare.html", context)


@page_and_form
@scoped(Capability.APPROVE)
def application_withdraw(request: ScopedRequest, pk: int) -> HttpResponse:
    profile = get_object_or_404(application_profiles(request.scope), pk=pk)
    if request.method != "POST":
        return render(request, "registry/application_profile_withdraw.html", {"profile": profile})
    try:
        withdraw_application_profile(request.scope, profile, actor=request.user)
    except NotNow:
        messages.error(request, _("It is not pending any more, so it cannot be withdrawn. Look at its page."))
    else:
        messages.success(request, _("The submission is withdrawn."))
    return redirect("registry:application_profile", request.scope.account.pk, profile.pk)


@page_and_form
@scoped(Capability.APPROVE)
def application_delete(request: ScopedRequest, pk: int) -> HttpResponse:
    """Refused while applications are linked; what is missing is named before anybody confirms."""
    profile = get_object_or_404(application_profiles(request.scope), pk=pk)
    if request.method == "POST":
        try:
            confirmed = request.POST.get("confirmed") == "yes"
            delete_application_profile(request.scope, profile, confirmed=confirmed, actor=request.user)
        except StillLinked:
            messages.error(request, _("Not deleted: applications are linked to it. They are named below."))
        except NotReplaced:
            messages.warning(request, _("Not deleted yet: look at what is missing, and confirm it."))
        except NotNow:
            return redirect("registry:application_profiles", request.scope.account.pk)
        else:
            messages.success(request, _("The application profile is deleted."))
            return redirect("registry:application_profiles", request.scope.account.pk)
    context = {"profile": profile, "how_far": replacing(request.scope, profile)}
    return render(request, "registry/application_profile_delete.html", context)
