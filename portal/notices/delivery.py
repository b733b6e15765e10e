"""E-mails leave here: claimed in the database first, then spoken over SMTP with no transaction open.

SMTP cannot promise exactly once (RFC 1047). A mail keeps its Message-ID and its notices through every
try, and one whose end nobody saw is repeated once at most. A daily summary has its Message-ID from the
first notice on: one mail a day, and what comes after it waits for the next.
"""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction
from django.db.models import Case, F, Min, When

from portal.notices import queries
from portal.notices.enums import Channel, DeliveryState
from portal.notices.letters import compose
from portal.notices.models import Delivery
from portal.notices.windows import digest_id, mail_host, next_morning
from portal.records.codes import make_code

log = structlog.get_logger(__name__)

BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
MAX_ATTEMPTS = len(BACKOFF) + 1
CLAIM_EXPIRES = timedelta(minutes=10)
PASS_SECONDS = 45.0  # below the soft time limit of a task
MAX_PER_MAIL = 500
MAILED = (Channel.EMAIL, Channel.DIGEST)
LEFT = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.FAILED)
# Stands at the beginning of `error` once nobody saw how a try ended; the second time is the last.
UNSEEN = "It is not known how an attempt ended."
UNREACHABLE = "The mail server cannot be reached"


# Asked before each pass: whoever says yes keeps every mail here. Higher floors add to it at start.
holds: list[Callable[[], bool]] = []


class MailRefused(Exception):
    """The server said no in so many words: nothing was delivered."""

    def __init__(self, text: str, *, for_good: bool) -> None:
        super().__init__(text)
        self.for_good = for_good


class OutcomeUnseen(Exception):
    """The talk broke off after it had begun: the mail may have been delivered."""


@dataclass(frozen=True)
class Batch:
    """What belongs into one mail: a mail tried before keeps its Message-ID and its notices."""

    account_id: int
    user_id: int
    channel: str
    urgent: bool
    message_id: str

    def rows(self) -> models.QuerySet[Delivery]:
        rows = self.mail().filter(state=DeliveryState.WAITING)
        return rows if self.channel == Channel.DIGEST else rows.filter(notice__urgent=self.urgent)

    def mail(self) -> models.QuerySet[Delivery]:
        """Everything under the batch's Message-ID, in whatever state."""
        return Delivery.objects.filter(
            account_id=self.account_id,
            user_id=self.user_id,
            channel=self.channel,
            message_id=self.message_id,
        )


def deliver_due(now: datetime, urgent_only: bool = False) -> int:
    """Send every mail whose window has closed, oldest first; answers how many left.

    A pass ends after 45 seconds; the rest waits for the next one. Nothing leaves while somebody holds mail.
    """
    if any(hold() for hold in holds):
        return 0
    release_stale(now)
    end = time.monotonic() + PASS_SECONDS
    sent = 0
    for batch in _due(now, urgent_only=urgent_only):
        if time.monotonic() > end:
            break
        sent += _deliver(batch, now)
    return sent


def release_stale(now: datetime) -> None:
    """Give mails of a sender that died back for one repeat; a second loss is the end of it."""
    stale = _emails(DeliveryState.SENDING).filter(claimed_at__lt=now - CLAIM_EXPIRES)
    stale.filter(error__startswith=UNSEEN).update(state=DeliveryState.FAILED)
    stale.update(state=DeliveryState.WAITING, due_at=now, error=UNSEEN)


def _emails(state: DeliveryState) -> models.QuerySet[Delivery]:
    return Delivery.objects.filter(channel__in=MAILED, state=state)


def _due(now: datetime, *, urgent_only: bool) -> Iterator[Batch]:
    due = _emails(DeliveryState.WAITING).filter(due_at__lte=now)
    if urgent_only:
        due = due.filter(channel=Channel.EMAIL, notice__urgent=True)
    alone = Case(When(channel=Channel.DIGEST, then=False), default=F("notice__urgent"))
    columns = ("account_id", "user_id", "channel", "alone", "message_id")
    groups = due.order_by().annotate(alone=alone).values(*columns).annotate(first=Min("due_at"))
    for group in groups.order_by("-alone", "first"):
        yield Batch(*(group[column] for column in columns))


def _deliver(batch: Batch, now: datetime) -> int:
    """One mail, from claim to result: 1 when it left."""
    claimed = _claim(batch, now)
    wanted = _still_wanted(claimed)
    if not wanted:
        return 0
    try:
        _send(compose(wanted))
    except MailRefused as refusal:
        _postpone(wanted, now, str(refusal), for_good=refusal.for_good)
    except OutcomeUnseen as loss:
        _postpone(wanted, now, f"{UNSEEN} {loss}", for_good=wanted[0].error.startswith(UNSEEN))
    else:
        _settle(wanted, state=DeliveryState.SENT, sent_at=now, error="")
        return 1
    return 0


