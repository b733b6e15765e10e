"""Doing something to many rows of a list, taking a list home, and the list of vettings."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.outbox.actions import AlreadyOpen
from portal.outbox.batch_actions import check_batch, earlier_batch, hash_of
from portal.records.paging import keyset_page
from portal.records.tables import MOST_EXPORTED, Line, table_file
from tendlc import actions
from tendlc.batches import UnlinkNumbers
from tendlc.forms.lists import VettingFilter
from tendlc.forms.many import ClientForm, NothingForm, ResponsibleForm, UseCaseForm
from tendlc.models import NumberLink
from tendlc.views.listings import (
    CLIENT,
    DEEDS,
    EXPORTS,
    LISTINGS,
    RESPONSIBLE,
    SYNC,
    UNLINK,
    USE_CASE,
    Deed,
    Listing,
    choices_for,
)

NAMED = 10
FORMS: Final[Mapping[str, Any]] = {USE_CASE: UseCaseForm, CLIENT: ClientForm, RESPONSIBLE: ResponsibleForm}
CONSEQUENCES: Final[Mapping[str, Any]] = {
    SYNC: gettext_lazy("Each is read at Vonage again, a few a second. Nothing is changed there."),
    USE_CASE: gettext_lazy(
        "Vonage is asked for each brand, a few a second. Asking is free and changes nothing."
    ),
    CLIENT: gettext_lazy(
        "The brands with their campaigns, vettings, numbers, deadlines and drafts belong to this client from now on, "
        "and are seen by whoever works for it, no more by others. Nothing changes at Vonage."
    ),
    RESPONSIBLE: gettext_lazy("This person is told of changes from now on. Nothing changes at Vonage."),
    UNLINK: gettext_lazy("The next page shows each number once more before anything is sent."),
}


def _listing(thing: str) -> Listing:
    if thing not in LISTINGS:
        raise Http404
    return LISTINGS[thing]


@require_safe
@scoped()
def vettings(request: ScopedRequest) -> HttpResponse:
    """Every vetting of every brand a person may see."""
    filters = VettingFilter(request.GET, scope=request.scope)
    page = keyset_page(filters.apply(), order=filters.order, token=request.GET.get("after", ""))
    context = {"filters": filters, "page": page, "many": choices_for(request.scope, "vettings")}
    return render(request, "tendlc/vettings.html", context)


@require_POST
@scoped()
def many(request: ScopedRequest, thing: str) -> HttpResponse:
    """Say what would be done to the chosen rows, and do it once that was confirmed."""
    listing, name = _listing(thing), request.POST.get("deed", "")
    if name not in listing.deeds:
        return _back(request, listing, _("Choose what is to be done."))
    deed = DEEDS[name]
    request.scope.require(deed.capability)
    rows = _chosen(request, listing)
    if name in EXPORTS and rows.exists():
        return _export(listing, name, rows)
    count = rows.order_by().values("pk")[: deed.most + 1].count()
    if not 0 < count <= deed.most:
        return _back(request, listing, _wrong_count(count, deed))
    confirmed = "confirmed" in request.POST
    form = FORMS.get(name, NothingForm)(request.POST if confirmed else None, scope=request.scope, rows=rows)
    if confirmed and form.is_valid():
        return DOERS[name](request, listing, rows, form)
    return _confirm(request, listing, name, rows, count, form)


def _export(listing: Listing, ending: str, rows: QuerySet[Any]) -> HttpResponse:
    """The chosen rows as a file, in the list's order."""
    headers = [name for name, _read in listing.columns]
    found = rows[: MOST_EXPORTED + 1].iterator(chunk_size=1000)
    table = ([read(row) for _name, read in listing.columns] for row in found)
    return table_file(str(listing.title), ending, headers, table)


def _chosen(request: ScopedRequest, listing: Listing) -> QuerySet[Any]:
    """The ticked rows, those of the page, or all that the filters in the address leave."""
    rows = listing.rows(request.scope, request.GET)
    return rows if request.POST.get("which") == "whole" else rows.filter(pk__in=_picks(request))


def _picks(request: ScopedRequest) -> list[int]:
    typed = request.POST.getlist("shown" if request.POST.get("which") == "page" else "pick")
    picks = [int(pick) for pick in typed if pick.isascii() and pick.isdecimal()]
    return [pick for pick in picks if pick < 2**63]


def _wrong_count(count: int, deed: Deed) -> str:
    if not count:
        return _("Tick at least one row.")
    return _("These are too many. At most %(most)d go at once: narrow the list with its filters.") % {
        "most": deed.most
    }


def _list_of(request: ScopedRequest, listing: Listing) -> str:
    query = request.GET.urlencode()
    page = reverse(listing.page, args=[request.scope.account.pk])
    return f"{page}?{query}" if query else page


