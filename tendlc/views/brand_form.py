"""Registering a brand: the form, the summary before the paid step, and the step itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.drafts.actions import save_draft
from portal.drafts.forms import data_of
from portal.drafts.models import Draft
from portal.drafts.problems import DraftConflict, DraftFinished
from portal.drafts.queries import drafts, open_drafts
from portal.notices.forms import MailQuestion
from portal.outbox.actions import AlreadyOpen, operation_of_form
from portal.outbox.enums import OperationState
from portal.outbox.models import Operation
from portal.outbox.queries import operations, operations_of
from portal.outbox.words import may_be_done, problem_text, taken_back
from tendlc import actions, prices, queries, wire
from tendlc.enums import BrandState
from tendlc.forms.brand import BrandForm
from tendlc.models import Brand
from tendlc.views.asking import mail_question
from tendlc.views.handing_over import hand_over_to_approvers
from tendlc.views.shown import readable

KIND: Final = "tendlc.brand"
page_and_form = require_http_methods(["GET", "HEAD", "POST"])


@dataclass
class Case:
    """One brand on its way: what of it exists so far. `brand` is a refused one that is corrected."""

    request: ScopedRequest
    brand: Brand | None = None
    draft: Draft | None = None
    shown: dict[str, Any] = field(default_factory=dict)

    def form(self, data: QueryDict | None = None, **kwargs: Any) -> BrandForm:
        return BrandForm(data, scope=self.request.scope, draft=self.draft, brand=self.brand, **kwargs)

    def show(self, template: str, form: BrandForm, **context: Any) -> HttpResponse:
        shared = {
            "form": form,
            "brand": self.brand,
            "draft": self.draft,
            "draft_kind": KIND,
            "draft_parent": self.brand.pk if self.brand else "",
            "may_submit": self.request.scope.can(Capability.SUBMIT_PAID),
        }
        return render(self.request, template, {**shared, **self.shown, **context})


@page_and_form
@scoped(Capability.PREPARE)
def brand_new(request: ScopedRequest) -> HttpResponse:
    return _answer(Case(request, draft=_draft_of(request, None)))


@page_and_form
@scoped(Capability.PREPARE)
def brand_again(request: ScopedRequest, pk: int) -> HttpResponse:
    """The form of a refused brand, filled in, with what Vonage said at the fields."""
    brand = get_object_or_404(queries.brands(request.scope), pk=pk)
    draft = _draft_of(request, brand)
    if brand.state != BrandState.REFUSED and not (draft and draft.finished_at):
        messages.info(request, _("This brand is not refused, so there is nothing to submit again."))
        return _to_brand(request, brand.pk)
    return _answer(Case(request, brand, draft))


def _draft_of(request: ScopedRequest, brand: Brand | None) -> Draft | None:
    """The draft the form names, or the one somebody began for this brand. Raises Http404 for others' drafts."""
    wanted = request.POST.get("draft") or request.GET.get("draft") or ""
    rows = drafts(request.scope).filter(kind=KIND, parent_id=brand.pk if brand else None)
    if not wanted:
        begun = open_drafts(request.scope, KIND).filter(parent_id=brand.pk) if brand else None
        return begun.first() if begun is not None and request.method != "POST" else None
    if not wanted.isdecimal():
        raise Http404
    return get_object_or_404(rows, pk=int(wanted[:18]))


def _answer(case: Case) -> HttpResponse:
    if case.draft and case.draft.finished_at:
        return _finished(case.request, case.draft)
    if case.request.method != "POST":
        return _first_look(case)
    steps = {"review": _review, "submit": _submit, "handover": _hand_over}
    step = steps.get(case.request.POST.get("action", ""))
    form = case.form(case.request.POST)
    if step is None or not form.is_valid():
        return _form_page(case, form)
    return step(case, form)


def _finished(request: ScopedRequest, draft: Draft) -> HttpResponse:
    """A draft that became a brand leads there: a second click and a reloaded page find what the first made."""
    if draft.result_id:
        messages.info(request, _("This was submitted already. Here is what came of it."))
        return _to_brand(request, draft.result_id)
    messages.info(request, _("This draft was thrown away."))
    return redirect("tendlc:brands", request.scope.account.pk)


