"""The numbers the account's keys own: free, or linked and where; where linking starts."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.outbox.inquiries import unanswered
from portal.records.paging import keyset_page
from tendlc import actions, queries
from tendlc.forms.lists import OwnedFilter
from tendlc.forms.number import LINKABLE
from tendlc.models import OwnedNumber
from tendlc.operations import OWNED


@require_safe
@scoped()
def owned_numbers(request: ScopedRequest) -> HttpResponse:
    reading = unanswered(request.scope.account, OWNED)  # before the rows that an answer brings
    filters = OwnedFilter(request.GET, scope=request.scope)
    page = keyset_page(_filtered(request, filters), order=filters.order, token=request.GET.get("after", ""))
    links = queries.links_of(request.scope, [row.number for row in page.rows])
    context = {
        "filters": filters,
        "page": page,
        "rows": [(row, links.get(row.number), cannot_be_linked(row)) for row in page.rows],
        "last_read": queries.last_owned_run(request.scope),
        "reading": reading,
        "may_link": request.scope.can(Capability.LINK_NUMBERS),
    }
    return render(request, "tendlc/owned_numbers.html", context)


def _filtered(request: ScopedRequest, filters: OwnedFilter) -> QuerySet[OwnedNumber]:
    chosen = filters.chosen
    rows = queries.owned_numbers(request.scope, chosen.get("where", ""))
    rows = queries.owned_search(rows, chosen.get("q", ""))
    columns = {"country": "country", "key": "api_key"}
    return rows.filter(**{column: chosen[name] for name, column in columns.items() if name in chosen})


def cannot_be_linked(row: OwnedNumber) -> str:
    """Why 10DLC campaigns usually refuse a number of this kind; "" where they take it."""
    if row.country not in LINKABLE:
        return _("Not a US or Canadian number: campaigns take no others.")
    if "toll-free" in row.type:
        return _("Toll-free numbers are verified in another way, not by 10DLC.")
    if row.features and "SMS" not in row.features:
        return _("The number cannot send SMS.")
    return ""


@require_POST
@scoped()
def owned_read(request: ScopedRequest) -> HttpResponse:
    """Ask Vonage again which numbers there are."""
    if actions.read_owned(request.scope, actor=request.user):
        messages.info(
            request, _("Vonage is being asked which numbers your keys own. The list fills by itself.")
        )
    else:
        messages.warning(request, _("There is no API key to ask with. An admin adds one in Settings."))
    return redirect("tendlc:owned_numbers", request.scope.account.pk)
