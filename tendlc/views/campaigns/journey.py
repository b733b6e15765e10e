"""A way through the campaign wizard: brand, draft and values, saved at every step."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from portal.accounts.context import ScopedRequest
from portal.accounts.scope import Scope
from portal.drafts.actions import save_draft
from portal.drafts.models import Draft
from portal.drafts.problems import DraftConflict
from portal.drafts.queries import drafts
from portal.outbox.enums import OperationState
from portal.outbox.models import Operation
from portal.outbox.queries import operations_of
from portal.outbox.words import may_be_done, taken_back
from tendlc import queries, wire
from tendlc.enums import UseCase
from tendlc.forms.campaign import (
    FLAGS,
    REVIEW,
    STEP_OF,
    STEPS,
    TITLES,
    Checked,
    StepForm,
    Terms,
    Values,
    as_data,
    as_initial,
    campaign_findings,
    check,
    from_wished,
    names_of,
    typed,
    with_written_flow,
)
from tendlc.forms.campaign.review import LABELS
from tendlc.models import Brand, Campaign
from tendlc.rules import Finding

KIND = "tendlc.campaign"
ORDER = (*STEPS, REVIEW)


@dataclass
class Journey:
    """`campaign` is the refused one that is corrected, None for a new one. `draft` is None until the first save."""

    scope: Scope
    brand: Brand
    campaign: Campaign | None = None
    draft: Draft | None = None
    values: Values = field(default_factory=dict)
    step: str = ORDER[0]

    @property
    def use_case(self) -> str:
        value = str(self.values.get("use_case") or "")
        return value if value in UseCase.values else ""

    @cached_property
    def terms(self) -> Terms:
        row = queries.qualification_of(self.brand, self.use_case) if self.use_case else None
        return Terms(self.use_case, row)

    @cached_property
    def checked(self) -> Checked:
        return check(self.values, brand=self.brand, terms=self.terms)

    @cached_property
    def findings(self) -> list[Finding]:
        """What the rules say of everything that was typed so far."""
        names = names_of(self.brand, self.values.get("flow_program"))
        return campaign_findings(self.checked.values, self.terms, names)

    @cached_property
    def newest(self) -> Operation | None:
        """The last submission of the campaign that is corrected."""
        return operations_of(self.campaign).first() if self.campaign else None

    @property
    def refusal(self) -> Operation | None:
        """The last submission, when Vonage refused it."""
        return self.newest if self.newest and self.newest.state == OperationState.REFUSED else None

    @property
    def taken_back(self) -> dict[str, Any] | None:
        """The last submission, when somebody took it back here, for _taken_back.html."""
        if self.newest is None or self.newest.state != OperationState.CANCELLED:
            return None
        in_doubt = may_be_done(self.newest)
        return {"standing": taken_back(self.newest), "operation": self.newest, "in_doubt": in_doubt}

    @property
    def refused_fields(self) -> dict[str, str]:
        """What Vonage said of each field, under our names, as long as the field was not changed since."""
        fields = self.refusal.last_error.get("fields") or () if self.refusal else ()
        sent = from_wished(self.campaign.wished) if self.campaign else {}
        found: dict[str, str] = {}
        for entry in fields:
            name = wire.our_field(str(entry.get("field") or ""))
            if (self.values.get(name) or "") == (sent.get(name) or ""):
                found[name] = str(entry.get("description") or "")
        return found

    def refused_links(self) -> list[dict[str, str]]:
        """What is still as it was refused: the field in our words, Vonage's, and where it is changed."""
        return [
            {
                "label": str(LABELS.get(name, name)),
                "text": text,
                "url": self.url(STEP_OF[name]) if name in STEP_OF else "",
            }
            for name, text in self.refused_fields.items()
        ]

    @property
    def title(self) -> str:
        """What a draft is called in lists."""
        name = str(self.values.get("label") or "").strip()
        use_case = str(UseCase(self.use_case).label) if self.use_case else ""
        return " · ".join(filter(None, (name or use_case, str(self.brand))))

    @property
    def form_token(self) -> str:
        """The same for every click on the same draft, in every tab: it is submitted once."""
        return f"campaign-draft-{self.draft.pk}" if self.draft else ""

    @property
    def neighbours(self) -> tuple[str, str]:
        """The steps before and after; "" at the ends."""
        place = ORDER.index(self.step)
        return (ORDER[place - 1] if place else "", ORDER[place + 1] if place + 1 < len(ORDER) else "")

    def url(self, step: str = "") -> str:
        name, pk = ("campaign_again", self.campaign.pk) if self.campaign else ("campaign_new", self.brand.pk)
        path = reverse(f"tendlc:{name}", args=[self.scope.account.pk, pk])
        query = {"draft": self.draft.pk if self.draft else "", "step": step or self.step}
        if not self.draft and self.use_case:
            query["use_case"] = self.use_case
        return f"{path}?{urlencode({name: value for name, value in query.items() if value})}"

    def form(self, data: Any = None) -> StepForm:
        """The form of this step: as it was posted, or filled with what was kept."""
        step = STEPS[self.step]
        if data is not None:
            return step(data, brand=self.brand, terms=self.terms)
        return step(initial=as_initial(self.values), brand=self.brand, terms=self.terms)

    def refused_form(self) -> StepForm:
        """This step with Vonage's complaints at their fields."""
        form = self.form(as_data(self.values))
        for name, text in self.refused_fields.items():
            if name in form.fields:
                form.add_error(name, text)
        return form

    def carried(self) -> list[tuple[str, str]]:
        """Kept values of other steps: saving while typing sends the whole form, not one step of it."""
        own = self.form().fields if self.step in STEPS else {}
        return [
            (name, text)
            for name, texts in as_data(self.values).lists()
            if name not in own and name != "step"
            for text in texts
        ]


