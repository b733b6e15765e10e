"""One campaign: where it stands, what was sent, what came back, and what happened."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Case, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.scope import Scope
from portal.history.models import Refusal
from portal.outbox.enums import OperationState
from portal.outbox.kinds import label_of
from portal.outbox.models import Inquiry, Operation
from portal.outbox.queries import before_reading, latest_inquiry
from portal.outbox.words import problem_text, standing
from portal.vonage.problems import BrandNotQualified
from portal.web.htmx import wants_fragment
from tendlc import actions, lifecycle, operations, queries, wire
from tendlc.enums import Axis, CampaignState, CarrierState, carrier_label
from tendlc.forms.campaign import carrier_name
from tendlc.forms.campaign.edit import Changed, CommentForm, diff_of
from tendlc.labels import split_label
from tendlc.models import Campaign, CampaignCarrier
from tendlc.views import shown
from tendlc.views.acts import campaign_acts
from tendlc.views.campaigns.facts import fact_rows, samples_of
from tendlc.views.deadlines import deadline_rows
from tendlc.views.kept_edits import edits_context
from tendlc.views.story import last_operations, sent_of, story_of

# Where linking more numbers is not the next thing to do, and where only a new campaign sends again.
HALTED = (
    CampaignState.REJECTED,
    CampaignState.SUSPENDED,
    CampaignState.STOPPING,
    CampaignState.STOPPED,
    CampaignState.EXPIRED,
)
MOVING = (CampaignState.SUBMITTING, CampaignState.IN_REVIEW)
NOT_QUALIFIED = BrandNotQualified.code
MOST_NUMBERS = 20


@require_safe
@scoped()
def campaign(request: ScopedRequest, pk: int) -> HttpResponse:
    """A campaign; while something moves its page asks for news, and loads anew when there are some."""
    unread = before_reading(Campaign, request.scope, pk)
    done = last_operations(unread)
    inquiry = latest_inquiry(unread, operations.REFRESH)
    row = get_object_or_404(queries.campaigns(request.scope), pk=pk)
    context = _status(row, done, inquiry)
    if wants_fragment(request):
        same = request.GET.get("was") == context["fingerprint"]
        return HttpResponse(status=204) if same else HttpResponseClientRefresh()
    context |= _everything(request.scope, row, context["pending"])
    context |= _denial(row, context["refusals"], done)
    if request.scope.can(Capability.PREPARE) and _may_have_a_comment(row, context["carriers"]):
        context["comment_form"] = CommentForm()
    return render(request, "tendlc/campaign.html", context)


@require_POST
@scoped()
def campaign_sync(request: ScopedRequest, pk: int) -> HttpResponse:
    """Read the campaign again at Vonage."""
    row = get_object_or_404(queries.campaigns(request.scope), pk=pk)
    try:
        actions.sync_now(request.scope, row, actor=request.user)
    except actions.NotNow:
        messages.warning(request, _("Vonage does not know this campaign yet, so there is nothing to read."))
    else:
        messages.info(request, _("Vonage is being asked how the campaign stands. The page shows the answer."))
    return redirect("tendlc:campaign", request.scope.account.pk, row.pk)


def _status(row: Campaign, done: list[Operation], inquiry: Inquiry | None) -> dict[str, Any]:
    pending = next((one for one in done if one.is_open), None)
    reading = inquiry is not None and inquiry.answered_at is None
    moves = reading or (pending is not None and pending.state != OperationState.REVIEW)
    carriers = _carriers(row)
    return {
        "campaign": row,
        "fingerprint": shown.fingerprint(
            row.state,
            row.remote_status,
            row.gone_at,
            *(one["state"] for one in carriers),
            *map(shown.operation_part, done),
            shown.inquiry_part(inquiry),
            row.api_key.refused_at,
        ),
        "explanation": shown.explained(Axis.CAMPAIGN, row, done[0] if done else None),
        "carriers": carriers,
        "others_deliver": _may_send(row)
        and any(one["state"] not in (CarrierState.REJECTED, CarrierState.SUSPENDED) for one in carriers),
        "sent": sent_of(done),
        "pending": pending,
        "pending_label": label_of(pending.kind) if pending else "",
        "pending_standing": standing(pending) if pending else None,
        "pending_changes": _pending_changes(row, pending),
        "inquiry": inquiry,
        "reading": _reading(inquiry) if inquiry else "",
        "moves": moves or (row.gone_at is None and row.state in MOVING),
    }


def _everything(scope: Scope, row: Campaign, pending: Operation | None) -> dict[str, Any]:
    held_up_first = Case(When(state__in=shown.TROUBLED, then=Value(0)), default=Value(1))
    numbers = list(row.numbers.order_by(held_up_first, "-id")[: MOST_NUMBERS + 1])
    return {
        "facts": fact_rows(row),
        **edits_context(scope, row),
        "deadlines": deadline_rows(queries.deadlines(scope).filter(campaign=row)[:20]),
        "samples": samples_of(row),
        "registered": wire.Campaign.from_json(row.raw) if row.raw else None,
        "numbers": shown.number_rows(scope, numbers[:MOST_NUMBERS]),
        "more_numbers": len(numbers) > MOST_NUMBERS,
        **story_of(row),
        "acts": campaign_acts(scope, row, pending),
        "may_submit": scope.can(Capability.PREPARE),
        "may_link": scope.can(Capability.LINK_NUMBERS),
        "links_now": _may_send(row) and (bool(row.remote_id) or row.state == CampaignState.SUBMITTING),
    }


def _may_send(row: Campaign) -> bool:
    """Whether it sends, or will once all goes well: it is not gone, and nothing halts it."""
    return row.gone_at is None and row.state not in HALTED


def _may_have_a_comment(row: Campaign, carriers: list[dict[str, Any]]) -> bool:
    """Where somebody said no in words that the API does not carry."""
    noes = {CampaignState.REJECTED, CampaignState.SUSPENDED, CarrierState.REJECTED, CarrierState.SUSPENDED}
    return row.state in noes or any(one["state"] in noes for one in carriers)


def _pending_changes(row: Campaign, pending: Operation | None) -> list[Changed]:
    """What an edit that is on its way will change."""
    if pending is None or pending.kind != operations.UPDATE_CAMPAIGN:
        return []
    asked = dict(pending.payload)
    if "label" in asked:
        asked["label"] = split_label(asked["label"])[0]
    return diff_of(asked, actions.editable_now(row))


def _denial(row: Campaign, refusals: list[Refusal], done: list[Operation]) -> dict[str, Any]:
    """The denial behind a campaign that is not qualified; notes on every no whether it is about that."""
    unqualified = {one.code for one in done if one.last_error.get("code") == NOT_QUALIFIED}
    for refusal in refusals:
        refusal.is_unqualified = refusal.submission in unqualified  # type: ignore[attr-defined]
    asks = any(one.submission in unqualified and not one.answered_by for one in refusals)
    last = queries.qualification_of(row.brand, row.use_case) if asks else None
    return {"denial": last if last and last.qualified is False else None}


def _reading(inquiry: Inquiry) -> str:
    """How "sync now" stands; empty once it was answered."""
    if inquiry.answered_at is None and inquiry.api_key.refused_at:
        return _(
            "Vonage refused the API key. It is read again once an admin has corrected and tested the key."
        )
    if inquiry.problem:
        return problem_text(inquiry.problem)
    return "" if inquiry.answered_at else _("Vonage is being asked how it stands.")


def _carriers(row: Campaign) -> list[dict[str, Any]]:
    """Each carrier with its own history, read with one query for all of them."""
    carriers = list(row.carriers.order_by("name", "pk"))
    if not carriers:
        return []
    story: dict[str, list[shown.Moment]] = {}
    for moment in shown.moments(queries.carrier_changes_of(row), ()):
        story.setdefault(moment.part, []).append(moment)
    return [_carrier(one, story.get(carrier_label(one.name or one.network_id), [])) for one in carriers]


def _carrier(row: CampaignCarrier, changes: list[shown.Moment]) -> dict[str, Any]:
    record = wire.MnoMetadata.from_json(row.raw)
    return {
        "name": carrier_name(record) or str(row),
        "state": CarrierState(row.state),
        "word": row.remote_status,
        "record": record,
        "changes": changes,
        "explanation": lifecycle.explain(Axis.CARRIER, row.state),
    }
