"""Giving brands to a client: everything that hangs on a brand goes along, and what is past stays where it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Model

from portal.accounts.models import Client
from portal.drafts.models import Draft
from portal.outbox.actions import AlreadyOpen
from portal.outbox.models import Operation
from tendlc.actions.submitting import BRAND_CHANGE, CAMPAIGN_CHANGE
from tendlc.models import Brand, Campaign, Deadline, NumberLink, Qualification, Vetting

# Each kind of row that belongs to a brand's client, and how it is found from the brand.
BELOW: Final[tuple[tuple[type[Model], str], ...]] = (
    (Brand, "pk"),
    (Vetting, "brand"),
    (Campaign, "brand"),
    (NumberLink, "campaign__brand"),
    (Qualification, "brand"),
    (Deadline, "brand"),
)
SENT: Final = (Brand, Vetting, Campaign, NumberLink)
# Unfinished forms name the object they are about: a brand, or a campaign of it.
DRAFTS: Final[tuple[tuple[str, type[Model]], ...]] = (
    ("tendlc.brand", Brand),
    ("tendlc.campaign", Brand),
    (BRAND_CHANGE, Brand),
    (CAMPAIGN_CHANGE, Campaign),
)


def move_brands(brands: Sequence[Brand], client: Client) -> None:
    """Move brands of one account. Raises AlreadyOpen while anything of them is on its way to Vonage."""
    ids = [brand.pk for brand in brands]
    rows: dict[type[Model], Any] = {
        model: model._default_manager.filter(account_id=client.account_id, **{f"{path}__in": ids})
        for model, path in BELOW
    }
    for model in SENT:
        opened = Operation.objects.filter(
            account_id=client.account_id,
            finished_at=None,
            object_type=model._meta.label_lower,
            object_id__in=rows[model].values("pk"),
        ).first()
        if opened is not None:
            raise AlreadyOpen(opened)
    for found in rows.values():
        found.update(client=client)
    for kind, about in DRAFTS:
        Draft.objects.filter(
            account_id=client.account_id, kind=kind, finished_at=None, parent_id__in=rows[about].values("pk")
        ).update(client=client)
    for brand in brands:
        brand.client = client
