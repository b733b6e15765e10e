"""Answering the reads somebody waits for."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from portal.accounts.models import Account
from portal.outbox import calls
from portal.outbox.health import paused_keys
from portal.outbox.keys import note_key
from portal.outbox.kinds import answer_of
from portal.outbox.models import Inquiry
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import Paused, VonageError

logger = logging.getLogger("portal.outbox")
LEASE = timedelta(seconds=90)
# Whoever reads a whole key says every few seconds that it lives, so that a dead one is soon missed.
HELD_LEASE = timedelta(seconds=45)
MOST_TRIES = 4
# The one question that may be put with a key that was refused: whether it works again.
KEY_TEST = "tendlc.key_test"
# Reading a whole key takes as long as it holds much: one at a time in all, lest such reads keep the sending waiting.
WHOLE_KEY = "tendlc.sync_key"
KEY_INACTIVE = {
    "code": "key_inactive",
    "text_id": gettext_noop(
        "The API key is deactivated, so Vonage was not asked. Have it activated again, then ask once more."
    ),
}


def answer_due(budget_seconds: float = 15.0) -> int:
    """Answer what is due, one by one, beginning none after the budget; returns how many were tried."""
    deadline, answered = time.monotonic() + budget_seconds, 0
    while time.monotonic() < deadline and (inquiry := _take()) is not None:
        answer(inquiry)
        answered += 1
    return answered


def due_inquiries(now: datetime) -> QuerySet[Inquiry]:
    """What could be asked now, of keys that are in order and have no question in hand.

    What nobody may ask any more, its key being deactivated, is due to be told so.
    """
    in_hands = Inquiry.objects.filter(answered_at=None, next_try_at__gt=now).exclude(started_at=None)
    due = (
        Inquiry.objects.filter(answered_at=None, next_try_at__lte=now)
        .filter(account__is_active=True)
        .filter(Q(api_key__refused_at=None) | Q(kind=KEY_TEST) | Q(api_key__is_active=False))
        .exclude(paused_keys(now))
        .exclude(api_key_id__in=in_hands.values("api_key_id"))
    )
    return due.exclude(kind=WHOLE_KEY) if in_hands.filter(kind=WHOLE_KEY).exists() else due


def _in_turn(due: QuerySet[Inquiry]) -> list[Inquiry]:
    """The oldest question of each account, the account that was served longest ago first."""
    waiting = set(due.order_by().values_list("account_id", flat=True).distinct())
    served = dict(
        Inquiry.objects.filter(account_id__in=waiting)
        .values_list("account_id")
        .annotate(last=Max("started_at"))
        .values_list("account_id", "last")
    )
    never = datetime.min.replace(tzinfo=UTC)
    accounts = sorted(waiting, key=lambda account_id: (served.get(account_id) or never, account_id))
    oldest = (due.filter(account_id=pk).order_by("next_try_at", "id").first() for pk in accounts[:20])
    return [inquiry for inquiry in oldest if inquiry is not None]


def _take() -> Inquiry | None:
    now = timezone.now()
    for inquiry in _in_turn(due_inquiries(now)):
        leased = Inquiry.objects.filter(
            pk=inquiry.pk, answered_at=None, next_try_at=inquiry.next_try_at
        ).update(next_try_at=now + _lease(inquiry), started_at=now, tries=inquiry.tries + 1)
        if leased:
            return Inquiry.objects.select_related("api_key", "account").get(pk=inquiry.pk)
    return None


def _lease(inquiry: Inquiry) -> timedelta:
    """How long nobody else takes it unless whoever has it holds on."""
    return HELD_LEASE if inquiry.kind == WHOLE_KEY else LEASE


def keep(inquiry: Inquiry, *, got_on: bool = False) -> None:
    """Hold on to an inquiry whose answer takes long; once it got on, what failed before does not count."""
    held: dict[str, object] = {"next_try_at": timezone.now() + _lease(inquiry)}
    if got_on:
        held["tries"] = 1
    Inquiry.objects.filter(pk=inquiry.pk, answered_at=None).update(**held)


def answer(inquiry: Inquiry) -> None:
    """Ask Vonage and keep the answer or the problem; what may pass is tried again a few times."""
    if inquiry.tries > 2 * MOST_TRIES:  # whoever tried it died of it each time
        Inquiry.objects.filter(pk=inquiry.pk).update(answered_at=timezone.now(), problem={"code": "defect"})
        return
    if not inquiry.api_key.is_active:
        Inquiry.objects.filter(pk=inquiry.pk).update(answered_at=timezone.now(), problem=KEY_INACTIVE)
        return
    try:
        api = calls.open_api(inquiry.api_key)
    except VonageError as error:
        _give_up(inquiry, error)
        return
    try:
        result = answer_of(inquiry)(inquiry, api)
    except VonageError as error:
        _failed(inquiry, error)
    except Exception:
        logger.exception("inquiry %s failed", inquiry.pk)
        Inquiry.objects.filter(pk=inquiry.pk).update(answered_at=timezone.now(), problem={"code": "defect"})
    else:
        Inquiry.objects.filter(pk=inquiry.pk).update(
            answered_at=timezone.now(), answer=dict(result), problem={}
        )
    finally:
        api.close()


def _failed(inquiry: Inquiry, error: VonageError) -> None:
    note_key(inquiry.api_key, error)
    inquiry.refresh_from_db(fields=["tries"])
    if isinstance(error, Paused):  # nobody was asked, so it was no try
        Inquiry.objects.filter(pk=inquiry.pk).update(
            next_try_at=timezone.now(), started_at=None, tries=inquiry.tries - 1
        )
        return
    passing = error.outcome in (Outcome.THROTTLED, Outcome.NOT_SENT, Outcome.UNKNOWN) and not error.permanent
    if passing and inquiry.tries < MOST_TRIES:
        wait = timedelta(seconds=error.retry_after or 3 * inquiry.tries)
        Inquiry.objects.filter(pk=inquiry.pk).update(
            next_try_at=timezone.now() + wait, started_at=None, problem=error.as_record()
        )
    else:
        _give_up(inquiry, error)


def _give_up(inquiry: Inquiry, error: VonageError) -> None:
    Inquiry.objects.filter(pk=inquiry.pk).update(answered_at=timezone.now(), problem=error.as_record())


def unanswered(account: Account, kind: str) -> bool:
    """Whether somebody still waits for a read of this kind."""
    return Inquiry.objects.filter(account=account, kind=kind, answered_at=None).exists()
