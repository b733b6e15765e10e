"""Changing a campaign that exists at Vonage: edit with a diff, stop by its name, keep what reviewers wrote."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.drafts.problems import DraftFinished
from portal.outbox.actions import AlreadyOpen, operation_of_form
from portal.outbox.enums import OperationState
from portal.outbox.models import Operation
from portal.outbox.queries import operations_of
from portal.outbox.words import refusal_text
from portal.records.codes import make_code
from tendlc import actions, operations, queries
from tendlc.enums import CampaignState, NumberState
from tendlc.forms.campaign import ReviewForm, Terms, at_fields, campaign_findings, names_of, to_confirm
from tendlc.forms.campaign.edit import (
    CommentForm,
    EditForm,
    StopForm,
    as_typed,
    diff_of,
    facts_of,
    same_text,
    texts_of,
)
from tendlc.forms.campaign.said import blocking
from tendlc.forms.cautions import caution_of
from tendlc.labels import split_label
from tendlc.models import Campaign
from tendlc.rules import Finding
from tendlc.views.asking import keep_answer, mail_question
from tendlc.views.kept_edits import KeptEdit, kept_edit

page_and_form = require_http_methods(["GET", "HEAD", "POST"])
LIVE_NUMBERS = (NumberState.LINKED, NumberState.PENDING, NumberState.SUBMITTING)


def _campaign(request: ScopedRequest, pk: int) -> Campaign:
    rows = queries.campaigns(request.scope).select_related("brand__api_key")
    return get_object_or_404(rows, pk=pk)


def _home(request: ScopedRequest, campaign: Campaign) -> HttpResponse:
    return redirect("tendlc:campaign", request.scope.account.pk, campaign.pk)


def _is_there(campaign: Campaign) -> bool:
    return bool(campaign.remote_id) and campaign.gone_at is None


def _not_at_vonage(request: ScopedRequest, campaign: Campaign) -> HttpResponse:
    messages.info(request, _("Vonage does not have this campaign, so there is nothing to change there."))
    return _home(request, campaign)


# --- Edit ----------------------------------------------------------------------------------------


@page_and_form
@scoped(Capability.PREPARE)
def campaign_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Change the ten fields that can be changed: form, then what differs and what that means, then sent."""
    campaign = _campaign(request, pk)
    if not _is_there(campaign):
        return _not_at_vonage(request, campaign)
    if operation_of_form(request.scope.account.pk, request.POST.get("form_token", "")):
        return _home(request, campaign)  # a second click, perhaps after the change was made
    registered = actions.editable_now(campaign)
    edit = kept_edit(request, campaign, texts_of(registered), same_text)
    if edit.is_over:
        return edit.over()
    if request.method == "POST":
        return _posted_edit(edit, campaign)
    refused = _refused_edit(campaign)
    asked = as_typed(_as_asked(refused)) if refused else {}
    form = EditForm(initial={**as_typed(registered), **(edit.typed or asked)}, registered=registered)
    return _edit_page(edit, campaign, form, refused=refused)


def _posted_edit(edit: KeptEdit, campaign: Campaign) -> HttpResponse:
    request = edit.request
    form = EditForm(edit.data, registered=actions.editable_now(campaign))
    changes = actions.campaign_changes(campaign, form.cleaned_data) if form.is_valid() else {}
    if form.is_valid() and not changes:
        form.add_error(None, _("Nothing differs from what is registered, so there is nothing to send."))
    found = [one for one in said_of_edit(campaign, form) if one.field in changes]
    for block in blocking(found):
        form.add_error(block.field, block.text)
    action = request.POST.get("action", "")
    if form.errors or action == "edit":
        return _edit_page(edit, campaign, form)
    if action == "handover":
        return edit.hand_over(dict(form.carried))
    problem = edit.stale() if action == "submit" else edit.keep(dict(form.carried))
    if problem is not None:
        return problem
    doubts = [caution_of(one) for one in to_confirm(found)]
    review = ReviewForm(request.POST if action == "submit" else None, cautions=doubts)
    if not review.is_valid():
        return _diff_page(edit, campaign, form, changes, review)
    return _send_edit(edit, campaign, form)


def said_of_edit(campaign: Campaign, form: EditForm) -> list[Finding]:
    """What the rules say of the campaign as it would be."""
    form.is_valid()
    facts = facts_of(campaign)
    values = {**facts, **form.cleaned_data}
    terms = Terms(campaign.use_case, queries.qualification_of(campaign.brand, campaign.use_case))
    return campaign_findings(values, terms, names_of(campaign.brand), registered=facts)


