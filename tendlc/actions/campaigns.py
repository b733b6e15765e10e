"""What a person can do with campaigns; one transaction each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey, User
from portal.accounts.scope import Scope
from portal.drafts.models import Draft
from portal.outbox.actions import operation_of_form, submit
from portal.outbox.enums import Priority
from portal.records.codes import make_code
from tendlc import queries, wire
from tendlc.actions.submitting import NotNow, submitted, to_wait_for, waiting_to_be_sent
from tendlc.actions.use_cases import campaign_fee
from tendlc.enums import Axis, CampaignState
from tendlc.labels import coded_label
from tendlc.models import Brand, Campaign
from tendlc.operations import CREATE_BRAND, CREATE_CAMPAIGN


def campaign_payload(values: Mapping[str, Any], api_key: ApiKey, code: str) -> dict[str, Any]:
    """The request body of a campaign; the label carries our code, the reseller is the key's."""
    own = {"account_id": api_key.key, "label": coded_label(str(values.get("label", "")), code)}
    if api_key.reseller_id:
        own["reseller_id"] = api_key.reseller_id
    return wire.campaign_body({**values, **own})


@transaction.atomic
def submit_campaign(
    scope: Scope,
    brand: Brand,
    values: Mapping[str, Any],
    *,
    actor: User,
    form_token: str = "",
    campaign: Campaign | None = None,
    draft: Draft | None = None,
) -> Campaign:
    """Submit a campaign of a brand, or a refused one again; `values` under our names (`use_case`, …).

    `values` may carry `flow` (the structured answers behind message_flow), which is kept and not sent. While the
    brand is on its way to Vonage the campaign waits for it. Raises NotNow for a brand that is neither there nor
    on its way.
    """
    scope.require(Capability.SUBMIT_PAID)
    earlier = operation_of_form(scope.account.pk, form_token)
    if earlier is not None:
        return queries.campaigns(scope).get(pk=earlier.object_id)
    if campaign is not None and campaign.state != CampaignState.REFUSED:
        raise NotNow
    waits_for = to_wait_for(brand, CREATE_BRAND)
    code, api_key = make_code(), brand.api_key
    sent = {name: value for name, value in values.items() if name != "flow"}
    payload = campaign_payload(sent, api_key, code)
    row = campaign or Campaign(account=scope.account, brand=brand, responsible=actor)
    row.client, row.api_key, row.wished = brand.client, api_key, dict(values)
    row.use_case, row.vertical = str(payload["usecase"]), str(payload["vertical"])
    row.label, row.label_code = str(values.get("label", "")).strip(), code
    row.description = str(payload.get("description", ""))
    for name, value in waiting_to_be_sent(Axis.CAMPAIGN, CampaignState.SUBMITTING, waits_for).items():
        setattr(row, name, value)
    row.save()
    operation = submit(
        CREATE_CAMPAIGN,
        row,
        actor=actor,
        api_key=api_key,
        payload=payload,
        natural_key=f"campaign:{code}",
        code=code,
        depends_on=waits_for,
        priority=Priority.PAID,
        fee=campaign_fee(brand, row.use_case),
        form_token=form_token,
    )
    submitted(scope, row, operation, actor, draft=draft)
    return row
