"""The campaign wizard: plain steps, saved as a draft each, submitted once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.drafts.problems import DraftConflict, DraftFinished, DraftTooLarge
from portal.notices.forms import MailQuestion
from portal.outbox.actions import AlreadyOpen
from portal.outbox.words import refusal_text
from tendlc import actions, queries
from tendlc.enums import BrandState, CampaignState
from tendlc.forms.campaign import (
    REVIEW,
    STEP_OF,
    STEPS,
    TITLES,
    ReviewForm,
    StepForm,
    at_fields,
    blocking,
    flow_is_behind,
    review_sections,
    to_confirm,
)
from tendlc.forms.campaign.values import as_initial
from tendlc.forms.cautions import caution_of, taken_back_cautions
from tendlc.models import Campaign
from tendlc.views.asking import mail_question
from tendlc.views.campaigns.journey import (
    KIND,
    Journey,
    journey_of,
    require_latest,
    save,
    steps_of,
)
from tendlc.views.conflict import conflict_state
from tendlc.views.handing_over import hand_over_to_approvers
from tendlc.views.use_cases import answer_context

page_and_form = require_http_methods(["GET", "HEAD", "POST"])
SHOWN_CODE = "…"  # stands for the code that is made when the campaign is submitted


@page_and_form
@scoped(Capability.PREPARE)
def campaign_new(request: ScopedRequest, pk: int) -> HttpResponse:
    """A new campaign of a brand, step by step."""
    brand = get_object_or_404(queries.brands(request.scope), pk=pk)
    journey = journey_of(request, brand, None)
    again = str(journey.values.get("again") or "")
    if again.isdecimal() and journey.draft is not None:
        where = redirect("tendlc:campaign_again", request.scope.account.pk, int(again))
        where["Location"] += f"?draft={journey.draft.pk}"
        return where
    return _walk(request, journey)


@page_and_form
@scoped(Capability.PREPARE)
def campaign_again(request: ScopedRequest, pk: int) -> HttpResponse:
    """A refused campaign, filled in as it was submitted, with what Vonage said at the fields."""
    campaign = get_object_or_404(
        queries.campaigns(request.scope).select_related("brand__api_key", "brand__client"), pk=pk
    )
    if campaign.state != CampaignState.REFUSED:
        messages.info(request, _("This campaign was not refused, so there is nothing to submit again."))
        return redirect("tendlc:campaign", request.scope.account.pk, campaign.pk)
    return _walk(request, journey_of(request, campaign.brand, campaign))


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
            save(journey, request, anew=action == "write")
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
    draft = journey.draft
    if draft is not None and draft.result_id:
        return redirect("tendlc:campaign", request.scope.account.pk, draft.result_id)
    messages.warning(request, _("This draft was thrown away. Start a new one, or continue another."))
    return redirect("tendlc:campaigns", request.scope.account.pk)


def _next(request: ScopedRequest, journey: Journey) -> HttpResponse:
    if journey.step in STEPS:
        form = journey.form(request.POST)
        form.is_valid()
        for finding in blocking(journey.findings):
            if finding.field in form.fields:
                form.add_error(finding.field, finding.text)
        if form.errors:
            return _show(request, journey, form)
    return redirect(journey.url(journey.neighbours[1]))


def _back(request: ScopedRequest, journey: Journey) -> HttpResponse:
    return redirect(journey.url(journey.neighbours[0]))


def _save(request: ScopedRequest, journey: Journey) -> HttpResponse:
    messages.success(request, _("Your draft is saved. You find it above the list of campaigns."))
    return redirect(journey.url())


def _write(request: ScopedRequest, journey: Journey) -> HttpResponse:
    return redirect(f"{journey.url()}#div_id_message_flow")


def _check(request: ScopedRequest, journey: Journey) -> HttpResponse:
    form = journey.form(request.POST)
    if not form.is_valid():
        return _show(request, journey, form)
    try:
        actions.check_use_case(request.scope, journey.brand, journey.use_case, actor=request.user)
    except actions.NotNow:
        messages.warning(
            request, _("Vonage does not know this brand yet. You can go on; ask again once it is registered.")
        )
    return redirect(journey.url())


def _hand_over(request: ScopedRequest, journey: Journey) -> HttpResponse:
    if journey.draft is not None:
        hand_over_to_approvers(request.scope, journey.draft, path=journey.url(REVIEW), actor=request.user)
    messages.success(
        request, _("Handed over. Approvers find it above the list of campaigns; nothing was sent.")
    )
    return redirect("tendlc:campaigns", request.scope.account.pk)


def _submit(request: ScopedRequest, journey: Journey) -> HttpResponse:
    request.scope.require(Capability.SUBMIT_PAID)
    form = ReviewForm(request.POST, cautions=_cautions(journey))
    question = _question(request, journey, request.POST)
    stopped = journey.checked.unfinished or blocking(journey.findings)
    if not all((not stopped, form.is_valid(), question.is_valid())):
        return _review(request, journey, form, question)
    question.keep()
    try:
        campaign = _submitted(request, journey)
    except AlreadyOpen as rival:
        operation = rival.operation
        if operation is not None and operation.form_token == journey.form_token:
            return redirect("tendlc:campaign", request.scope.account.pk, operation.object_id)
        messages.warning(
            request, _("A submission of this campaign is on its way already. Nothing was sent twice.")
        )
        return redirect(_home(request, journey))
    except actions.NotNow:
        form.add_error(None, _not_now(journey))
        return _review(request, journey, form)
    messages.success(
        request, _("The campaign is saved and on its way to Vonage. This page shows the answer.")
    )
    return redirect("tendlc:campaign", request.scope.account.pk, campaign.pk)


def _question(request: ScopedRequest, journey: Journey, data: Any = None) -> MailQuestion:
    client_id = journey.brand.client_id
    return mail_question(request, client_id, data)


def _submitted(request: ScopedRequest, journey: Journey) -> Campaign:
    return actions.submit_campaign(
        request.scope,
        journey.brand,
        journey.checked.values,
        actor=request.user,
        form_token=journey.form_token,
        campaign=journey.campaign,
        draft=journey.draft,
    )


def _home(request: ScopedRequest, journey: Journey) -> str:
    if journey.campaign is not None:
        return redirect("tendlc:campaign", request.scope.account.pk, journey.campaign.pk)["Location"]
    return redirect("tendlc:campaigns", request.scope.account.pk)["Location"]


def _not_now(journey: Journey) -> str:
    if journey.brand.gone_at:
        return _("The brand is not at Vonage any more, so it can have no campaign. Your draft is kept.")
    if not journey.brand.remote_id:
        return _(
            "The brand is neither registered nor on its way, so it can have no campaign. Submit the brand again first; "
            "your draft is kept."
        )
    return _("This campaign is no longer refused; look at its page. Your draft is kept.")


def _cautions(journey: Journey) -> list[Any]:
    doubts = taken_back_cautions(journey.campaign) if journey.campaign else ()
    return [*doubts, *map(caution_of, to_confirm(journey.findings))]


def _show(request: ScopedRequest, journey: Journey, form: StepForm | None = None) -> HttpResponse:
    if journey.step == REVIEW:
        return _review(request, journey, ReviewForm(cautions=_cautions(journey)))
    is_refused = form is None and bool(journey.refused_fields)
    form = form or (journey.refused_form() if is_refused else journey.form())
    context = {
        **_context(journey),
        "form": form,
        "refused_fields": is_refused,
        "said": _said(journey, form),
    }
    if journey.step == "use_case" and journey.use_case:
        context |= {"answer": answer_context(request.scope, journey.brand, journey.use_case)}
    if journey.step == "consent":
        context["is_behind"] = flow_is_behind(as_initial(journey.values))
    return render(request, f"tendlc/campaign_{journey.step}.html", context)


def _said(journey: Journey, form: StepForm) -> dict[str, Any]:
    """What the rules say at the fields of a step; nothing before it was answered, and no block twice."""
    if not any(journey.values.get(name) for name in form.fields):
        return {}
    return at_fields([one for one in journey.findings if not (one.blocks and form.is_bound)], form.fields)


def _review(
    request: ScopedRequest, journey: Journey, form: ReviewForm, question: MailQuestion | None = None
) -> HttpResponse:
    unfinished = [
        {"step": key, "title": TITLES[key], "url": journey.url(key), "form": bad}
        for key, bad in journey.checked.unfinished.items()
    ]
    context = {
        **_context(journey),
        "form": form,
        "question": question or _question(request, journey),
        "unfinished": unfinished,
        "blocks": [
            {"finding": one, "url": journey.url(STEP_OF[one.field]) if one.field in STEP_OF else ""}
            for one in blocking(journey.findings)
        ],
        "sections": [] if unfinished else review_sections(_payload(journey)),
        "may_submit": request.scope.can(Capability.SUBMIT_PAID),
        "waits_for_brand": not journey.brand.remote_id and journey.brand.state == BrandState.SUBMITTING,
    }
    return render(request, "tendlc/campaign_review.html", context)


def _payload(journey: Journey) -> dict[str, Any]:
    values = {name: value for name, value in journey.checked.values.items() if name != "flow"}
    return actions.campaign_payload(values, journey.brand.api_key, SHOWN_CODE)


def _context(journey: Journey) -> dict[str, Any]:
    back, onward = journey.neighbours
    refused = journey.refusal
    return {
        "journey": journey,
        "brand": journey.brand,
        "draft": journey.draft,
        "draft_kind": KIND,
        "draft_parent": journey.brand.pk,
        "step": journey.step,
        "step_title": TITLES[journey.step],
        "steps": steps_of(journey),
        "back": back,
        "onward": onward,
        "terms": journey.terms,
        "refusal": refused,
        "taken_back": journey.taken_back,
        "refused_links": journey.refused_links(),
        "refusal_text": refusal_text(refused) if refused else "",
    }


ANSWERS = {
    "next": _next,
    "back": _back,
    "save": _save,
    "check": _check,
    "write": _write,
    "hand_over": _hand_over,
    "submit": _submit,
}
