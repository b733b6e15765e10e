"""Vonage applications as Vonage has them: one door for facts, one walk a key, and absence believed only slowly."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.accounts.models import ApiKey, Client
from portal.notices.actions import tell
from portal.records.models import clipped, digest
from portal.records.moves import move
from portal.vonage.http import ApiClient
from portal.vonage.problems import NotFound, VonageError
from registry import wire
from registry.client import ApplicationsClient
from registry.enums import Access, ApplicationState, WaitingOn
from registry.lifecycle import APPLICATION
from registry.messages import application_path
from registry.models import NetworkApplication
from registry.queries import network_applications as queries

logger = logging.getLogger("registry.sync")
NOT_YET_OR_NOT_ANY_MORE = (ApplicationState.SUBMITTING, ApplicationState.DELETED)
# A list that lost more than this many, or this share, is an alarm and not a purge.
ALARM_COUNT, ALARM_SHARE = 5, 0.02


@transaction.atomic
def absorb_application(
    record: wire.Application,
    *,
    api_key: ApiKey,
    asked_at: datetime,
    application: NetworkApplication | None = None,
) -> NetworkApplication:
    """Take in an application; `application` names the row that asked for it, otherwise its id finds or makes one.

    Where nobody here ever wished anything of its link, it is linked to what it carries at Vonage; elsewhere a
    difference is shown and nothing is overwritten. What was asked before the row's last news is stale; later, what
    was gone is back.
    """
    rows = NetworkApplication.objects.select_for_update().filter(account_id=api_key.account_id)
    row = rows.filter(pk=application.pk) if application else rows.filter(remote_id=record.id)
    found = row.first() or NetworkApplication(
        account_id=api_key.account_id,
        client=_self_client(api_key),
        api_key=api_key,
        state=ApplicationState.ACTIVE,
    )
    if found.seen_at is not None and found.seen_at > asked_at:
        return found
    _write_facts(found, record, asked_at)
    if not found.wished or found.wished.get("keeps_link"):
        _link_as_found(found)
    found.save()
    if found.state in NOT_YET_OR_NOT_ANY_MORE:
        move(found, ApplicationState.ACTIVE, table=APPLICATION)
    return found


def _write_facts(row: NetworkApplication, record: wire.Application, asked_at: datetime) -> None:
    row.remote_id = record.id
    row.name = record.name
    row.public_key = record.public_key
    row.improve_ai = record.improve_ai
    row.remote_network_application_id = clipped(
        row, "remote_network_application_id", record.network_application_id
    )
    row.redirect_uri = record.redirect_uri
    row.raw, row.raw_hash = record.raw, digest(record.raw)
    row.seen_at, row.gone_at = asked_at, None
    row.missing_since, row.missing_runs = None, 0


def _link_as_found(row: NetworkApplication) -> None:
    """Playground and profiles are told apart by the id that Vonage carries; an id nobody knows is not linked."""
    carried = row.remote_network_application_id
    profile = queries.profile_behind(row.account_id, carried)
    if profile is not None:
        row.access, row.application_profile, row.client = Access.PRODUCTION, profile, profile.client
    elif carried and carried == settings.REGISTRY_PLAYGROUND_APPLICATION_ID:
        row.access, row.application_profile = Access.PLAYGROUND, None
    else:
        row.access, row.application_profile = "", None


def _self_client(api_key: ApiKey) -> Client:
    return Client.objects.get(account_id=api_key.account_id, is_self=True)


@transaction.atomic
def absorb_deletion(application: NetworkApplication, *, told: bool) -> None:
    """It is no longer at Vonage, and no answer to an earlier question says otherwise.

    `told` is false where our own people asked for that.
    """
    now = timezone.now()
    NetworkApplication.objects.filter(pk=application.pk).update(
        state=ApplicationState.DELETED,
        access="",
        application_profile=None,
        gone_at=now,
        seen_at=now,
        waiting_on=WaitingOn.NOBODY,
        waiting_since=now,
    )
    if told:
        key = f"registry.application_gone:{application.pk}:{now.isoformat()}"
        path = application_path(application.account_id, application.pk)
        tell("registry.application_gone", application, key=key, path=path)


@dataclass(frozen=True)
class Report:
    """What a walk came to; `problem` is a text for the log."""

    objects: int
    gone: int = 0
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """In the shape in which the page of an awaited read shows a sync."""
        ok = not self.problem
        return {"ok": ok, "runs": 1, "complete": int(ok), **self.__dict__}


def silent() -> None:
    """Nobody watches."""


def walk_applications(api_key: ApiKey, api: ApiClient, *, progress: Callable[[], object] = silent) -> Report:
    """Read every application of a key; absence is weighed only after a list whose pages add up."""
    client, began = ApplicationsClient(api), timezone.now()
    walk = client.walk_applications()
    known = NetworkApplication.objects.filter(api_key=api_key, gone_at=None).exclude(remote_id="")
    mirrored = {row.remote_id: row for row in known}
    present, unchanged = set[int](), list[int]()
    for record in walk:
        progress()
        row = mirrored.get(record.id)
        if row is not None and row.raw_hash == digest(record.raw):
            unchanged.append(row.pk)
        elif record.id:
            row = absorb_application(record, api_key=api_key, asked_at=began)
        if row is not None:
            present.add(row.pk)
    known.filter(pk__in=unchanged, seen_at__lt=began).update(
        seen_at=began, missing_since=None, missing_runs=0
    )
    if not walk.complete:
        return Report(len(present), problem="the pages do not add up to the totals")
    missing = [row for row in mirrored.values() if row.pk not in present]
    return _weigh_absence(api_key, client, missing, known=len(mirrored), present=len(present))


def _weigh_absence(
    api_key: ApiKey,
    client: ApplicationsClient,
    missing: list[NetworkApplication],
    *,
    known: int,
    present: int,
) -> Report:
    if missing and (not present or len(missing) > max(ALARM_COUNT, ALARM_SHARE * known)):
        tell(
            "registry.list_shrank",
            api_key,
            key=f"registry.list_shrank:{api_key.pk}:{timezone.now().date().isoformat()}",
            path=f"/a/{api_key.account_id}/keys/",
            values={"missing": str(len(missing)), "known": str(known)},
        )
        return Report(present, problem=f"the list shrank by {len(missing)} of {known}: nothing is removed")
    return Report(present, gone=sum(_mark_missing(row, client) for row in missing))


def _mark_missing(row: NetworkApplication, client: ApplicationsClient) -> bool:
    """Count one more complete list without it; gone after two, some time apart, and a 404 by its id."""
    now, gap = timezone.now(), timedelta(seconds=settings.REGISTRY_REMOVAL_GAP_SECONDS)
    since, runs = row.missing_since or now, min(row.missing_runs + 1, 1000)
    # Only if nothing was learned or wished of it meanwhile: an answer may just have come in.
    unmoved = NetworkApplication.objects.filter(pk=row.pk, seen_at=row.seen_at, state=ApplicationState.ACTIVE)
    is_gone = runs >= 2 and now - since >= gap and _is_not_found(row, client)
    with transaction.atomic():
        if not unmoved.update(missing_since=since, missing_runs=runs) or not is_gone:
            return False
        absorb_deletion(row, told=True)
    return True


def _is_not_found(row: NetworkApplication, client: ApplicationsClient) -> bool:
    try:
        client.get_application(row.remote_id)
    except NotFound:
        return True
    except VonageError as error:
        logger.info("application %s could not be read: %s", row.pk, error)
    return False


def refresh_application(row: NetworkApplication, api: ApiClient) -> None:
    """Read one application again."""
    began = timezone.now()
    record = ApplicationsClient(api).get_application(row.remote_id)
    absorb_application(record, api_key=row.api_key, asked_at=began, application=row)
