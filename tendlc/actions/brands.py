"""What a person can do with brands; one transaction each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey, Client, User
from portal.accounts.scope import Scope
from portal.drafts.models import Draft
from portal.outbox.actions import operation_of_form, submit
from portal.outbox.enums import Priority
from tendlc import prices, queries, wire
from tendlc.actions.submitting import NotNow, submitted, waiting_to_be_sent
from tendlc.enums import Axis, BrandState
from tendlc.models import Brand
from tendlc.operations import CREATE_BRAND


def brand_payload(values: Mapping[str, Any], api_key: ApiKey) -> dict[str, Any]:
    """The request body of a brand: account and primary account are the keys, never typed."""
    return wire.brand_body(
        {**values, "account_id": api_key.key, "primary_account_id": api_key.primary_account_key}
    )


@transaction.atomic
def submit_brand(
    scope: Scope,
    values: Mapping[str, Any],
    *,
    client: Client,
    api_key: ApiKey,
    actor: User,
    form_token: str = "",
    brand: Brand | None = None,
    draft: Draft | None = None,
) -> Brand:
    """Register a brand, or submit a refused one again. A second click with the same token finds the first's brand.

    Raises AlreadyOpen when the same tax number is on its way, NotNow for a brand that was not refused.
    """
    scope.require(Capability.SUBMIT_PAID)
    earlier = operation_of_form(scope.account.pk, form_token)
    if earlier is not None:
        return queries.brands(scope).get(pk=earlier.object_id)
    payload = brand_payload(values, api_key)
    if brand is not None and brand.state != BrandState.REFUSED:
        raise NotNow
    row = brand or Brand(account=scope.account, responsible=actor)
    row.client, row.api_key, row.wished = client, api_key, dict(values)
    for name in ("display_name", "company_name", "entity_type", "country", "vertical", "website"):
        setattr(row, name, payload.get(name, ""))
    row.ein = wire.digits(payload.get("ein", "")) or str(payload.get("ein", ""))
    row.ein_country = str(payload.get("ein_issuing_country") or payload.get("country", ""))
    for name, value in waiting_to_be_sent(Axis.BRAND, BrandState.SUBMITTING).items():
        setattr(row, name, value)
    row.save()
    operation = submit(
        CREATE_BRAND,
        row,
        actor=actor,
        api_key=api_key,
        payload=payload,
        natural_key=f"brand:{row.ein_country}:{row.ein or row.company_name.casefold()}"[:200],
        priority=Priority.PAID,
        fee=prices.BRAND_REGISTRATION,
        form_token=form_token,
    )
    submitted(scope, row, operation, actor, draft=draft)
    return row
