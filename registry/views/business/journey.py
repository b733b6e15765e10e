"""A way through the business profile's steps: a new one, or a change of one; saved at every step."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.context import ScopedRequest
from portal.accounts.models import Client
from portal.accounts.scope import Scope
from portal.drafts.actions import save_draft
from portal.drafts.models import Draft
from portal.drafts.problems import DraftConflict
from portal.drafts.queries import drafts
from registry.forms.business import (
    FORMS,
    REVIEW,
    Asked,
    Checked,
    StepForm,
    as_data,
    as_initial,
    asked_by,
    check,
    from_registration,
    steps_for,
    typed,
)
from registry.models import ChangeRequest
from registry.rules.registration import from_wish

NEW, CHANGE = "registry.business", "registry.business_change"
REVIEW_TITLE = _("Review and submit")
Values = dict[str, Any]


@dataclass
class Journey:
    """`change` is the change request that is written, None for a new profile. `draft` is None until the first save."""

    scope: Scope
    client: Client
    change: ChangeRequest | None = None
    draft: Draft | None = None
    values: Values = field(default_factory=dict)
    step: str = "countries"

    @property
    def kind(self) -> str:
        return CHANGE if self.change else NEW

    @cached_property
    def asked(self) -> Asked:
        return asked_by(self.values, timezone.now().date())

    @cached_property
    def order(self) -> list[str]:
        return steps_for(self.asked)

    @cached_property
    def checked(self) -> Checked:
        return check(self.values, self.asked)

    @property
    def title(self) -> str:
        """What a draft is called in lists."""
        return str(self.values.get("name") or "").strip()

    @property
    def neighbours(self) -> tuple[str, str]:
        """The steps before and after; "" at the ends."""
        place = self.order.index(self.step)
        onward = self.order[place + 1] if place + 1 < len(self.order) else ""
        return (self.order[place - 1] if place else "", onward)

    def url(self, step: str = "") -> str:
        account = self.scope.account.pk
        if self.change:
            path = reverse("registry:change_edit", args=[account, self.change.pk])
        else:
            path = reverse("registry:business_new", args=[account])
        query = {"draft": self.draft.pk if self.draft else "", "step": step or self.step}
        return f"{path}?{urlencode({name: value for name, value in query.items() if value})}"

    def form(self, data: Any = None) -> StepForm:
        """The form of this step: as it was posted, or filled with what was kept."""
        form = FORMS[self.step]
        if data is not None:
            return form(data, asked=self.asked)
        return form(initial=as_initial(self.values), asked=self.asked)

    def carried(self) -> list[tuple[str, str]]:
        """Kept values of other steps: saving while typing sends the whole form, not one step of it."""
        own = self.form().fields if self.step in FORMS else {}
        return [
            (name, text)
            for name, texts in as_data(self.values).lists()
            if name not in own and name != "step"
            for text in texts
        ]

    def forget(self) -> None:
        """Values have changed, and with them perhaps which steps apply."""
        for name in ("asked", "order", "checked"):
            self.__dict__.pop(name, None)


def journey_of(request: ScopedRequest, change: ChangeRequest | None) -> Journey:
    """The journey an address or a form names; 404 for a draft of something else."""
    source = request.POST if request.method == "POST" else request.GET
    draft = _draft(request.scope, source.get("draft", ""), change)
    client = change.client if change else draft.client if draft else _chosen_client(request)
    journey = Journey(request.scope, client, change, draft, dict(draft.values) if draft else {})
    if change is not None and draft is None:
        wished = from_wish(change.countries, change.values, change.personal)
        on = timezone.now().date()
        countries = {"countries": list(wished.countries), "consent": str(wished.consent or "").lower()}
        journey.values = from_registration(wished, asked_by(countries, on))
    step = source.get("step", "")
    journey.step = step if step in (*FORMS, REVIEW) else journey.order[0]
    if journey.step not in journey.order:
        journey.step = REVIEW
    return journey


def _chosen_client(request: ScopedRequest) -> Client:
    chosen, clients = request.POST.get("client", ""), request.scope.clients()
    found = clients.filter(pk=int(chosen)).first() if chosen.isdecimal() else clients.first()
    if found is None:
        raise Http404
    return found


def _draft(scope: Scope, pk: str, change: ChangeRequest | None) -> Draft | None:
    kind, parent = (CHANGE, change.pk) if change else (NEW, None)
    rows = drafts(scope).filter(kind=kind, parent_id=parent)
    if pk:
        return get_object_or_404(rows, pk=int(pk) if pk.isdecimal() else 0)
    return rows.filter(finished_at=None).order_by("-pk").first() if change else None


def save(journey: Journey, request: ScopedRequest) -> None:
    """Keep what was typed in this step, valid or not. Raises DraftConflict and DraftFinished."""
    journey.values |= typed(journey.form(request.POST), request.POST)
    journey.forget()
    version = request.POST.get("version", "")
    try:
        _save_at(journey, request, int(version) if version.isdecimal() else None)
    except DraftConflict as conflict:
        if not _is_echo(conflict.theirs, journey.values, request.user.pk):
            raise
        journey.draft = conflict.theirs
        _save_at(journey, request, conflict.theirs.version)


def _save_at(journey: Journey, request: ScopedRequest, version: int | None) -> None:
    journey.draft = save_draft(
        journey.scope,
        journey.kind,
        journey.values,
        draft=journey.draft,
        version=version,
        client=journey.client,
        title=journey.title,
        parent_id=journey.change.pk if journey.change else None,
        actor=request.user,
    )


def _is_echo(theirs: Draft, sent: Values, user_id: int) -> bool:
    """Saving while typing may overtake the click on "next" with the very same values: that is no conflict."""
    return theirs.saved_by_id == user_id and all(
        as_data(theirs.values).getlist(name) == as_data(sent).getlist(name) for name in sent if name != "step"
    )


def require_latest(journey: Journey, request: ScopedRequest) -> None:
    """Nobody submits what they have not seen. Raises DraftConflict when the draft moved on since."""
    if journey.draft is not None and str(journey.draft.version) != request.POST.get("version", ""):
        raise DraftConflict(journey.draft, journey.values)


def steps_of(journey: Journey) -> list[dict[str, Any]]:
    """The rows of components/_steps.html; a step is done when it was kept and its form is valid."""
    return [
        {
            "label": title_of(key),
            "state": "current" if key == journey.step else "done" if _is_done(journey, key) else "todo",
            "url": journey.url(key) if journey.draft and key != journey.step else "",
        }
        for key in journey.order
    ]


def _is_done(journey: Journey, key: str) -> bool:
    return bool(journey.draft) and key != REVIEW and key not in journey.checked.unfinished


def title_of(step: str) -> Any:
    return FORMS[step].title if step in FORMS else REVIEW_TITLE
