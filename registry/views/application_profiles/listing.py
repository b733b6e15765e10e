"""Finding an application profile, and choosing the business profile of a new one."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.drafts.queries import open_drafts
from portal.records.paging import keyset_page
from registry.lifecycle import RollUp, Vote, roll_up
from registry.models import ApplicationProfile, Decision
from registry.queries.application_profiles import application_search, usable_business_profiles
from registry.queries.profiles import application_profiles
from registry.views.application_profiles.journey import KIND

MOST_DRAFTS, MOST_BUSINESSES = 6, 50


@require_safe
@scoped()
def application_list(request: ScopedRequest) -> HttpResponse:
    """Every application profile a person may see, newest first."""
    words = request.GET.get("q", "").strip()
    rows = application_search(application_profiles(request.scope), words)
    page = keyset_page(rows, order="-created_at", token=request.GET.get("after", ""))
    rolled = words_of(page.rows)
    context = {
        "page": page,
        "rows": [(profile, rolled[profile.pk]) for profile in page.rows],
        "q": words,
        "drafts": open_drafts(request.scope, KIND)[:MOST_DRAFTS],
        "may_prepare": request.scope.can(Capability.PREPARE),
    }
    return render(request, "registry/application_profile_list.html", context)


def words_of(profiles: Iterable[ApplicationProfile]) -> dict[int, RollUp]:
    """The word of each profile of a list; one query for all of them."""
    votes: dict[int, list[Vote]] = {profile.pk: [] for profile in profiles}
    rows = Decision.objects.filter(application_profile__in=list(votes), is_latest=True)
    for pk, state, activity in rows.values_list("application_profile_id", "state", "activity"):
        votes[pk or 0].append(Vote(state, activity))
    return {pk: roll_up(cast) for pk, cast in votes.items()}


@require_safe
@scoped(Capability.PREPARE)
def application_start(request: ScopedRequest) -> HttpResponse:
    """Choose the business profile a new application profile belongs to."""
    words = request.GET.get("q", "").strip()
    rows = usable_business_profiles(request.scope)
    if words:
        rows = rows.filter(name__icontains=words)
    found = list(rows.order_by("name", "pk")[: MOST_BUSINESSES + 1])
    context = {"businesses": found[:MOST_BUSINESSES], "more": len(found) > MOST_BUSINESSES, "q": words}
    return render(request, "registry/application_profile_start.html", context)
