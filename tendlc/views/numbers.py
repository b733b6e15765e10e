"""The list of numbers, and linking numbers to a campaign."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.notices.forms import MailQuestion
from portal.records.paging import keyset_page
from tendlc import actions, queries, wire
from tendlc.enums import Axis, CampaignState, NumberState
from tendlc.forms.lists import NumberFilter
from tendlc.forms.number import LIVE, NumbersForm
from tendlc.models import Campaign
from tendlc.views import shown
from tendlc.views.asking import mail_question
from tendlc.views.listings import choices_for

MOVING = (NumberState.SUBMITTING, NumberState.PENDING, NumberState.UNLINKING)
LINKED_SHOWN = 100


@require_safe
@scoped()
def numbers(request: ScopedRequest) -> HttpResponse:
    if "choose" in request.GET:
        return _choose_campaign(request)
    filters = NumberFilter(request.GET, scope=request.scope)
    page = keyset_page(filters.apply(), order=filters.order, token=request.GET.get("after", ""))
    rows = shown.number_rows(request.scope, page.rows)
    context = {
        "filters": filters,
        "page": page,
        "rows": rows,
        "campaign": filters.chosen.get("campaign"),
        "moves": any(row.state in MOVING or row.operation for row in rows),
        "may_link": request.scope.can(Capability.LINK_NUMBERS),
        "many": choices_for(request.scope, "numbers"),
    }
    return render(request, "tendlc/numbers.html", context)


def _choose_campaign(request: ScopedRequest) -> HttpResponse:
    """Which campaign the numbers are for; no status keeps one off the list."""
    request.scope.require(Capability.LINK_NUMBERS)
    words = request.GET.get("q", "").strip()[:200]
    rows = queries.campaign_search(
        queries.campaigns_to_link(request.scope), words, queries.brands(request.scope)
    )
    page = keyset_page(rows, order="-created_at", token=request.GET.get("after", ""))
    context = {"page": page, "q": words, "number": wire.digits(request.GET.get("number", ""))[:20]}
    return render(request, "tendlc/number_campaigns.html", context)


# --- Linking -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@scoped(Capability.LINK_NUMBERS)
def numbers_link(request: ScopedRequest, pk: int) -> HttpResponse:
    """Numbers are typed, checked line by line, confirmed, and then linked by the worker."""
    campaign = get_object_or_404(queries.campaigns(request.scope), pk=pk)
    why_not = _why_no_link(campaign)
    if why_not:
        messages.info(request, why_not)
        return redirect("tendlc:campaign", request.scope.account.pk, campaign.pk)
    form = NumbersForm(
        request.POST if request.method == "POST" else None,
        campaign=campaign,
        initial={"numbers": request.GET.get("number", "")},
    )
    step = {"review": _confirm, "submit": _link}.get(request.POST.get("action", ""))
    if step is None or not form.is_valid():
        return _link_page(request, campaign, form)
    return step(request, campaign, form)


def _why_no_link(campaign: Campaign) -> str:
    """Why no number can be linked to a campaign; "" where Vonage has it, or it is on its way there."""
    if campaign.gone_at:
        return _("The campaign is not at Vonage any more, so no number can be linked to it.")
    if not campaign.remote_id and campaign.state != CampaignState.SUBMITTING:
        return _("Vonage does not know this campaign. Submit it again first; then link numbers.")
    return ""


def _link_page(request: ScopedRequest, campaign: Campaign, form: NumbersForm) -> HttpResponse:
    rows = queries.numbers(request.scope).filter(campaign=campaign)
    linked = list(rows.order_by("-id")[:LINKED_SHOWN])
    shown.mark_taken_back(request.scope, Axis.NUMBER, linked)
    context = {
        "campaign": campaign,
        "form": form,
        "problems": [line for line in form.lines if line.problem],
        "linked": linked,
        "linked_count": rows.count(),
    }
    return render(request, "tendlc/numbers_link.html", context)


def _live(request: ScopedRequest, campaign: Campaign) -> set[str]:
    """The digits that hang on the campaign, or are on their way to it."""
    rows = queries.numbers(request.scope).filter(campaign=campaign, state__in=LIVE, gone_at=None)
    return set(rows.values_list("number", flat=True))


def _confirm(
    request: ScopedRequest,
    campaign: Campaign,
    form: NumbersForm,
    question: MailQuestion | None = None,
    unconfirmed: bool = False,
) -> HttpResponse:
    live = _live(request, campaign)
    cautions = form.cautions(live)
    context = {
        "linked_here": len(live.intersection(digits for _country, digits in form.wanted)),
        "campaign": campaign,
        "form": form,
        "cautions": cautions,
        "cautions_seen": " ".join(caution.code for caution in cautions),
        "unconfirmed": unconfirmed,
        "may_submit": True,
        "question": question or mail_question(request, campaign.client_id),
    }
    return render(request, "tendlc/number_confirm.html", context)


def _link(request: ScopedRequest, campaign: Campaign, form: NumbersForm) -> HttpResponse:
    question = mail_question(request, campaign.client_id, request.POST)
    confirmed = set(request.POST.get("confirmed", "").split())
    if {caution.code for caution in form.cautions(_live(request, campaign))} - confirmed:
        return _confirm(request, campaign, form, question, unconfirmed=True)
    if not question.is_valid():
        return _confirm(request, campaign, form, question)
    question.keep()
    try:
        linking = actions.link_numbers(request.scope, campaign, form.wanted, actor=request.user)
    except actions.NotNow:  # what they would have waited for was refused a moment ago
        messages.warning(request, _("Nothing was linked: the campaign is not on its way to Vonage any more."))
        return redirect("tendlc:campaign", request.scope.account.pk, campaign.pk)
    if linking.left_out:
        context = {"campaign": campaign, "linking": linking}
        return render(request, "tendlc/number_result.html", context)
    count = len(linking.links)
    text = ngettext("%(count)d number is on its way.", "%(count)d numbers are on their way.", count)
    messages.success(request, text % {"count": count})
    return redirect(_list_of(request, campaign))


def _list_of(request: ScopedRequest, campaign: Campaign) -> str:
    return (
        f"{reverse('tendlc:numbers', args=[request.scope.account.pk])}?{urlencode({'campaign': campaign.pk})}"
    )


@require_POST
@scoped()
def number_sync(request: ScopedRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.numbers(request.scope), pk=pk)
    try:
        actions.sync_now(request.scope, row, actor=request.user)
    except actions.NotNow:
        messages.info(request, _("Vonage does not know this number yet, so there is nothing to read."))
    else:
        messages.info(request, _("%(number)s is being read at Vonage again.") % {"number": row})
    return redirect("tendlc:number", request.scope.account.pk, row.pk)
