"""Telling people and following; each writes inside the caller's transaction, e-mails leave later."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Min
from django.utils import timezone

from portal.accounts.models import Membership, User
from portal.accounts.scope import Scope
from portal.history.actions import about, record, type_of
from portal.notices import catalogue, queries
from portal.notices.enums import Channel, DeliveryState, FollowReason, Mail
from portal.notices.models import Delivery, Follow, Notice, Subscription
from portal.notices.queries import Choice
from portal.notices.windows import digest_id, next_morning


@dataclass(frozen=True)
class Recipient:
    user: User
    choice: Choice
    by_name: bool = False


@transaction.atomic
def tell(
    kind: str,
    obj: models.Model,
    *,
    key: str,
    path: str,
    values: Mapping[str, Any] | None = None,
    extra_users: Iterable[User] = (),
    also: Iterable[models.Model] = (),
    topic: str = "",
) -> Notice:
    """Tell whoever follows `obj` of one event, once per account and `key`: a second call changes nothing.

    `path` is the page it is about, without the host. `also` names objects whose followers hear too, such as
    the brand of a vetting. `topic` is given where the kind alone does not say it. An object without a client
    (an API key) is told to followers and admins who work for the whole account, and to `extra_users` who are
    members (a batch, to whoever made it).
    """
    message = catalogue.messages.get(kind)
    notice, is_new = Notice.objects.get_or_create(
        account_id=obj.account_id,  # type: ignore[attr-defined]
        key=key,
        defaults={
            **about(obj),
            "client_id": getattr(obj, "client_id", None),
            "kind": kind,
            "topic": topic or catalogue.topic_of(kind),
            "values": dict(values or {}),
            "path": path,
            "urgent": message is not None and message.urgent,
            "needs_action": message is not None and message.needs_action,
        },
    )
    if is_new:
        named = {user.pk for user in extra_users}
        told = set(named)
        for followed in (*also, obj):
            told.update(_follow_rows(followed).values_list("user_id", flat=True))
        to_admins = message is not None and message.to_admins
        _deliver(notice, _recipients(notice, told, named, to_admins=to_admins))
    return notice


def _recipients(
    notice: Notice, told: Collection[int], named: Collection[int], *, to_admins: bool
) -> list[Recipient]:
    """Followers, chosen people and admins, as far as their membership covers the notice's client."""
    covered = queries.members_reached(notice.account_id, notice.client_id, named)
    memberships = [
        membership
        for membership in covered.order_by("pk")
        if membership.user_id in told or (to_admins and membership.role in queries.ADMIN_ROLES)
    ]
    user_ids = [membership.user_id for membership in memberships]
    choices = queries.choices_of(notice.account_id, notice.topic, notice.client_id, user_ids)
    by_name = set(named) if notice.client_id is None else set[int]()
    return [
        Recipient(one.user, choices[one.user_id], not one.all_clients and one.user_id in by_name)
        for one in memberships
    ]


def _deliver(notice: Notice, recipients: list[Recipient]) -> None:
    """One row for the portal and one for the mail of each person, wanted or not."""
    now = timezone.now()
    windows = {} if notice.urgent else _open_windows(notice, recipients)
    rows = []
    for recipient in recipients:
        to_whom = {"account_id": notice.account_id, "notice": notice, "user": recipient.user}
        to_whom["by_name"] = recipient.by_name
        is_shown = recipient.choice.in_portal or notice.needs_action
        shown = DeliveryState.SENT if is_shown else DeliveryState.SKIPPED
        rows.append(Delivery(**to_whom, channel=Channel.FEED, state=shown, due_at=now, sent_at=now))
        rows.append(Delivery(**to_whom, **_mailing(notice, recipient, now, windows)))
    Delivery.objects.bulk_create(rows)


def _mailing(
    notice: Notice, recipient: Recipient, now: datetime, windows: Mapping[int, datetime]
) -> dict[str, Any]:
    """How and when the mail about a notice leaves, if at all."""
    user = recipient.user
    if recipient.choice.mail == Mail.DAILY and user.is_active:
        morning = next_morning(user, now)
        message_id = digest_id(notice.account_id, user, morning)
        return {"channel": Channel.DIGEST, "due_at": morning, "message_id": message_id}
    is_wanted = recipient.choice.mail == Mail.AT_ONCE and user.is_active
    state = DeliveryState.WAITING if is_wanted else DeliveryState.SKIPPED
    latest = now if notice.urgent else now + timedelta(seconds=settings.NOTICE_COLLECT_SECONDS)
    return {"channel": Channel.EMAIL, "state": state, "due_at": min(latest, windows.get(user.pk, latest))}


def _open_windows(notice: Notice, recipients: list[Recipient]) -> dict[int, datetime]:
    """When the mail that already collects for a person leaves: what comes later joins it."""
    waiting = Delivery.objects.filter(
        account_id=notice.account_id,
        user__in=[recipient.user.pk for recipient in recipients],
        channel=Channel.EMAIL,
        state=DeliveryState.WAITING,
        notice__urgent=False,
        message_id="",  # a mail that failed once keeps what it held
    )
    return dict(
        waiting.order_by().values("user_id").annotate(due=Min("due_at")).values_list("user_id", "due")
    )


