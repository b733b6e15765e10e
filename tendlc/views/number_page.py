"""One number: where it hangs, what was sent and what came back, what happened, and taking it off again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.history.actions import type_of
from portal.notices.queries import follow_of
from portal.outbox.actions import AlreadyOpen
from portal.outbox.enums import OperationState
from portal.outbox.models import Operation
from portal.outbox.queries import before_reading, latest_inquiry
from portal.outbox.words import problem_text, standing
from portal.web.htmx import wants_fragment
from tendlc import actions, operations, queries
from tendlc.enums import Axis, NumberState
from tendlc.models import NumberLink
from tendlc.views import shown
from tendlc.views.deadlines import deadline_rows
from tendlc.views.story import last_operations, sent_of, story_of

MOVING = (NumberState.SUBMITTING, NumberState.PENDING, NumberState.UNLINKING)
MOST_ELSEWHERE = 20


@require_safe
@scoped()
def number(request: ScopedRequest, pk: int) -> HttpResponse:
    """A number; while something moves its page asks for news, and loads anew when there are some."""
    unread = before_reading(NumberLink, request.scope, pk)
    mine = last_operations(unread)
    look = latest_inquiry(unread, operations.REFRESH)
    link = get_object_or_404(queries.numbers(request.scope), pk=pk)
    print_now = shown.fingerprint(
        link.state,
        link.remote_status,
        link.gone_at,
        *map(shown.operation_part, mine),
        shown.inquiry_part(look),
        link.api_key.refused_at,
    )
    if wants_fragment(request):
        same = request.GET.get("was") == print_now
        return HttpResponse(status=204) if same else HttpResponseClientRefresh()
    opened = next((one for one in mine if one.is_open), None)
    context = {
        "number": link,
        "explanation": shown.explained(Axis.NUMBER, link, mine[0] if mine else None),
        "sent": sent_of(mine),
        "open_operation": opened,
        "open_standing": standing(opened) if opened else None,
        "deadlines": deadline_rows(queries.deadlines_about(request.scope, link)[:MOST_ELSEWHERE]),
        "may_prepare": request.scope.can(Capability.PREPARE),
        **story_of(link),
        "look_problem": problem_text(look.problem) if look and look.answered_at and look.problem else "",
        "moves": (link.gone_at is None and link.state in MOVING)
        or (look is not None and look.answered_at is None)
        or (opened is not None and opened.state != OperationState.REVIEW),
        "fingerprint": print_now,
        "following": follow_of(request.scope, link) is not None,
        "object_type": type_of(link),
        "elsewhere": _elsewhere(request, link),
        **_possible(request, link, opened),
    }
    return render(request, "tendlc/number.html", context)


def _possible(request: ScopedRequest, link: NumberLink, opened: Operation | None) -> dict[str, Any]:
    """What may be done now, and why the rest may not."""
    allowed = request.scope.can(Capability.LINK_NUMBERS)
    reasons = [
        (_("Unlink"), _why_not_unlink(link, opened, allowed)),
        (_("Link again"), _why_not_link(link, opened, allowed)),
    ]
    return {
        "may_unlink": not reasons[0][1],
        "may_link": not reasons[1][1],
        "not_now": [(name, why) for name, why in reasons if why],
    }


def _why_not_unlink(link: NumberLink, opened: Operation | None, allowed: bool) -> str:
    if not link.remote_id:
        return _("Vonage does not know this link, so there is nothing to take off.")
    if link.state == NumberState.UNLINKED or link.gone_at:
        return _("The number is not linked to this campaign any more.")
    return _busy(opened, allowed)


def _why_not_link(link: NumberLink, opened: Operation | None, allowed: bool) -> str:
    if link.gone_at is None and link.state in (NumberState.LINKED, NumberState.PENDING):
        return _("The number is linked to this campaign, or is being linked.")
    if link.campaign.gone_at:
        return _("The campaign is not at Vonage any more. Choose another one for the number.")
    return _busy(opened, allowed)


def _busy(opened: Operation | None, allowed: bool) -> str:
    if opened is not None:
        return _("Something is under way with this number (%(code)s); wait until it is done.") % {
            "code": opened.code
        }
    return "" if allowed else _("Your role in this account does not allow it. An admin can change it.")


def _elsewhere(request: ScopedRequest, link: NumberLink) -> list[NumberLink]:
    """Other campaigns of the account the same number hung on, or hangs on."""
    same = queries.numbers(request.scope).filter(number=link.number).exclude(pk=link.pk)
    return list(same.order_by("-id")[:MOST_ELSEWHERE])


@require_http_methods(["GET", "HEAD", "POST"])
@scoped(Capability.LINK_NUMBERS)
def number_unlink(request: ScopedRequest, pk: int) -> HttpResponse:
    """Unlinking is confirmed first: the campaign's messages from this number stop being delivered."""
    link = get_object_or_404(queries.numbers(request.scope), pk=pk)
    if request.method == "POST":
        try:
            actions.unlink_number(request.scope, link, actor=request.user)
        except actions.NotNow:
            messages.info(request, _("The number is not linked, so there is nothing to take off."))
        except AlreadyOpen:
            messages.info(
                request, _("Something is under way with this number already. Nothing was sent twice.")
            )
        return redirect("tendlc:number", request.scope.account.pk, link.pk)
    return render(request, "tendlc/number_unlink.html", {"number": link})
