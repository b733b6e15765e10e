"""The application profile wizard: plain steps, saved as a draft each, submitted once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey
from portal.drafts.actions import hand_over
from portal.drafts.problems import DraftConflict, DraftFinished, DraftTooLarge
from portal.notices.actions import tell
from portal.notices.enums import Topic
from portal.notices.forms import MailQuestion
from portal.notices.queries import members_who_may
from portal.reach.actions import ask_check
from portal.reach.queries import latest_checks
from portal.reach.syntax import url_problems
from registry.actions.application_profiles import submit_application_profile
from registry.actions.problems import NotNow
from registry.enums import Exclusion
from registry.forms.application_profiles import REVIEW, STEPS, StepForm
from registry.forms.application_profiles.words import compared, rows_of
from registry.queries.application_profiles import usable_business_profiles, wish_of
from registry.queries.profiles import application_profiles
from registry.views.application_profiles.journey import (
    KIND,
    Journey,
    journey_of,
    require_latest,
    save,
    steps_of,
    title_of,
)
from registry.views.business.conflict import conflict_state

page_and_form = require_http_methods(["GET", "HEAD", "POST"])
APPROVER = "approver"
ADDRESSES = ("privacy_policy_url", "terms_url")


@require_safe
@scoped(Capability.PREPARE)
def application_copy(request: ScopedRequest, pk: int) -> HttpResponse:
    """Submit a changed copy: the form, filled in from a profile that itself never changes."""
    profile = get_object_or_404(application_profiles(request.scope), pk=pk)
    journey = Journey(request.scope, profile.business_profile, values={"replaces": str(profile.pk)})
    return redirect(journey.url())


@page_and_form
@scoped(Capability.PREPARE)
def application_new(request: ScopedRequest, pk: int) -> HttpResponse:
    """A new application profile of a business profile, step by step."""
    business = get_object_or_404(usable_business_profiles(request.scope), pk=pk)
    journey = journey_of(request, business)
    if journey.draft is not None and journey.draft.finished_at:
        return _finished(request, journey)
    if request.method != "POST":
        return _show(request, journey)
    action = request.POST.get("action", "next")
    try:
        if journey.step == REVIEW:
            require_latest(journey, request)
        else:
            save(journey, request)
        return ANSWERS.get(action, _next)(request, journey)
    except DraftConflict as conflict:
        context = {"state": conflict_state(request, conflict, journey.url()), "next": ""}
        return render(request, "drafts/save.html", context)
    except DraftFinished as problem:
        journey.draft = problem.draft
        return _finished(request, journey)
    except DraftTooLarge:
        messages.error(request, _("Not saved: this is more text than a form can hold. Shorten it."))
        return _show(request, journey, journey.form(request.POST))


def _finished(request: ScopedRequest, journey: Journey) -> HttpResponse:
    """A second click, or a form that was left open: what came of the draft, nothing twice."""
    if journey.draft is not None and journey.draft.result_id:
        return redirect("registry:application_profile", request.scope.account.pk, journey.draft.result_id)
    messages.warning(request, _("This draft was thrown away. Start a new one, or continue another."))
    return redirect("registry:application_profiles", request.scope.account.pk)


def _next(request: ScopedRequest, journey: Journey) -> HttpResponse:
    if journey.step in STEPS:
        form = journey.form(request.POST)
        if not form.is_valid():
            return _show(request, journey, form)
        for name in ADDRESSES:
            if name in form.cleaned_data:
                ask_check(request.scope.account, journey.business.client, form.cleaned_data[name])
    return redirect(journey.url(journey.neighbours[1]))


def _back(request: ScopedRequest, journey: Journey) -> HttpResponse:
    return redirect(journey.url(journey.neighbours[0]))


def _save(request: ScopedRequest, journey: Journey) -> HttpResponse:
    messages.success(request, _("Your draft is saved. You find it above the list of application profiles."))
    return redirect(journey.url())


def _hand_over(request: ScopedRequest, journey: Journey) -> HttpResponse:
    draft = journey.draft
    if draft is not None:
        hand_over(request.scope, draft, to=APPROVER, actor=request.user)
        approvers = members_who_may(Capability.APPROVE, draft.account_id, draft.client_id)
        tell(
            "drafts.handed_over",
            draft,
            key=f"handed_over:{draft.pk}:{draft.version}",
            path=journey.url(REVIEW),
            values={"who": str(request.user)},
            extra_users=[member.user for member in approvers if member.user_id != request.user.pk],
        )
    messages.success(request, _("Handed over. Approvers find it above the list; nothing was sent."))
    return redirect("registry:application_profiles", request.scope.account.pk)


def _submit(request: ScopedRequest, journey: Journey) -> HttpResponse:
    request.scope.require(Capability.APPROVE)
    checked, question = journey.checked, _question(request, journey, request.POST)
    is_asked_well = question.is_valid()
    if journey.draft is None or checked.wish is None or checked.owner_key is None or not is_asked_well:
        return _review(request, journey, question)
    question.keep()
    try:
        profile = submit_application_profile(
            request.scope,
            journey.business,
            checked.wish,
            api_key=ApiKey.objects.get(pk=checked.owner_key, account=request.scope.account),
            actor=request.user,
            draft=journey.draft,
            replaces=journey.replaces,
        )
    except NotNow:
        messages.error(request, _("The business profile was withdrawn meanwhile. Your draft is kept."))
        return _review(request, journey, question)
    messages.success(request, _("Submitted. This page shows the status at each operator."))
    return redirect("registry:application_profile", request.scope.account.pk, profile.pk)


def _question(request: ScopedRequest, journey: Journey, data: Any = None) -> MailQuestion:
    client = journey.business.client_id
    return MailQuestion(data, scope=request.scope, client_id=client, topics=[Topic.APPLICATIONS])


def _show(request: ScopedRequest, journey: Journey, form: StepForm | None = None) -> HttpResponse:
    if journey.step == REVIEW:
        return _review(request, journey)
    template = "purposes" if journey.step == "purposes" else "step"
    context = {**_context(journey), "form": form or journey.form()}
    return render(request, f"registry/application_profile_{template}.html", context)


def _review(request: ScopedRequest, journey: Journey, question: MailQuestion | None = None) -> HttpResponse:
    wish, offered = journey.checked.wish, journey.offered
    unfinished = [
        {"title": title_of(key), "url": journey.url(key), "form": bad}
        for key, bad in journey.checked.unfinished.items()
    ]
    addresses = [] if wish is None else [wish.privacy_policy_url, wish.terms_url]
    looked_at = latest_checks(request.scope.account, addresses)
    context = {
        **_context(journey),
        "unfinished": unfinished,
        "rows": rows_of(wish) if wish else [],
        "owner": next((key for key in offered.keys if key.pk == journey.checked.owner_key), None),
        "compared": compared(wish_of(journey.replaces), wish) if wish and journey.replaces else [],
        "routes": _routes(journey),
        "warnings": [text for address in addresses for text in url_problems(address).warnings],
        "looked_at": [looked_at[address] for address in dict.fromkeys(addresses) if address in looked_at],
        "question": question or _question(request, journey),
        "may_submit": request.scope.can(Capability.APPROVE),
    }
    return render(request, "registry/application_profile_review.html", context)


def _routes(journey: Journey) -> list[dict[str, Any]]:
    """Who will get what of it, and what each operator is left out of and why."""
    offered = journey.offered
    found = []
    for operator in offered.operators:
        reasons = {one.name: offered.routes[operator.code, one.code] for one in offered.chosen}
        found.append(
            {
                "operator": operator,
                "features": [name for name, reason in reasons.items() if not reason],
                "left_out": [(name, Exclusion(reason).label) for name, reason in reasons.items() if reason],
            }
        )
    return found


def _context(journey: Journey) -> dict[str, Any]:
    back, onward = journey.neighbours
    return {
        "journey": journey,
        "business": journey.business,
        "draft": journey.draft,
        "draft_kind": KIND,
        "draft_parent": journey.business.pk,
        "step": journey.step,
        "step_title": title_of(journey.step),
        "steps": steps_of(journey),
        "back": back,
        "onward": onward,
    }


ANSWERS = {"next": _next, "back": _back, "save": _save, "hand_over": _hand_over, "submit": _submit}
