"""Who vets and what: the two enum endpoints, mirrored for each account."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from portal.accounts.models import ApiKey
from portal.records.models import clipped
from portal.vonage.http import ApiClient
from portal.vonage.problems import VonageError
from tendlc import wire
from tendlc.client import TenDlcClient
from tendlc.models import VettingClass, VettingProvider

logger = logging.getLogger("tendlc.sync")


def read_catalogue(api_key: ApiKey, api: ApiClient) -> None:
    """Read both lists with a key and keep them. Raises VonageError."""
    client = TenDlcClient(api)
    absorb_catalogue(api_key.account_id, client.list_vetting_providers(), client.list_vetting_classes())


@transaction.atomic
def absorb_catalogue(
    account_id: int, providers: Iterable[wire.VettingProvider], classes: Iterable[wire.VettingClass]
) -> None:
    """Take in both lists."""
    _keep(
        VettingProvider,
        account_id,
        "evp_id",
        {
            one.evp_id: {
                "display_name": one.display_name,
                "tcr_billable": one.tcr_billable,
                "vetting_classes": list(one.vetting_classes),
                "vetting_instruction": one.vetting_instruction,
            }
            for one in providers
        },
    )
    _keep(
        VettingClass,
        account_id,
        "class_id",
        {
            one.id: {
                "enabled": one.enabled,
                "display_name": one.display_name,
                "description": one.description,
                "validity_months": max(one.validity_months, 0) if one.validity_months else None,
            }
            for one in classes
        },
    )


def read_catalogue_once(api_key: ApiKey, api: ApiClient) -> None:
    """Read the lists along with a walk where nobody has yet; that they cannot be read spoils no walk."""
    if VettingProvider.objects.filter(account_id=api_key.account_id).exists():
        return
    try:
        read_catalogue(api_key, api)
    except VonageError as error:
        logger.info("vetting catalogue of key %s: %s", api_key.pk, error)


def _keep(model: type[models.Model], account_id: int, name: str, listed: dict[str, dict[str, Any]]) -> None:
    """Write what is listed and mark what is not any more; an empty list proves nothing."""
    now, rows = timezone.now(), model._default_manager.filter(account_id=account_id)
    named = {clipped(model, name, one): facts for one, facts in listed.items() if one}
    for one, facts in named.items():
        model._default_manager.update_or_create(
            account_id=account_id, **{name: one}, defaults={**facts, "seen_at": now, "gone_at": None}
        )
    if named:
        rows.filter(gone_at=None).exclude(**{f"{name}__in": named}).update(gone_at=now)