# --- The form ------------------------------------------------------------------------------------


def _first_look(case: Case) -> HttpResponse:
    if case.brand is None:
        return _form_page(case, case.form(initial=dict(case.draft.values) if case.draft else None))
    form = case.form(data_of(case.draft) if case.draft else _wished(case.brand))
    newest = operations_of(case.brand).first()
    if newest and newest.state == OperationState.CANCELLED:
        case.shown["taken_back"] = _taken_back(newest)
        return _form_page(case, form)
    problem: Mapping[str, Any] = newest.last_error if newest else {}
    named = {
        wire.our_field(str(one.get("field", ""))): str(one.get("description", ""))
        for one in problem.get("fields") or ()
    }
    ours = problem_text(dict(problem)) if problem else ""
    said = str(problem.get("detail") or problem.get("title") or "")
    case.shown["refusal"] = {
        "ours": ours,
        "detail": "" if said in ours else said,
        "instance": problem.get("instance") or "",
        "other": form.show_refusal(named),
    }
    return _form_page(case, form)


def _taken_back(operation: Operation) -> dict[str, Any]:
    """For _taken_back.html."""
    in_doubt = may_be_done(operation)
    return {"standing": taken_back(operation), "operation": operation, "in_doubt": in_doubt}


def _wished(brand: Brand) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({name: str(value) for name, value in brand.wished.items()})
    data["api_key"] = str(brand.api_key_id)
    return data


def _form_page(case: Case, form: BrandForm) -> HttpResponse:
    return case.show("tendlc/brand_form.html", form, has_key=queries.usable_keys(case.request.scope).exists())


# --- The summary ---------------------------------------------------------------------------------


def _review(case: Case, form: BrandForm) -> HttpResponse:
    """Keep what was typed as a draft and show everything as it will be sent."""
    return _kept(case, form) or _summary(case, form)


def _kept(case: Case, form: BrandForm) -> HttpResponse | None:
    """Save the draft; an answer only if that did not work."""
    try:
        _keep(case, form)
    except DraftConflict as conflict:
        return _both_versions(case, form, conflict)
    except DraftFinished as problem:
        return _finished(case.request, problem.draft)
    return None


def _keep(case: Case, form: BrandForm) -> None:
    version = case.request.POST.get("version", "")
    case.draft = save_draft(
        case.request.scope,
        KIND,
        {name: value for name, value in form.typed.items() if name not in ("client", "api_key")},
        draft=case.draft,
        version=int(version) if version.isdecimal() and len(version) < 10 else None,
        client=form.cleaned_data["client"],
        api_key=form.cleaned_data["api_key"],
        title=form.cleaned_data["display_name"],
        parent_id=case.brand.pk if case.brand else None,
        actor=case.request.user,
    )


def _both_versions(case: Case, form: BrandForm, conflict: DraftConflict) -> HttpResponse | None:
    """The form again with what was typed here; sending it once more keeps this version.

    Saving while typing may have overtaken the click: two versions that say the same are no conflict.
    """
    theirs, yours = conflict.theirs.values, conflict.yours
    sides = [
        {"name": form.fields[name].label, "theirs": theirs.get(name, ""), "yours": value}
        for name, value in yours.items()
        if str(theirs.get(name, "")) != str(value)
    ]
    case.draft = conflict.theirs
    if not sides:
        return None
    case.shown["conflict"] = {"draft": conflict.theirs, "sides": sides}
    return _form_page(case, form)


def _summary(case: Case, form: BrandForm, **context: Any) -> HttpResponse:
    api_key = form.cleaned_data["api_key"]
    payload = actions.brand_payload(form.values, api_key)
    cautions = form.cautions()
    rows = [
        (name, _label(form, name), value, readable(name, str(value)))
        for name, value in sorted(payload.items(), key=lambda item: _position(form, item[0]))
    ]
    shown = {
        "rows": rows,
        "api_key": api_key,
        "client": form.cleaned_data["client"],
        "fee": prices.BRAND_REGISTRATION,
        "cautions": cautions,
        "cautions_seen": _codes(form),
        "question": _question(case, form),
        **context,
    }
    return case.show("tendlc/brand_review.html", form, **shown)


