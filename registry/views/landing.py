"""The landing page: the guide's three steps with state and next action, and what is new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.accounts.scope import Scope
from portal.drafts.queries import open_drafts
from portal.history.enums import Axis
from portal.history.models import Change
from portal.notices.queries import feed
from registry.enums import ChangeState, DecisionState
from registry.models import Decision, NetworkApplication
from registry.queries.profiles import application_profiles, business_profiles, change_requests
from registry.views.business.journey import NEW

NEWS, STORY, TODO = 5, 8, 10


@dataclass(frozen=True)
class Stage:
    """One of the three steps: where it stands, and what to press next."""

    title: str
    text: str
    state: str
    standing: str
    action: str = ""
    url: str = ""


@require_safe
@scoped()
def landing(request: ScopedRequest) -> HttpResponse:
    """The Network Registry of an account, from the first step on."""
    scope = request.scope
    context = {
        "stages": _stages(scope),
        "drafts": open_drafts(scope, NEW)[:NEWS] if scope.can(Capability.PREPARE) else [],
        "asked": _asked(scope),
        "open_changes": change_requests(scope).filter(state=ChangeState.SUBMITTED).order_by("-pk")[:TODO],
        "news": feed(scope).filter(notice__kind__startswith="registry.").order_by("-pk")[:NEWS],
        "story": scope.rows(Change.objects.filter(axis=Axis.DECISION)).order_by("-seen_at", "-pk")[:STORY],
        "may_prepare": scope.can(Capability.PREPARE),
    }
    return render(request, "registry/landing.html", context)


def _asked(scope: Scope) -> Any:
    """What operators want to know, or refused: it waits for the account's own people."""
    rows = Decision.objects.filter(
        is_latest=True, state__in=(DecisionState.INFORMATION, DecisionState.REJECTED)
    ).filter(business_profile__deleted_at=None)
    rows = rows.exclude(application_profile__standing__deleted_at__isnull=False)
    rows = rows.select_related("operator__country", "business_profile", "application_profile", "feature")
    return scope.rows(rows).order_by("waiting_since", "pk")[:TODO]


def _stages(scope: Scope) -> list[Stage]:
    account = scope.account.pk
    businesses, applications = business_profiles(scope).count(), application_profiles(scope).count()
    linked = scope.rows(NetworkApplication.objects.filter(gone_at=None).exclude(access="")).count()
    return [
        Stage(
            _("Add a business profile"),
            _("Tell us a little about the organization that owns the application."),
            "done" if businesses else "current",
            ngettext("%(n)d business profile", "%(n)d business profiles", businesses) % {"n": businesses}
            if businesses
            else _("not begun"),
            _("Show business profiles") if businesses else _("Add business profile"),
            reverse("registry:business_profiles" if businesses else "registry:business_new", args=[account]),
        ),
        Stage(
            _("Create a Network Application profile"),
            _(
                "Select the Network Features you wish to use, describe your use case, and submit for approval."
            ),
            "done" if applications else "current" if businesses else "todo",
            ngettext("%(n)d application profile", "%(n)d application profiles", applications)
            % {"n": applications}
            if applications
            else _("not begun"),
            _("Choose a business profile") if businesses else "",
            reverse("registry:business_profiles", args=[account]) if businesses else "",
        ),
        Stage(
            _("Connect your Vonage application"),
            _("Link your profile to a new or existing Vonage Application for authentication."),
            "done" if linked else "current" if applications else "todo",
            ngettext("%(n)d application connected", "%(n)d applications connected", linked) % {"n": linked}
            if linked
            else _("not begun"),
            _("Show applications"),
            reverse("applications:list", args=[account]),
        ),
    ]
