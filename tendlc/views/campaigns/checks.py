"""What the rules say of a form while it is typed; nothing is kept."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from tendlc import actions, queries
from tendlc.forms.campaign import STEPS, Terms, at_fields, typed, with_written_flow
from tendlc.forms.campaign.edit import EditForm
from tendlc.rules import Finding
from tendlc.views.campaigns.changes import said_of_edit
from tendlc.views.campaigns.journey import Journey


@require_POST
@scoped(Capability.PREPARE)
def campaign_check(request: ScopedRequest, pk: int) -> HttpResponse:
    """The step of the wizard that is being typed, with the other steps as they are kept."""
    brand = get_object_or_404(queries.brands(request.scope), pk=pk)
    terms = Terms(request.POST.get("use_case", ""))
    forms = {key: step(brand=brand, terms=terms) for key, step in STEPS.items()}
    values = {name: text for form in forms.values() for name, text in typed(form, request.POST).items()}
    journey = Journey(request.scope, brand, values=with_written_flow(values))
    form = forms.get(request.POST.get("step", ""))
    return _said(request, journey.findings, list(form.fields) if form else [])


@require_POST
@scoped(Capability.PREPARE)
def campaign_edit_check(request: ScopedRequest, pk: int) -> HttpResponse:
    """The form that changes a registered campaign."""
    campaign = get_object_or_404(queries.campaigns(request.scope), pk=pk)
    form = EditForm(request.POST, registered=actions.editable_now(campaign))
    return _said(request, said_of_edit(campaign, form), list(form.fields))


def _said(request: ScopedRequest, found: list[Finding], names: list[str]) -> HttpResponse:
    said = at_fields(found, names)
    context = {"said": said, "count": sum(map(len, said.values()))}
    return render(request, "tendlc/_said_all.html", context)
