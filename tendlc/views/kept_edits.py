"""Edits of what is registered, kept between visits: saved while typing, continued by whoever comes, handed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.context import ScopedRequest
from portal.accounts.enums import Capability
from portal.accounts.scope import Scope
from portal.drafts.actions import save_draft
from portal.drafts.forms import STARTED_FROM
from portal.drafts.models import Draft
from portal.drafts.problems import DraftConflict, DraftFinished, DraftTooLarge
from portal.drafts.queries import drafts, open_drafts
from tendlc.actions import BRAND_CHANGE, CAMPAIGN_CHANGE
from tendlc.forms.begun import Moved, Same, brought_up_to_date, carried_on, started_of
from tendlc.models import Brand, Campaign
from tendlc.views.acts import ENDED
from tendlc.views.conflict import conflict_state
from tendlc.views.handing_over import hand_over_to_approvers

MOST_SHOWN: Final = 5


def kind_of(row: Brand | Campaign) -> str:
    return BRAND_CHANGE if isinstance(row, Brand) else CAMPAIGN_CHANGE


def url_of(row: Brand | Campaign, page: str = "_edit") -> str:
    """The form that changes it, or with page="" its own page."""
    return reverse(f"tendlc:{row._meta.model_name}{page}", args=[row.account_id, row.pk])


def begun_edits(scope: Scope, row: Brand | Campaign) -> list[Draft]:
    """The unfinished edits of an object the caller may see, the last touched first; usually one at most."""
    rows = open_drafts(scope, kind_of(row)).filter(parent_id=row.pk, client_id=row.client_id)
    return list(rows[:MOST_SHOWN])


def edits_context(scope: Scope, row: Brand | Campaign) -> dict[str, Any]:
    """For tendlc/_kept_edits.html on the object's page; what is over is only there to be thrown away."""
    is_over = bool(row.gone_at) or not row.remote_id or row.state in ENDED
    shown = begun_edits(scope, row) if scope.can(Capability.PREPARE) else []
    return {"kept_edits": shown, "kept_edits_url": "" if is_over else url_of(row)}


@dataclass
class KeptEdit:
    """One edit on its way through form, difference and sending; `draft` is None until the first save.

    `typed` is what stands in the form, brought up to date; `moved` names the fields whose facts changed since.
    """

    request: ScopedRequest
    row: Brand | Campaign
    facts: Mapping[str, str]
    draft: Draft | None
    typed: dict[str, str] = field(default_factory=dict)
    moved: dict[str, Moved] = field(default_factory=dict)
    started: dict[str, str] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return self.draft is not None and self.draft.finished_at is not None

    @property
    def data(self) -> QueryDict:
        """What was posted, with untouched fields as Vonage holds them now."""
        data = self.request.POST.copy()
        for name, text in self.typed.items():
            data[name] = text
        return data

    def context(self) -> dict[str, Any]:
        """What form and difference carry: see drafts/_draft_inputs.html and tendlc/_edit_inputs.html."""
        return {
            "draft": self.draft,
            "draft_kind": kind_of(self.row),
            "draft_parent": self.row.pk,
            "draft_title": self.title,
            "draft_row": self.row,
            "draft_home": url_of(self.row, ""),
            "started_from": carried_on(self.started, self.facts, self.moved),
            "moved": self.moved,
        }

    @property
    def title(self) -> str:
        return _("Change of %(name)s") % {"name": self.row}

    def keep(self, values: Mapping[str, str]) -> HttpResponse | None:
        """Save what was typed; an answer only if that did not work."""
        version = self.request.POST.get("version", "")
        started = carried_on(self.started, self.facts, self.moved)
        number = int(version) if version.isdecimal() and len(version) < 10 else None
        try:
            self._save({**values, STARTED_FROM: started}, number)
        except DraftConflict as conflict:
            if not _says_the_same(conflict.theirs, values):
                return self._conflict(conflict)
            self.draft = conflict.theirs
        except DraftFinished as problem:
            self.draft = problem.draft
            return self.over()
        except DraftTooLarge:
            messages.error(self.request, _("Not saved: this is more text than a form can hold. Shorten it."))
        return None

    def _save(self, values: Mapping[str, str], version: int | None) -> None:
        self.draft = save_draft(
            self.request.scope,
            kind_of(self.row),
            values,
            draft=self.draft,
            version=version,
            client=self.row.client,
            api_key=self.row.api_key,
            title=self.title,
            parent_id=self.row.pk,
            actor=self.request.user,
        )

    def stale(self) -> HttpResponse | None:
        """Nobody sends what they have not seen: an answer when somebody saved another version since."""
        if self.draft is None or str(self.draft.version) == self.request.POST.get("version", ""):
            return None
        if _says_the_same(self.draft, self.typed):
            return None
        return self._conflict(DraftConflict(self.draft, dict(self.typed)))

    def _conflict(self, conflict: DraftConflict) -> HttpResponse:
        state = conflict_state(self.request, conflict, url_of(self.row))
        return render(self.request, "drafts/save.html", {"state": state, "next": ""})

    def over(self) -> HttpResponse:
        """A draft that was sent or thrown away meanwhile leads to its object, and says which."""
        sent = self.draft is not None and self.draft.result_id
        text = _("This change was sent already.") if sent else _("This unfinished change was thrown away.")
        messages.info(self.request, text)
        return redirect(url_of(self.row, ""))

    def hand_over(self, values: Mapping[str, str]) -> HttpResponse:
        """An editor's last step: whoever may submit finds it on the object's page and is told."""
        problem = self.keep(values)
        if problem is not None or self.draft is None:
            return problem or redirect(url_of(self.row))
        path = f"{url_of(self.row)}?draft={self.draft.pk}"
        hand_over_to_approvers(self.request.scope, self.draft, path=path, actor=self.request.user)
        messages.success(
            self.request, _("Handed over. Whoever may submit finds it on this page; nothing was sent.")
        )
        return redirect(url_of(self.row, ""))


def kept_edit(
    request: ScopedRequest, row: Brand | Campaign, facts: Mapping[str, str], same: Same
) -> KeptEdit:
    """The edit that a form or an address names, or the one somebody began. Raises Http404 for others' drafts."""
    draft = _draft_of(request, row)
    if request.method == "POST":
        typed = {name: request.POST[name] for name in facts if name in request.POST}
        started = started_of(request.POST.get(STARTED_FROM, ""))
    else:
        kept = draft.values if draft else {}
        typed = {name: str(kept[name]) for name in facts if name in kept}
        started = started_of(str(kept.get(STARTED_FROM, "")))
    values, moved = brought_up_to_date(typed, started, facts, same)
    return KeptEdit(request, row, facts, draft, values, moved, started)


def _draft_of(request: ScopedRequest, row: Brand | Campaign) -> Draft | None:
    wanted = request.POST.get("draft") or request.GET.get("draft") or ""
    if not wanted:
        begun = begun_edits(request.scope, row) if request.method != "POST" else []
        return begun[0] if begun else None
    if not wanted.isdecimal():
        raise Http404
    mine = drafts(request.scope).filter(kind=kind_of(row), parent_id=row.pk)
    return get_object_or_404(mine, pk=int(wanted[:18]))


def _says_the_same(theirs: Draft, values: Mapping[str, str]) -> bool:
    """Saving while typing may overtake the click with the very same values: that is no conflict."""
    return all(str(theirs.values.get(name, "")) == str(value) for name, value in values.items())
