"""What a person can do with numbers of campaigns; one transaction each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from portal.accounts.enums import Capability
from portal.accounts.models import User
from portal.accounts.scope import Scope
from portal.outbox.actions import AlreadyOpen, submit
from portal.outbox.enums import Priority
from portal.records.money import Fee
from tendlc import wire
from tendlc.actions.submitting import NotNow, submitted, waiting_to_be_sent
from tendlc.enums import Axis, NumberState
from tendlc.models import Campaign, NumberLink
from tendlc.operations import LINK_NUMBER


@dataclass(frozen=True)
class Linking:
    """What came of asking to link some numbers: those on their way, and those left out with the reason."""

    links: tuple[NumberLink, ...]
    left_out: tuple[tuple[str, str], ...]


@transaction.atomic
def link_numbers(
    scope: Scope,
    campaign: Campaign,
    numbers: Sequence[tuple[str, str]],
    *,
    actor: User,
) -> Linking:
    """Link numbers, given as (country, digits), to a campaign. One that is on its way or linked here is left out."""
    scope.require(Capability.LINK_NUMBERS)
    if not campaign.remote_id:
        raise NotNow
    links: list[NumberLink] = []
    left_out: list[tuple[str, str]] = []
    for country, digits in numbers:
        try:
            with transaction.atomic():
                links.append(_link_one(scope, campaign, country, digits, actor=actor))
        except (AlreadyOpen, IntegrityError):
            left_out.append((digits, "on_its_way"))
        except NotNow:
            left_out.append((digits, "linked_here"))
    return Linking(tuple(links), tuple(left_out))


def _link_one(scope: Scope, campaign: Campaign, country: str, digits: str, *, actor: User) -> NumberLink:
    row = NumberLink.objects.filter(account=scope.account, campaign=campaign, number=digits).first()
    if row is not None and row.gone_at is None and row.state in (NumberState.LINKED, NumberState.PENDING):
        raise NotNow
    row = row or NumberLink(account=scope.account, campaign=campaign, number=digits, responsible=actor)
    row.client, row.api_key, row.country, row.gone_at = campaign.client, campaign.api_key, country, None
    row.missing_since, row.missing_runs = None, 0
    for name, value in waiting_to_be_sent(Axis.NUMBER, NumberState.SUBMITTING).items():
        setattr(row, name, value)
    row.save()
    operation = submit(
        LINK_NUMBER,
        row,
        actor=actor,
        api_key=campaign.api_key,
        payload=wire.number_body({"country": country, "number": digits}),
        natural_key=f"number:{digits}",
        priority=Priority.NORMAL,
        fee=Fee(),
    )
    submitted(scope, row, operation, actor, draft=None)
    return row
