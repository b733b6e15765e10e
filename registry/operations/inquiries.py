"""Reads that somebody waits for: the applications of a key, one application again, the keys of an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from portal.accounts.models import ApiKey
from portal.outbox.inquiries import keep
from portal.outbox.kinds import answers
from portal.outbox.models import Inquiry
from portal.records.models import clipped
from portal.records.pulse import Pulse
from portal.vonage.http import ApiClient
from registry import wire
from registry.client import SubaccountsClient
from registry.models import NetworkApplication
from registry.operations.names import REFRESH_APPLICATION, SUBACCOUNTS, SYNC_APPLICATIONS
from registry.sync.network_applications import refresh_application, walk_applications


@answers(SYNC_APPLICATIONS)
def sync_applications_now(inquiry: Inquiry, api: ApiClient) -> Mapping[str, Any]:
    """Read every application of a key because somebody asked."""
    return walk_applications(inquiry.api_key, api, progress=Pulse(lambda: keep(inquiry))).as_json()


@answers(REFRESH_APPLICATION)
def refresh_application_now(inquiry: Inquiry, api: ApiClient) -> Mapping[str, Any]:
    row = NetworkApplication.objects.select_related("api_key").get(pk=inquiry.object_id)
    refresh_application(row, api)
    return {}


@answers(SUBACCOUNTS)
def list_keys(inquiry: Inquiry, api: ApiClient) -> Mapping[str, Any]:
    """List the keys below a primary key, without their secrets; those held by somebody else are only counted."""
    primary = inquiry.api_key
    listed = SubaccountsClient(api).list_subaccounts(primary.key)
    added = sum(_add(primary, one) for one in listed.subaccounts if one.api_key and not one.suspended)
    return {"listed": len(listed.subaccounts), "added": added}


def _add(primary: ApiKey, subaccount: wire.Subaccount) -> bool:
    """A key is held once in the installation; one that is there already stays as it is."""
    try:
        with transaction.atomic():
            _row, is_new = ApiKey.objects.get_or_create(
                account_id=primary.account_id,
                key=clipped(ApiKey, "key", subaccount.api_key),
                defaults={
                    "label": clipped(ApiKey, "label", subaccount.name),
                    "is_primary": False,
                    "primary_key": primary.key,
                    "host": primary.host,
                },
            )
    except IntegrityError:
        return False
    return is_new
