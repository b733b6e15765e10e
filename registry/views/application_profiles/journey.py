"""A way through the steps of an application profile: a new one, or a changed copy; saved at every step."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.context import ScopedRequest
from portal.accounts.scope import Scope
from portal.drafts.actions import save_draft
from portal.drafts.models import Draft
from portal.drafts.problems import DraftConflict
from portal.drafts.queries import drafts
from registry.forms.application_profiles import (
    REVIEW,
    STEPS,
    Checked,
    Offered,
    StepForm,
    as_data,
    as_initial,
    check,
    chosen_features,
    from_wish,
    steps_for,
    typed,
)
from registry.models import ApplicationProfile, BusinessProfile
from registry.queries.application_profiles import wish_of
from registry.queries.profiles import application_profiles

KIND = "registry.application"
REVIEW_TITLE = _("Review and submit")
Values = dict[str, Any]


@dataclass
class Journey:
    """`draft` is None until the first save; a changed copy keeps in its values which profile it replaces."""

    scope: Scope
    business: BusinessProfile
    draft: Draft | None = None
    values: Values = field(default_factory=dict)
    step: str = next(iter(STEPS))

    @cached_property
    def offered(self) -> Offered:
        return Offered(self.business, chosen_features(self.values), timezone.now().date())

    @cached_property
    def order(self) -> list[str]:
        return steps_for(self.offered)

    @cached_property
    def checked(self) -> Checked:
        return check(self.values, self.offered)

    @cached_property
    def replaces(self) -> ApplicationProfile | None:
        """The profile this is a changed copy of, if it is one the person may see."""
        pk = str(self.values.get("replaces") or "")
        rows = application_profiles(self.scope).filter(business_profile=self.business)
        return rows.filter(pk=int(pk)).first() if pk.isdecimal() else None

    @property
    def title(self) -> str:
        """What a draft is called in lists."""
        name = str(self.values.get("name") or "").strip()
        return " · ".join(filter(None, (name, self.business.name)))

    @property
    def neighbours(self) -> tuple[str, str]:
        """The steps before and after; "" at the ends."""
        place = self.order.index(self.step)
        onward = self.order[place + 1] if place + 1 < len(self.order) else ""
        return (self.order[place - 1] if place else "", onward)

    def url(self, step: str = "") -> str:
        path = reverse("registry:application_profile_new", args=[self.scope.account.pk, self.business.pk])
        query: dict[str, Any] = {"draft": self.draft.pk if self.draft else "", "step": step or self.step}
        if not self.draft:
            query["replaces"] = self.values.get("replaces", "")
        return f"{path}?{urlencode({name: value for name, value in query.items() if value})}"

    def form(self, data: Any = None) -> StepForm:
        """The form of this step: as it was posted, or filled with what was kept."""
        step = STEPS[self.step]
        if data is not None:
            return step(data, offered=self.offered)
        return step(initial=as_initial(self.values), offered=self.offered)

    def carried(self) -> list[tuple[str, str]]:
        """Kept values of other steps: saving while typing sends the whole form, not one step of it."""
        own = self.form().fields if self.step in STEPS else {}
        return [
            (name, text)
            for name, texts in as_data(self.values).lists()
            if name not in own and name != "step"
            for text in texts
        ]

    def forget(self) -> None:
        """Values have changed, and with them perhaps which steps apply."""
        for name in ("offered", "order", "checked"):
            self.__dict__.pop(name, None)


def journey_of(request: ScopedRequest, business: BusinessProfile) -> Journey:
    """The journey an address or a form names; 404 for a draft of something else."""
    source = request.POST if request.method == "POST" else request.GET
    pk = source.get("draft", "")
    rows = drafts(request.scope).filter(kind=KIND, parent_id=business.pk)
    draft = get_object_or_404(rows, pk=int(pk) if pk.isdecimal() else 0) if pk else None
    journey = Journey(request.scope, business, draft, dict(draft.values) if draft else {})
    if draft is None and source.get("replaces"):
        journey.values = {"replaces": source["replaces"]}
        if journey.replaces is not None:
            journey.values |= from_wish(wish_of(journey.replaces))
            journey.values["owner_key"] = str(journey.replaces.api_key_id)
    step = source.get("step", "")
    journey.step = step if step in journey.order else journey.order[0]
    return journey


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
        KIND,
        journey.values,
        draft=journey.draft,
        version=version,
        client=journey.business.client,
        title=journey.title,
        parent_id=journey.business.pk,
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
    return STEPS[step].title if step in STEPS else REVIEW_TITLE
