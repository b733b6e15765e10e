"""What every kind stores alike: a final no, and a mirrored twin that gives way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from portal.history.actions import about
from portal.notices.actions import tell
from portal.notices.models import Follow
from portal.outbox.kinds import Found, TakenAlready
from portal.outbox.models import Operation
from portal.outbox.storing import refusal_of
from tendlc.enums import WaitingOn
from tendlc.messages import path_of
from tendlc.models import Brand, Campaign, NumberLink, Vetting

NOT_SENT = "tendlc.not_sent"


def store_refusal(
    operation: Operation,
    row: Brand | Vetting | Campaign | NumberLink,
    problem: Mapping[str, Any],
    state: str,
    notice: str,
) -> None:
    """The object waits for its people, with the reason.

    A cancelled wish is told to nobody, unless it was cancelled because what it waited for will not come.
    """
    type(row).objects.filter(pk=row.pk).update(
        state=state, waiting_on=WaitingOn.US, waiting_since=timezone.now(), expected_by=None
    )
    if problem.get("code") == "cancelled":
        if parent := (problem.get("values") or {}).get("parent"):
            values = {"parent": parent}
            tell(NOT_SENT, row, key=f"{NOT_SENT}:{operation.pk}", path=path_of(row), values=values)
        return
    refusal_of(operation, row, problem)
    detail = str(problem.get("detail") or problem.get("title") or problem.get("code"))
    brand = [row.brand] if isinstance(row, Vetting) else []
    values = {"detail": detail, "brand": str(brand[0]) if brand else ""}
    tell(notice, row, key=f"{notice}:{operation.pk}", path=path_of(row), also=brand, values=values)


def store_refused_act(
    operation: Operation, row: Brand | Campaign | NumberLink, problem: Mapping[str, Any], notice: str
) -> None:
    """A no to a change of something that stays as it was; a cancelled wish is told to nobody."""
    if problem.get("code") == "cancelled":
        return
    refusal_of(operation, row, problem)
    detail = str(problem.get("detail") or problem.get("title") or problem.get("code"))
    tell(notice, row, key=f"{notice}:{operation.pk}", path=path_of(row), values={"detail": detail})


def give_way(keeper: Brand | Vetting | Campaign, found: Found) -> Found:
    """A sync may have mirrored the new object before its answer was stored: that row is folded into ours.

    Answers what is known best of it. Raises TakenAlready for a row that somebody asked for, or that a person has
    said to be another client's.
    """
    model = type(keeper)
    twin = model._default_manager.filter(account_id=keeper.account_id, remote_id=found.remote_id)
    twin_row = twin.exclude(pk=keeper.pk).first()
    if twin_row is None:
        return found
    names = about(twin_row)
    is_anothers = twin_row.client_id != keeper.client_id and not twin_row.client.is_self
    if (
        is_anothers
        or Operation.objects.filter(object_type=names["object_type"], object_id=twin_row.pk).exists()
    ):
        raise TakenAlready(str(twin_row))
    Follow.objects.filter(object_type=names["object_type"], object_id=twin_row.pk).delete()
    owner = {
        "client_id": keeper.client_id,
        "api_key_id": keeper.api_key_id,
        "responsible_id": keeper.responsible_id,
    }
    if isinstance(twin_row, Brand) and isinstance(keeper, Brand):
        Campaign.objects.filter(brand=twin_row).update(brand=keeper, **owner)
        NumberLink.objects.filter(campaign__brand=keeper).update(**owner)
        Vetting.objects.filter(brand=twin_row).update(brand=keeper, **owner)
        twin_row.qualifications.update(brand_id=keeper.pk, client_id=keeper.client_id)
    elif isinstance(twin_row, Campaign) and isinstance(keeper, Campaign):
        NumberLink.objects.filter(campaign=twin_row).update(campaign=keeper, **owner)
        twin_row.carriers.all().delete()
    twin_row.delete()
    newer = twin_row.seen_at is not None and twin_row.seen_at > found.asked_at
    return Found(found.remote_id, twin_row.raw, twin_row.seen_at) if newer and twin_row.seen_at else found