def journey_of(request: ScopedRequest, brand: Brand, campaign: Campaign | None) -> Journey:
    """The journey an address or a form names; 404 for a draft of something else."""
    source = request.POST if request.method == "POST" else request.GET
    draft = _draft(request.scope, source.get("draft", ""), brand, campaign)
    if draft is not None:
        values = dict(draft.values)
    elif campaign is not None:
        values = {**from_wished(campaign.wished), "again": str(campaign.pk)}
    else:
        values = {"use_case": request.GET.get("use_case", "")}
    journey = Journey(request.scope, brand, campaign, draft, values)
    journey.step = source.get("step", "") if source.get("step") in ORDER else _first_step(journey)
    return journey


def save(journey: Journey, request: ScopedRequest, *, anew: bool = False) -> None:
    """Keep what was typed in this step, valid or not. Raises DraftConflict and DraftFinished."""
    journey.values |= typed(journey.form(), request.POST)
    sent = dict(journey.values)
    if journey.step == "consent":
        journey.values = with_written_flow(journey.values, anew=anew)
    version = request.POST.get("version", "")
    try:
        _save_at(journey, request, int(version) if version.isdecimal() else None)
    except DraftConflict as conflict:
        if not _is_echo(conflict.theirs, sent, request.user.pk):
            raise
        journey.draft = conflict.theirs
        _save_at(journey, request, conflict.theirs.version)
    for stale in ("terms", "checked", "findings"):
        journey.__dict__.pop(stale, None)


def _save_at(journey: Journey, request: ScopedRequest, version: int | None) -> None:
    journey.draft = save_draft(
        journey.scope,
        KIND,
        journey.values,
        draft=journey.draft,
        version=version,
        client=journey.brand.client,
        api_key=journey.brand.api_key,
        title=journey.title,
        parent_id=journey.brand.pk,
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
    """The rows of components/_steps.html; a step is done when it was answered and its form is valid."""
    unfinished = {
        *journey.checked.unfinished,
        *(key for key, form in STEPS.items() if not _answered(journey, form)),
    }
    return [
        {
            "label": title,
            "state": "current"
            if key == journey.step
            else "done"
            if journey.draft and key in STEPS and key not in unfinished
            else "todo",
            "url": journey.url(key) if journey.draft and key != journey.step else "",
        }
        for key, title in TITLES.items()
    ]


def _answered(journey: Journey, form: type[StepForm]) -> bool:
    """Whether anything of a step was kept: one whose fields are all optional is valid before it is opened."""
    names = FLAGS if form.key == "flags" else form.base_fields
    return any(journey.values.get(name) for name in names)


def _first_step(journey: Journey) -> str:
    """Where to begin: for a refused campaign where Vonage found something, otherwise at the start."""
    places = [STEP_OF[name] for name in journey.refused_fields if name in STEP_OF]
    return min(places, key=ORDER.index, default=ORDER[0])


def _draft(scope: Scope, pk: str, brand: Brand, campaign: Campaign | None) -> Draft | None:
    if not pk:
        return None
    if not pk.isdecimal():
        raise Http404
    draft = get_object_or_404(drafts(scope), pk=int(pk), kind=KIND, parent_id=brand.pk)
    if campaign is not None and str(draft.values.get("again") or "") != str(campaign.pk):
        raise Http404
    return draft
