"""What a person is told and follows, and which members a notice may reach."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import models
from django.db.models import Q

from portal.accounts.enums import CAPABILITIES, Capability
from portal.accounts.models import Membership, MembershipClient
from portal.accounts.scope import Scope
from portal.history.actions import type_of
from portal.notices.enums import Channel, DeliveryState, Mail
from portal.notices.models import Delivery, Follow, Subscription

ADMIN_ROLES = [role for role, allowed in CAPABILITIES.items() if Capability.MANAGE_KEYS in allowed]
UNREAD_LIMIT = 99
# Deliveries of notices about which somebody still has to do something.
OPEN = Q(notice__needs_action=True, notice__resolved_at=None)


def feed(scope: Scope, *, unread_only: bool = False) -> models.QuerySet[Delivery]:
    """What the person was told in this account, as far as it still is theirs to see."""
    rows = Delivery.objects.filter(
        account=scope.account, user=scope.user, channel=Channel.FEED, state=DeliveryState.SENT
    ).select_related("notice")
    if scope.client_ids is not None:
        theirs = Q(notice__client__in=scope.client_ids) | Q(notice__client=None, by_name=True)
        if scope.can(Capability.MANAGE_KEYS):
            theirs |= Q(notice__client=None)
        rows = rows.filter(theirs)
    return rows.filter(read_at=None) if unread_only else rows


def open_notices(scope: Scope, *topics: str) -> models.QuerySet[Delivery]:
    """What the person was told and somebody still has to do something about, perhaps of some topics only."""
    rows = feed(scope).filter(OPEN)
    return rows.filter(notice__topic__in=topics) if topics else rows


def mails_about(scope: Scope, obj: models.Model) -> models.QuerySet[Delivery]:
    """E-mails about an object the caller may see, wanted ones, newest first.

    Whoever may see what was done in the account sees to whom; everybody else sees their own.
    """
    rows = scope.rows(Delivery.objects.select_related("notice", "user"), client="notice__client_id")
    rows = rows.filter(
        channel__in=(Channel.EMAIL, Channel.DIGEST),
        notice__account=scope.account,
        notice__object_type=type_of(obj),
        notice__object_id=obj.pk,
    )
    rows = rows.exclude(state=DeliveryState.SKIPPED).order_by("-pk")
    return rows if scope.can(Capability.SEE_AUDIT) else rows.filter(user=scope.user)


def unread_count(scope: Scope) -> int:
    """How many notices are unread, counted up to one more than the page writes out."""
    return len(feed(scope, unread_only=True).order_by().values_list("pk", flat=True)[: UNREAD_LIMIT + 1])


def follows(scope: Scope) -> models.QuerySet[Follow]:
    """What the person follows in this account."""
    return scope.rows(Follow.objects.filter(user=scope.user))


def follow_of(scope: Scope, obj: models.Model) -> Follow | None:
    """The person's own follow row of an object, if there is one."""
    return follows(scope).filter(object_type=type_of(obj), object_id=obj.pk).first()


@dataclass(frozen=True)
class Choice:
    """How somebody is told about a topic; `mail` is "" for a person who was never asked."""

    in_portal: bool = True
    mail: str = ""

    @property
    def is_subscribed(self) -> bool:
        return self.mail in (Mail.AT_ONCE, Mail.DAILY)


UNASKED = Choice()


def subscriptions(scope: Scope) -> models.QuerySet[Subscription]:
    """The person's own choices in this account: for all clients, and for single ones they work for."""
    rows = Subscription.objects.filter(account=scope.account, user=scope.user)
    if scope.client_ids is not None:
        rows = rows.filter(Q(client=None) | Q(client__in=scope.client_ids))
    return rows


def choice_of(scope: Scope, topic: str, client_id: int | None) -> Choice:
    """What holds for the person about a topic and a client."""
    return choices_of(scope.account.pk, topic, client_id, [scope.user.pk])[scope.user.pk]


def choices_of(
    account_id: int, topic: str, client_id: int | None, user_ids: Collection[int]
) -> dict[int, Choice]:
    """What holds for each of some people: the choice for the client, else the one for all clients."""
    rows = Subscription.objects.filter(
        Q(client=None) | Q(client=client_id), account_id=account_id, topic=topic, user__in=user_ids
    )
    found = dict.fromkeys(user_ids, UNASKED)
    for row in sorted(rows, key=lambda row: row.client_id is not None):
        general = found[row.user_id]
        found[row.user_id] = Choice(row.in_portal, row.mail or general.mail)
    return found


def members_who_may(
    capability: Capability, account_id: int, client_id: int | None
) -> models.QuerySet[Membership]:
    """The active members who work for a client and whose role allows something."""
    roles = [role for role, allowed in CAPABILITIES.items() if capability in allowed]
    return members_reached(account_id, client_id).filter(role__in=roles)


def members_reached(
    account_id: int, client_id: int | None, named: Collection[int] = ()
) -> models.QuerySet[Membership]:
    """The active members a notice about a client may reach; one about the account itself (None)
    reaches those with all clients, admins, and users `named` for having asked for what it is about.
    """
    if client_id is None:
        covered = Q(all_clients=True) | Q(role__in=ADMIN_ROLES) | Q(user__in=named)
    else:
        chosen = MembershipClient.objects.filter(client_id=client_id).values("membership_id")
        covered = Q(all_clients=True) | Q(pk__in=chosen)
    return Membership.objects.filter(
        covered, account_id=account_id, is_active=True, account__is_active=True
    ).select_related("user")