def resolve(obj: models.Model, *kinds: str) -> int:
    """The cause is mended: open notices about `obj` (of these kinds, or of any) leave the top of every feed.

    Called by whoever mends it, in the same transaction; answers how many were open.
    """
    account_id: int = obj.account_id  # type: ignore[attr-defined]
    rows = Notice.objects.filter(
        account_id=account_id,
        object_type=type_of(obj),
        object_id=obj.pk,
        needs_action=True,
        resolved_at=None,
    )
    return (rows.filter(kind__in=kinds) if kinds else rows).update(resolved_at=timezone.now())


def followers(obj: models.Model) -> models.QuerySet[User]:
    """Whoever follows the object, members or not; `tell` asks the membership again."""
    return User.objects.filter(pk__in=_follow_rows(obj).values("user_id")).order_by("pk")


def _follow_rows(obj: models.Model) -> models.QuerySet[Follow]:
    account_id: int = obj.account_id  # type: ignore[attr-defined]
    return Follow.objects.filter(account_id=account_id, object_type=type_of(obj), object_id=obj.pk)


@transaction.atomic
def follow(obj: models.Model, user: User, reason: FollowReason) -> Follow:
    """Let a person hear of an object; said again, the later reason holds."""
    known = about(obj)
    found, _is_new = Follow.objects.update_or_create(
        account_id=obj.account_id,  # type: ignore[attr-defined]
        user=user,
        object_type=known["object_type"],
        object_id=known["object_id"],
        defaults={
            "client_id": getattr(obj, "client_id", None),
            "object_name": known["object_name"],
            "reason": reason,
        },
    )
    return found


@transaction.atomic
def unfollow(obj: models.Model, user: User) -> None:
    """Stop telling a person of an object; what still waits to be mailed about it stays unsent."""
    for row in _follow_rows(obj).filter(user=user):
        end_follow(row)


@transaction.atomic
def end_follow(row: Follow) -> None:
    """`unfollow` for an object that is no longer at hand."""
    Delivery.objects.filter(
        account_id=row.account_id,
        user_id=row.user_id,
        state=DeliveryState.WAITING,
        notice__object_type=row.object_type,
        notice__object_id=row.object_id,
    ).update(state=DeliveryState.SKIPPED)
    row.delete()


@transaction.atomic
def choose(scope: Scope, client_id: int | None, wanted: Mapping[str, Choice]) -> None:
    """Keep how a person wants to be told, by topic: about one client, or (None) about all without a choice."""
    rows = queries.subscriptions(scope).filter(client=client_id)
    before = {row.topic: Choice(row.in_portal, row.mail) for row in rows}
    changed = {topic: choice for topic, choice in wanted.items() if before.get(topic) != choice}
    for topic, choice in changed.items():
        kept = {"in_portal": choice.in_portal, "mail": choice.mail}
        owner = {"account": scope.account, "user": scope.user, "client_id": client_id}
        rows.update_or_create(topic=topic, defaults=kept, create_defaults={**owner, **kept})
    if changed:
        record(
            "notice_choices.changed",
            scope.membership,
            actor=scope.user,
            before={"client": client_id, **{topic: _told(before.get(topic)) for topic in changed}},
            after={"client": client_id, **{topic: _told(choice) for topic, choice in changed.items()}},
        )


def _told(choice: Choice | None) -> list[str] | None:
    return None if choice is None else [*(["portal"] if choice.in_portal else []), choice.mail or "unasked"]


@transaction.atomic
def answer_question(scope: Scope, client_id: int, topics: Collection[str], mail: str) -> None:
    """Keep what a person answered at a submission: for its client, or for all while there is only one."""
    is_apart = scope.clients()[1:2] or queries.subscriptions(scope).filter(client=client_id)
    kept_for = client_id if is_apart else None
    known = {topic: queries.choice_of(scope, topic, client_id) for topic in topics}
    wanted = {topic: Choice(now.in_portal, mail) for topic, now in known.items() if now.mail != mail}
    choose(scope, kept_for, wanted)


@transaction.atomic
def forget_choices(scope: Scope, client_id: int) -> None:
    """What holds for all clients holds for this one again."""
    if queries.subscriptions(scope).filter(client=client_id).delete()[0]:
        record("notice_choices.forgotten", scope.membership, actor=scope.user, before={"client": client_id})


@transaction.atomic
def unsubscribe(membership: Membership, topics: Collection[str]) -> None:
    """End every mail of some topics, of all clients; what waits stays unsent. Said again, it changes nothing."""
    mine = Subscription.objects.filter(account=membership.account_id, user=membership.user_id)
    ended = mine.filter(topic__in=topics).exclude(mail=Mail.NONE).update(mail=Mail.NONE)
    for topic in topics:
        mine.get_or_create(
            account_id=membership.account_id,
            user_id=membership.user_id,
            client=None,
            topic=topic,
            defaults={"mail": Mail.NONE},
        )
    if ended:
        record(
            "notice_choices.unsubscribed",
            membership,
            actor=membership.user,
            after={"topics": sorted(topics)},
        )


def mark_read(scope: Scope, ids: Collection[int] | None = None) -> int:
    """Mark the person's own deliveries read, all of them for None; answers how many were unread."""
    unread = queries.feed(scope, unread_only=True)
    if ids is not None:
        unread = unread.filter(pk__in=ids)
    return Delivery.objects.filter(pk__in=unread.order_by().values("pk")).update(read_at=timezone.now())
