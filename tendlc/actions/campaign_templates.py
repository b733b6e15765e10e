"""Keeping the texts of a campaign as a template, and throwing one away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from portal.accounts.enums import Capability
from portal.accounts.models import User
from portal.accounts.scope import Scope
from portal.history.actions import record
from tendlc.models import Campaign, CampaignTemplate


class NameTaken(Exception):
    """The client has a template of this name."""


@transaction.atomic
def save_template(
    scope: Scope, campaign: Campaign, name: str, values: Mapping[str, Any], *, actor: User
) -> CampaignTemplate:
    """Keep a campaign's pattern under a name; whoever works for its client sees it. Raises NameTaken."""
    scope.require(Capability.PREPARE)
    row = CampaignTemplate(account=scope.account, client=campaign.client, name=name, made_by=actor)
    row.values = dict(values)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise NameTaken(name) from error
    record("campaign_template.added", row, actor=actor, after={"name": name})
    return row


@transaction.atomic
def remove_template(scope: Scope, template: CampaignTemplate, *, actor: User) -> None:
    """Throw a template away; campaigns made from it are not touched."""
    scope.require(Capability.PREPARE)
    record("campaign_template.removed", template, actor=actor, before={"name": template.name})
    template.delete()