def _back(request: ScopedRequest, listing: Listing, why: str) -> HttpResponse:
    messages.warning(request, why)
    return redirect(_list_of(request, listing))


def _confirm(
    request: ScopedRequest, listing: Listing, name: str, rows: QuerySet[Any], count: int, form: forms.Form
) -> HttpResponse:
    context = {
        "listing": listing,
        "deed": DEEDS[name],
        "name": name,
        "which": "whole" if request.POST.get("which") == "whole" else "picked",
        "picks": _picks(request),
        "named": list(rows.order_by("-pk")[:NAMED]),
        "count": count,
        "consequence": CONSEQUENCES[name],
        "form": form,
        "token": secrets.token_urlsafe(16),
        "list_url": _list_of(request, listing),
    }
    return render(request, "tendlc/many.html", context)


def _done(request: ScopedRequest, listing: Listing, count: int) -> HttpResponse:
    text = ngettext("Done for %(count)d row.", "Done for %(count)d rows.", count)
    messages.success(request, text % {"count": count})
    return redirect(_list_of(request, listing))


def _asked(request: ScopedRequest, listing: Listing, asked: int, chosen: int) -> HttpResponse:
    """Nothing is done yet: what was asked is answered one after the other, and what Vonage lacks is not asked."""
    saved = ngettext(
        "%(count)d question is saved.",
        "%(count)d questions are saved. Vonage is asked one after the other; the rows show each answer.",
        asked,
    )
    text = saved % {"count": asked} if asked else _("Nothing was asked.")
    if left_out := chosen - asked:
        without = ngettext(
            "%(count)d row was left out: Vonage does not have it, or not any more.",
            "%(count)d rows were left out: Vonage does not have them, or not any more.",
            left_out,
        )
        text = f"{text} {without % {'count': left_out}}"
    (messages.success if asked else messages.warning)(request, text)
    return redirect(_list_of(request, listing))


def _sync(request: ScopedRequest, listing: Listing, rows: QuerySet[Any], form: forms.Form) -> HttpResponse:
    chosen = list(rows)
    asked = actions.sync_many(request.scope, chosen, actor=request.user)
    return _asked(request, listing, asked, len(chosen))


def _use_case(
    request: ScopedRequest, listing: Listing, rows: QuerySet[Any], form: forms.Form
) -> HttpResponse:
    use_case = form.cleaned_data["value"]
    chosen = list(rows)
    asked = actions.check_use_case_of_many(request.scope, chosen, use_case, actor=request.user)
    return _asked(request, listing, asked, len(chosen))


def _client(request: ScopedRequest, listing: Listing, rows: QuerySet[Any], form: forms.Form) -> HttpResponse:
    client = form.cleaned_data["value"]
    try:
        count = actions.set_client(request.scope, list(rows), client, actor=request.user)
    except AlreadyOpen as problem:
        text = _("Nothing was changed: something of “%(name)s” is on its way to Vonage. Wait for its answer.")
        name = problem.operation.object_name if problem.operation else ""
        return _back(request, listing, text % {"name": name})
    return _done(request, listing, count)


def _responsible(
    request: ScopedRequest, listing: Listing, rows: QuerySet[Any], form: forms.Form
) -> HttpResponse:
    person = form.cleaned_data["value"]
    count = actions.set_responsible(request.scope, list(rows), person, actor=request.user)
    return _done(request, listing, count)


def _unlink(request: ScopedRequest, listing: Listing, rows: QuerySet[Any], form: forms.Form) -> HttpResponse:
    """A batch of what was chosen; the token makes a second click find the first one's batch."""
    file_hash = hash_of(request.POST.get("token", "").encode())
    batch = earlier_batch(request.scope, UnlinkNumbers(), file_hash)
    if batch is None:
        batch = check_batch(
            request.scope,
            UnlinkNumbers(),
            [_line(place, link) for place, link in enumerate(rows.order_by("number", "pk"), 1)],
            name=_("Unlink chosen numbers"),
            file_hash=file_hash,
            actor=request.user,
        )
    return redirect("outbox:batch", request.scope.account.pk, batch.pk)


def _line(place: int, link: NumberLink) -> Line:
    """A chosen number as a file would have named it."""
    campaign = link.campaign
    ids = {"brand_id": campaign.brand.remote_id, "campaign_id": campaign.remote_id}
    return Line(place, {"number": link.number, **ids})


DOERS: Final[Mapping[str, Callable[..., HttpResponse]]] = {
    SYNC: _sync,
    USE_CASE: _use_case,
    CLIENT: _client,
    RESPONSIBLE: _responsible,
    UNLINK: _unlink,
}