def _label(form: BrandForm, name: str) -> Any:
    labels = {"account_id": _("Vonage account"), "primary_account_id": _("Primary Vonage account")}
    return labels.get(name) or form.fields[name].label


def _position(form: BrandForm, name: str) -> int:
    """Where a field stands in the form; the accounts, which nobody types, come first."""
    return list(form.fields).index(name) if name in form.fields else -1


def _codes(form: BrandForm) -> str:
    return " ".join(caution.code for caution in form.cautions())


# --- The paid step -------------------------------------------------------------------------------


def _submit(case: Case, form: BrandForm) -> HttpResponse:
    """A draft is submitted once: its token finds what an earlier click made, before anything is checked again."""
    request = case.request
    request.scope.require(Capability.SUBMIT_PAID)
    if case.draft is None:
        return _review(case, form)
    token = f"draft-{case.draft.pk}"
    earlier = operation_of_form(request.scope.account.pk, token)
    if earlier is not None:
        return _to_brand(request, earlier.object_id)
    question = _question(case, form, request.POST)
    if set(_codes(form).split()) - set(request.POST.get("confirmed", "").split()):
        return _summary(case, form, unconfirmed=True, question=question)
    if not question.is_valid():
        return _summary(case, form, question=question)
    question.keep()
    return _pay(case, form, case.draft, token)


def _question(case: Case, form: BrandForm, data: Any = None) -> MailQuestion:
    return mail_question(case.request, form.cleaned_data["client"].pk, data)


def _pay(case: Case, form: BrandForm, draft: Draft, token: str) -> HttpResponse:
    request = case.request
    try:
        brand = actions.submit_brand(
            request.scope,
            form.values,
            client=form.cleaned_data["client"],
            api_key=form.cleaned_data["api_key"],
            actor=request.user,
            form_token=token,
            brand=case.brand,
            draft=draft,
        )
    except AlreadyOpen as rival:
        return _rival(case, form, rival.operation, token)
    except actions.NotNow:
        messages.info(request, _("This brand was submitted meanwhile."))
        return _to_brand(request, case.brand.pk if case.brand else 0)
    messages.success(request, _("Submitted. Vonage's answer shows here as soon as it comes."))
    return _to_brand(request, brand.pk)


def _rival(case: Case, form: BrandForm, operation: Operation | None, token: str) -> HttpResponse:
    """The same company is on its way: the same click a moment ago leads there, another one is explained."""
    request = case.request
    if operation is not None and operation.form_token == token:
        return _to_brand(request, operation.object_id)
    visible = operation and operations(request.scope).filter(pk=operation.pk).exists()
    return _summary(case, form, rival=operation if visible else None, is_rivalled=True)


def _hand_over(case: Case, form: BrandForm) -> HttpResponse:
    """An editor's last step: the draft is kept and says that it waits for somebody who may pay."""
    problem = _kept(case, form)
    if problem is not None:
        return problem
    if case.draft is not None:
        hand_over_to_approvers(
            case.request.scope, case.draft, path=_path(case, case.draft), actor=case.request.user
        )
    messages.success(
        case.request, _("Handed over. Whoever may submit finds it above the list of brands, ready to send.")
    )
    return redirect("tendlc:brands", case.request.scope.account.pk)


def _path(case: Case, draft: Draft) -> str:
    """Where a draft is continued."""
    account_id = case.request.scope.account.pk
    again = reverse("tendlc:brand_again", args=[account_id, case.brand.pk]) if case.brand else ""
    return f"{again or reverse('tendlc:brand_new', args=[account_id])}?draft={draft.pk}"


def _to_brand(request: ScopedRequest, pk: int) -> HttpResponse:
    return redirect(reverse("tendlc:brand", args=[request.scope.account.pk, pk]))
