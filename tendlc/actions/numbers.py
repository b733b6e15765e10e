"""What a person can do with numbers of campaigns; one transaction each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from portal.accounts.enums import Capability
from portal.accounts.models import User
from portal.accounts.scope import Scope
from portal.history.actions import record
from portal.notices.actions import follow
from portal.notices.enums import FollowReason
from portal.outbox.actions import AlreadyOpen, ask, submit
from portal.outbox.enums import Priority
from portal.outbox.models import Inquiry, Operation
from portal.records.money import Fee
from tendlc import queries, wire
from tendlc.actions.submitting import NotNow, submitted, to_wait_for, waiting_to_be_sent
from tendlc.enums import Axis, NumberState
from tendlc.models import Campaign, NumberLink
from tendlc.operations import CREATE_CAMPAIGN, LINK_NUMBER, OWNED, UNLINK_NUMBER


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
    """Link numbers, given as (country, digits), to a campaign. One that is on its way or linked here is left out.

    While the campaign is on its way to Vonage they wait for it. Raises NotNow for one that is neither there nor
    on its way.
    """
    scope.require(Capability.LINK_NUMBERS)
    waits_for = to_wait_for(campaign, CREATE_CAMPAIGN)
    links: list[NumberLink] = []
    left_out: list[tuple[str, str]] = []
    for country, digits in numbers:
        try:
            with transaction.atomic():
                operation = link_number(scope, campaign, country, digits, actor=actor, waits_for=waits_for)
                links.append(queries.numbers(scope).get(pk=operation.object_id))
        except (AlreadyOpen, IntegrityError):
            left_out.append((digits, "on_its_way"))
        except NotNow:
            left_out.append((digits, "linked_here"))
    return Linking(tuple(links), tuple(left_out))


def link_number(
    scope: Scope,
    campaign: Campaign,
    country: str,
    digits: str,
    *,
    actor: User,
    priority: Priority = Priority.NORMAL,
    waits_for: Operation | None = None,
) -> Operation:
    """Link one number, in the caller's transaction, perhaps after another operation.

    Raises NotNow for one that is linked there already, AlreadyOpen while something is under way with it.
    """
    scope.require(Capability.LINK_NUMBERS)
    row = NumberLink.objects.filter(account=scope.account, campaign=campaign, number=digits).first()
    if row is not None and row.gone_at is None and row.state in (NumberState.LINKED, NumberState.PENDING):
        raise NotNow
    row = row or NumberLink(account=scope.account, campaign=campaign, number=digits, responsible=actor)
    row.client, row.api_key, row.country, row.gone_at = campaign.client, campaign.api_key, country, None
    row.missing_since, row.missing_runs = None, 0
    for name, value in waiting_to_be_sent(Axis.NUMBER, NumberState.SUBMITTING, waits_for).items():
        setattr(row, name, value)
    row.save()
    operation = submit(
        LINK_NUMBER,
        row,
        actor=actor,
        api_key=campaign.api_key,
        payload=wire.number_body({"country": country, "number": digits}),
        natural_key=f"number:{digits}",
        depends_on=waits_for,
        priority=priority,
        fee=Fee(),
    )
    submitted(scope, row, operation, actor, draft=None)
    return operation


@transaction.atomic
def unlink_number(
    scope: Scope,
    link: NumberLink,
    *,
    actor: User,
    priority: Priority = Priority.NORMAL,
) -> Operation:
    """Take a number off its campaign; it stays where it is until Vonage has done it.

    Raises NotNow for one that Vonage does not know or that is off already, AlreadyOpen while something is under
    way with the number.
    """
    scope.require(Capability.LINK_NUMBERS)
    if not may_be_unlinked(link):
        raise NotNow
    operation = submit(
        UNLINK_NUMBER,
        link,
        actor=actor,
        api_key=link.api_key,
        payload={
            "brand_id": link.campaign.brand.remote_id,
            "campaign_id": link.campaign.remote_id,
            "number": link.number,
        },
        natural_key=f"number:{link.number}",
        priority=priority,
    )
    record("numberlink.unlinked", link, actor=actor, after=operation.payload)
    follow(link, actor, FollowReason.SUBMITTER)
    return operation


def may_be_unlinked(link: NumberLink) -> bool:
    """Whatever its status: once Vonage knows it and as long as it is not off."""
    return bool(link.remote_id) and link.gone_at is None and link.state != NumberState.UNLINKED


def read_owned(scope: Scope, *, actor: User) -> list[Inquiry]:
    """Ask each usable key which numbers it owns."""
    scope.require(Capability.VIEW)
    return [ask(OWNED, key, actor=actor, api_key=key) for key in queries.usable_keys(scope)]
