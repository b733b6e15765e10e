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

from portal.accounts.models import User
from portal.accounts.scope import Scope
from portal.history.actions import about, record, type_of
from portal.notices import catalogue, queries
from portal.notices.enums import Channel, DeliveryState, FollowReason
from portal.notices.models import Delivery, Follow, Notice, Preference


@dataclass(frozen=True)
class Recipient:
    user: User
    by_email: bool


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
) -> Notice:
    """Tell whoever follows `obj` of one event, once per account and `key`: a second call changes nothing.

    `path` is the page it is about, without the host. `also` names objects whose followers hear too, such as
    the brand of a vetting; where somebody follows both, the choice made for `obj` itself holds. An object
    without a client (an API key) is told to followers and admins who work for the whole account.
    """
    message = catalogue.messages.get(kind)
    notice, is_new = Notice.objects.get_or_create(
        account_id=obj.account_id,  # type: ignore[attr-defined]
        key=key,
        defaults={
            **about(obj),
            "client_id": getattr(obj, "client_id", None),
            "kind": kind,
            "values": dict(values or {}),
            "path": path,
            "urgent": message is not None and message.urgent,
        },
    )
    if is_new:
        to_admins = message is not None and message.to_admins
        extra = {user.pk for user in extra_users}
        followed: dict[int, bool] = {}
        for followed_object in (*also, obj):
            followed |= dict(_follow_rows(followed_object).values_list("user_id", "by_email"))
        _deliver(notice, list(_recipients(notice, followed, to_admins=to_admins, extra=extra)))
    return notice


def _recipients(
    notice: Notice, followed: Mapping[int, bool], *, to_admins: bool, extra: Collection[int]
) -> Iterable[Recipient]:
    """Followers, chosen people and admins, as far as their membership covers the notice's client."""
    kinds_off = set(
        Preference.objects.filter(account_id=notice.account_id, kind=notice.kind, by_email=False).values_list(
            "user_id", flat=True
        )
    )
    for membership in queries.members_reached(notice.account_id, notice.client_id).order_by("pk"):
        user = membership.user
        is_told_as_admin = to_admins and membership.role in queries.ADMIN_ROLES
        if user.pk in followed or user.pk in extra or is_told_as_admin:
            wanted = user.is_active and followed.get(user.pk, True) and user.pk not in kinds_off
            yield Recipient(user, by_email=wanted)


def _deliver(notice: Notice, recipients: list[Recipient]) -> None:
    now = timezone.now()
    windows = {} if notice.urgent else _open_windows(notice, recipients)
    latest = now if notice.urgent else now + timedelta(seconds=settings.NOTICE_COLLECT_SECONDS)
    rows = []
    for recipient in recipients:
        to_whom = {"account_id": notice.account_id, "notice": notice, "user": recipient.user}
        rows.append(
            Delivery(**to_whom, channel=Channel.FEED, state=DeliveryState.SENT, due_at=now, sent_at=now)
        )
        state = DeliveryState.WAITING if recipient.by_email else DeliveryState.SKIPPED
        due = min(latest, windows.get(recipient.user.pk, latest))
        rows.append(Delivery(**to_whom, channel=Channel.EMAIL, state=state, due_at=due))
    Delivery.objects.bulk_create(rows)


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


def followers(obj: models.Model) -> models.QuerySet[User]:
    """Whoever follows the object, members or not; `tell` asks the membership again."""
    return User.objects.filter(pk__in=_follow_rows(obj).values("user_id")).order_by("pk")


def _follow_rows(obj: models.Model) -> models.QuerySet[Follow]:
    account_id: int = obj.account_id  # type: ignore[attr-defined]
    return Follow.objects.filter(account_id=account_id, object_type=type_of(obj), object_id=obj.pk)


@transaction.atomic
def follow(obj: models.Model, user: User, reason: FollowReason, by_email: bool = True) -> Follow:
    """Let a person hear of an object; said again, the later reason and choice hold."""
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
            "by_email": by_email,
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
    _waiting(row.account_id, row.user_id).filter(
        notice__object_type=row.object_type, notice__object_id=row.object_id
    ).update(state=DeliveryState.SKIPPED)
    row.delete()


@transaction.atomic
def choose_emails(scope: Scope, wanted: Collection[str]) -> None:
    """Keep which kinds a person wants by e-mail; waiting mails of the others stay unsent."""
    before = queries.unwanted_kinds(scope)
    for kind in catalogue.messages:
        Preference.objects.update_or_create(
            account=scope.account, user=scope.user, kind=kind, defaults={"by_email": kind in wanted}
        )
    unwanted = sorted(kind for kind in catalogue.messages if kind not in wanted)
    if before != set(unwanted):
        record(
            "notice_choices.changed",
            scope.membership,
            actor=scope.user,
            before={"not_by_email": sorted(before)},
            after={"not_by_email": unwanted},
        )
    _waiting(scope.account.pk, scope.user.pk).filter(notice__kind__in=unwanted).update(
        state=DeliveryState.SKIPPED
    )


def _waiting(account_id: int, user_id: int) -> models.QuerySet[Delivery]:
    return Delivery.objects.filter(
        account_id=account_id, user_id=user_id, channel=Channel.EMAIL, state=DeliveryState.WAITING
    )


def mark_read(scope: Scope, ids: Collection[int] | None = None) -> int:
    """Mark the person's own deliveries read, all of them for None; answers how many were unread."""
    unread = queries.feed(scope, unread_only=True)
    if ids is not None:
        unread = unread.filter(pk__in=ids)
    return Delivery.objects.filter(pk__in=unread.order_by().values("pk")).update(read_at=timezone.now())