def _refused_edit(campaign: Campaign) -> Operation | None:
    """The last change, while it is one that Vonage refused."""
    last = operations_of(campaign).filter(kind=operations.UPDATE_CAMPAIGN).first()
    return last if last is not None and last.state == OperationState.REFUSED else None


def _as_asked(operation: Operation) -> dict[str, Any]:
    asked = dict(operation.payload)
    return {**asked, "label": split_label(asked["label"])[0]} if "label" in asked else asked


def _edit_page(
    edit: KeptEdit, campaign: Campaign, form: EditForm, refused: Operation | None = None
) -> HttpResponse:
    request = edit.request
    found = said_of_edit(campaign, EditForm(as_typed(form.initial), registered=form.registered))
    if form.is_bound:
        found = [one for one in said_of_edit(campaign, form) if not one.blocks]
    comment = queries.refusals_of(campaign).filter(said_by="reviewer", answered_by="").first()
    context = {
        "campaign": campaign,
        "form": form,
        "form_token": request.POST.get("form_token") or f"campaign-edit-{make_code()}",
        "said": at_fields(found, form.fields),
        "refused": refused,
        "refusal_text": refusal_text(refused) if refused else "",
        "comment": comment,
        **edit.context(),
    }
    return render(request, "tendlc/campaign_edit.html", context)


def _diff_page(
    edit: KeptEdit, campaign: Campaign, form: EditForm, changes: dict[str, Any], review: ReviewForm
) -> HttpResponse:
    request = edit.request
    context = {
        "campaign": campaign,
        "form": review,
        "edit": form,
        "rows": diff_of(changes, form.registered),
        "form_token": request.POST.get("form_token", ""),
        "is_live": campaign.state == CampaignState.ACTIVE,
        "may_submit": request.scope.can(Capability.SUBMIT_PAID),
        "question": mail_question(request, campaign.client_id, may_skip=True),
        **edit.context(),
    }
    return render(request, "tendlc/campaign_diff.html", context)


def _send_edit(edit: KeptEdit, campaign: Campaign, form: EditForm) -> HttpResponse:
    request = edit.request
    keep_answer(request, campaign.client_id)
    try:
        actions.edit_campaign(
            request.scope,
            campaign,
            form.cleaned_data,
            actor=request.user,
            form_token=request.POST.get("form_token", ""),
            draft=edit.draft,
        )
    except DraftFinished as finished:
        edit.draft = finished.draft
        return edit.over()
    except AlreadyOpen:
        messages.warning(
            request,
            _("Another change of this campaign is on its way. Nothing was sent twice; yours is kept."),
        )
    else:
        messages.success(
            request, _("The change is saved and on its way to Vonage. This page shows the answer.")
        )
    return _home(request, campaign)


# --- Stop ----------------------------------------------------------------------------------------


@page_and_form
@scoped(Capability.SUBMIT_PAID)
def campaign_stop(request: ScopedRequest, pk: int) -> HttpResponse:
    """Stop a campaign for good, its name typed; the page says what that means for its numbers."""
    campaign = _campaign(request, pk)
    if not _is_there(campaign):
        return _not_at_vonage(request, campaign)
    form = StopForm(request.POST or None, expected=campaign.label or campaign.remote_id)
    if request.method == "POST" and form.is_valid():
        return _send_stop(request, campaign)
    context = {
        "campaign": campaign,
        "form": form,
        "form_token": request.POST.get("form_token") or f"campaign-stop-{make_code()}",
        "numbers": campaign.numbers.filter(state__in=LIVE_NUMBERS, gone_at=None).count(),
    }
    return render(request, "tendlc/campaign_stop.html", context)


def _send_stop(request: ScopedRequest, campaign: Campaign) -> HttpResponse:
    token = request.POST.get("form_token", "")
    try:
        actions.stop_campaign(request.scope, campaign, actor=request.user, form_token=token)
    except AlreadyOpen:
        messages.warning(request, _("Another change of this campaign is on its way. Nothing was sent twice."))
    else:
        messages.success(
            request, _("The stop is saved and on its way to Vonage. This page shows the answer.")
        )
    return _home(request, campaign)


# --- What reviewers wrote ------------------------------------------------------------------------


@require_POST
@scoped(Capability.PREPARE)
def campaign_comment(request: ScopedRequest, pk: int) -> HttpResponse:
    """Keep a reviewer's comment as a refusal; the page then shows what it is about and what comes next."""
    campaign = _campaign(request, pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was kept: paste the comment first, 10,000 characters at most."))
        return _home(request, campaign)
    actions.note_comment(request.scope, campaign, form.cleaned_data["text"], actor=request.user)
    messages.success(request, _("The comment is kept below. It shows what to change."))
    return _home(request, campaign)
