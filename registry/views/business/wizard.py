"""The business profile wizard: plain steps, saved as a draft each, submitted once; a change walks the same way."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.drafts.actions import hand_over
from portal.drafts.problems import DraftConflict, DraftFinished, DraftTooLarge
from portal.notices.actions import tell
from portal.notices.enums import Topic
from portal.notices.forms import MailQuestion
from portal.notices.queries import members_who_may
from portal.reach.actions import ask_check
from portal.reach.queries import latest_checks
from registry.actions.changing import submit_change
from registry.actions.problems import LimitReached, NotNow
from registry.actions.submitting import MOST_PROFILES, WARN_AT, profiles_used, submit_business_profile
from registry.enums import ChangeState
from registry.forms.business import FORMS, REVIEW, StepForm, hints, sections, shown
from registry.forms.business.review import compared
from registry.models import ChangeRequest
from registry.queries.profiles import change_requests, registration_of
from registry.views.business.conflict import conflict_state
from registry.views.business.journey import (
    Journey,
    journey_of,
    require_latest,
    save,
    steps_of,
    title_of,
)

page_and_form = require_http_methods(["GET", "HEAD", "POST"])
APPROVER = "approver"


class ReviewForm(forms.Form):
    """What is asked last of a change request; a new profile asks nothing more."""

    answers_refusal = forms.BooleanField(
        label=gettext_lazy("This change answers a refusal"),
        required=False,
        help_text=gettext_lazy("Exactly the operators that refused are asked again."),
    )


@page_and_form
@scoped(Capability.PREPARE)
def business_new(request: ScopedRequest) -> HttpResponse:
    """A new business profile, step by step."""
    return _walk(request, journey_of(request, None))


@page_and_form
@scoped(Capability.PREPARE)
def change_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """A change request while it is written, filled in with what holds now."""
    change = get_object_or_404(change_requests(request.scope), pk=pk)
    if change.state != ChangeState.DRAFT:
        return redirect("registry:change", request.scope.account.pk, change.pk)
    return _walk(request, journey_of(request, change))


def _walk(request: ScopedRequest, journey: Journey) -> HttpResponse:
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
    account = request.scope.account.pk
    if journey.change is not None:
        return redirect("registry:change", account, journey.change.pk)
    if journey.draft is not None and journey.draft.result_id:
        return redirect("registry:business_profile", account, journey.draft.result_id)
    messages.warning(request, _("This draft was thrown away. Start a new one, or continue another."))
    return redirect("registry:business_profiles", account)


def _next(request: ScopedRequest, journey: Journey) -> HttpResponse:
    if journey.step in FORMS:
        form = journey.form(request.POST)
        if not form.is_valid():
            return _show(request, journey, form)
        if "privacy_policy_url" in form.cleaned_data:
            ask_check(request.scope.account, journey.client, form.cleaned_data["privacy_policy_url"])
    return redirect(journey.url(journey.neighbours[1]))


def _back(request: ScopedRequest, journey: Journey) -> HttpResponse:
    return redirect(journey.url(journey.neighbours[0]))


def _save(request: ScopedRequest, journey: Journey) -> HttpResponse:
    messages.success(request, _("Your draft is saved. You find it above the list of business profiles."))
    return redirect(journey.url())


def _more(request: ScopedRequest, journey: Journey) -> HttpResponse:
    """One more row for a subprocessor: the form always has one empty row."""
    return redirect(f"{journey.url()}#subprocessors")


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
    return redirect("registry:business_profiles", request.scope.account.pk)


def _submit(request: ScopedRequest, journey: Journey) -> HttpResponse:
    request.scope.require(Capability.APPROVE)
    form, question = ReviewForm(request.POST), _question(request, journey, request.POST)
    is_complete = journey.draft is not None and not journey.checked.unfinished
    if not all((is_complete, form.is_valid(), question.is_valid())):
        return _review(request, journey, form, question)
    question.keep()
    if journey.change is not None:
        return _submit_change(request, journey, journey.change, form)
    return _submit_new(request, journey, form)


def _question(request: ScopedRequest, journey: Journey, data: Any = None) -> MailQuestion:
    topics = [Topic.REGISTRATION, Topic.VETTING] if journey.asked.vetted else [Topic.REGISTRATION]
    return MailQuestion(data, scope=request.scope, client_id=journey.client.pk, topics=topics)


def _submit_new(request: ScopedRequest, journey: Journey, form: ReviewForm) -> HttpResponse:
    if journey.draft is None:
        return _review(request, journey, form)
    try:
        profile = submit_business_profile(
            request.scope,
            journey.checked.registration,
            client=journey.client,
            actor=request.user,
            draft=journey.draft,
        )
    except LimitReached:
        form.add_error(None, _limit_text())
        return _review(request, journey, form)
    messages.success(request, _("Submitted. This page shows the status at each operator."))
    return redirect("registry:business_profile", request.scope.account.pk, profile.pk)


def _submit_change(
    request: ScopedRequest, journey: Journey, change: ChangeRequest, form: ReviewForm
) -> HttpResponse:
    try:
        submit_change(
            request.scope,
            change,
            journey.checked.registration,
            answers_refusal=form.cleaned_data["answers_refusal"],
            actor=request.user,
            draft=journey.draft,
        )
    except NotNow:
        form.add_error(
            None, _("This would change nothing. Change an answer, or say that it answers a refusal.")
        )
        return _review(request, journey, form)
    messages.success(request, _("Your change request is with Vonage. Until it is applied everything stays."))
    return redirect("registry:change", request.scope.account.pk, change.pk)


def _show(request: ScopedRequest, journey: Journey, form: StepForm | None = None) -> HttpResponse:
    if journey.step == REVIEW:
        return _review(request, journey, ReviewForm())
    context = {**_context(request, journey), "form": form or journey.form(), "hints": hints(journey.values)}
    return render(request, f"registry/business_{journey.step}.html", context)


def _review(
    request: ScopedRequest, journey: Journey, form: ReviewForm, question: MailQuestion | None = None
) -> HttpResponse:
    checked, asked = journey.checked, journey.asked
    unfinished = [
        {"step": key, "title": title_of(key), "url": journey.url(key), "form": bad}
        for key, bad in checked.unfinished.items()
    ]
    context = {
        **_context(request, journey),
        "form": form,
        "unfinished": unfinished,
        "sections": [] if unfinished else sections(shown(checked.registration)),
        "compared": _compared(journey),
        "sent": [one for one in asked.operators if not asked.routes[one.code]],
        "left_out": [one for one in asked.operators if asked.routes[one.code]],
        "hints": hints(checked.registration.values),
        "reach": _reach(request, journey),
        "question": question or _question(request, journey),
        "may_submit": request.scope.can(Capability.APPROVE),
    }
    return render(request, "registry/business_review.html", context)


def _reach(request: ScopedRequest, journey: Journey) -> Any:
    """What was last found at the privacy policy's address: a hint with its date."""
    url = str(journey.checked.registration.values.get("privacy_policy_url") or "")
    return latest_checks(request.scope.account, [url]).get(url)


def _compared(journey: Journey) -> Any:
    if journey.change is None or journey.checked.unfinished:
        return []
    return compared(registration_of(journey.change.profile), journey.checked.registration)


def _context(request: ScopedRequest, journey: Journey) -> dict[str, Any]:
    back, onward = journey.neighbours
    used = profiles_used(request.scope.account)
    return {
        "journey": journey,
        "asked": journey.asked,
        "change": journey.change,
        "draft": journey.draft,
        "draft_kind": journey.kind,
        "draft_parent": journey.change.pk if journey.change else "",
        "step": journey.step,
        "step_title": title_of(journey.step),
        "steps": steps_of(journey),
        "back": back,
        "onward": onward,
        "clients": list(request.scope.clients()),
        "limit_text": _limit_text(used) if journey.change is None and used >= WARN_AT else "",
    }


def _limit_text(used: int = MOST_PROFILES) -> str:
    return _("Vonage allows %(most)d business profiles an account; %(used)d are in use.") % {
        "most": MOST_PROFILES,
        "used": used,
    }


ANSWERS = {
    "next": _next,
    "back": _back,
    "save": _save,
    "more": _more,
    "hand_over": _hand_over,
    "submit": _submit,
}