@transaction.atomic(durable=True)
def _claim(batch: Batch, now: datetime) -> list[Delivery]:
    """Move the batch's rows from waiting to sending; whoever comes second finds nothing.

    Durable, so that a claim is on disk before the first word of SMTP.
    """
    waiting = batch.rows().select_for_update(of=("self",)).select_related("notice", "user", "account")
    claimed = list(waiting.order_by("pk")[:MAX_PER_MAIL])
    if batch.channel == Channel.DIGEST and batch.mail().filter(state__in=LEFT).exists():
        _put_off(claimed, now)
        return []
    message_id = batch.message_id or _new_message_id()
    for row in claimed:
        row.state, row.claimed_at, row.message_id = DeliveryState.SENDING, now, message_id
        row.attempts += 1
    _emails(DeliveryState.WAITING).filter(pk__in=[row.pk for row in claimed]).update(
        state=DeliveryState.SENDING, claimed_at=now, message_id=message_id, attempts=F("attempts") + 1
    )
    return claimed


def _put_off(rows: list[Delivery], now: datetime) -> None:
    """The summary of that morning has left: what came late, or was too much for it, waits for the next."""
    for row in rows[:1]:
        morning = next_morning(row.user, now)
        _emails(DeliveryState.WAITING).filter(pk__in=[each.pk for each in rows]).update(
            due_at=morning, message_id=digest_id(row.account_id, row.user, morning)
        )


def _new_message_id() -> str:
    return f"<notice-{make_code()}{make_code()}@{mail_host()}>".lower()


def _still_wanted(claimed: list[Delivery]) -> list[Delivery]:
    """Without what the person may not see or does not want any more: both are asked again at the last moment."""
    subjects = {_subject(row): row for row in claimed}
    wanted = {subject for subject, row in subjects.items() if _is_wanted(row)}
    kept = [row for row in claimed if _subject(row) in wanted]
    _settle([row for row in claimed if row not in kept], state=DeliveryState.SKIPPED)
    return kept


def _subject(row: Delivery) -> tuple[str, int | None, bool]:
    """What decides whether somebody still wants a mail."""
    return row.notice.topic, row.notice.client_id, row.by_name


def _is_wanted(row: Delivery) -> bool:
    topic, client_id, by_name = _subject(row)
    members = queries.members_reached(row.account_id, client_id, [row.user_id] if by_name else ())
    if not members.filter(user_id=row.user_id, user__is_active=True).exists():
        return False
    return queries.choices_of(row.account_id, topic, client_id, [row.user_id])[row.user_id].is_subscribed


def _send(mail: EmailMultiAlternatives) -> None:
    """Hand one mail to the mail server. Raises MailRefused or OutcomeUnseen."""
    try:
        connection: BaseEmailBackend = get_connection()
        connection.open()
    except OSError as error:
        raise MailRefused(f"{UNREACHABLE}: {error}", for_good=False) from error
    try:
        _hand_over(mail, connection)
    finally:
        with suppress(OSError):  # the answer that counts came before
            connection.close()


def _hand_over(mail: EmailMultiAlternatives, connection: BaseEmailBackend) -> None:
    try:
        connection.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        raise MailRefused(str(error), for_good=all(code >= 500 for code in codes)) from error
    except smtplib.SMTPResponseException as error:
        raise MailRefused(str(error), for_good=error.smtp_code >= 500) from error
    except (smtplib.SMTPNotSupportedError, ValueError) as error:  # an address or header no mail can carry
        raise MailRefused(str(error), for_good=True) from error
    except OSError as error:
        raise OutcomeUnseen(str(error)) from error


def _postpone(rows: list[Delivery], now: datetime, error: str, *, for_good: bool) -> None:
    """Back to waiting for another try, or failed after the last one."""
    attempts = rows[0].attempts
    if rows[0].error.startswith(UNSEEN) and not error.startswith(UNSEEN):
        error = f"{UNSEEN} {error}"
    if for_good or attempts >= MAX_ATTEMPTS:
        log.error("notices.mail_failed", message_id=rows[0].message_id, attempts=attempts, error=error)
        _settle(rows, state=DeliveryState.FAILED, error=error)
        return
    log.warning("notices.mail_postponed", message_id=rows[0].message_id, attempts=attempts, error=error)
    _settle(rows, state=DeliveryState.WAITING, due_at=now + BACKOFF[attempts - 1], error=error)


def _settle(rows: list[Delivery], **updates: Any) -> None:
    """Write the result of a claim that still is ours."""
    if rows:
        _emails(DeliveryState.SENDING).filter(
            pk__in=[row.pk for row in rows], claimed_at=rows[0].claimed_at
        ).update(**updates)
