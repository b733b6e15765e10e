"""Sending desk letters: claimed in the database first, then spoken over SMTP with no transaction open.

A mail keeps its Message-ID and its letters through every try; one whose end nobody saw is repeated once at most.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Min
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.models import User
from portal.notices.letters import one_line
from portal.records.codes import make_code
from registry.enums import LetterKind, LetterState
from registry.models import Assignment, DeskLetter

log = structlog.get_logger(__name__)

BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
CLAIM_EXPIRES = timedelta(minutes=10)
MOST_PER_MAIL = 100
UNSEEN = "It is not known how an attempt ended."
ORDER = (LetterKind.OVERDUE, LetterKind.ANSWER, LetterKind.CASE, LetterKind.CHECK)


@dataclass(frozen=True, slots=True)
class _Failure:
    error: str
    for_good: bool


def deliver_letters(now: datetime) -> int:
    """Send what is due, one mail a person; answers how many left."""
    _release_stale(now)
    due = DeskLetter.objects.filter(state=LetterState.WAITING, due_at__lte=now)
    groups = due.order_by().values("user_id", "message_id").annotate(first=Min("due_at")).order_by("first")
    return sum(_deliver(group["user_id"], group["message_id"], now) for group in groups)


def _release_stale(now: datetime) -> None:
    stale = DeskLetter.objects.filter(state=LetterState.SENDING, claimed_at__lt=now - CLAIM_EXPIRES)
    stale.filter(error__startswith=UNSEEN).update(state=LetterState.FAILED)
    stale.update(state=LetterState.WAITING, due_at=now, error=UNSEEN)


def _deliver(user_id: int, message_id: str, now: datetime) -> bool:
    letters = _still_theirs(_claim(user_id, message_id, now))
    if not letters:
        return False
    failure = _send(compose(letters))
    if failure is None:
        _settle(letters, state=LetterState.SENT, sent_at=now, error="")
        return True
    _postpone(letters, failure, now)
    return False


@transaction.atomic(durable=True)
def _claim(user_id: int, message_id: str, now: datetime) -> list[DeskLetter]:
    """Durable, so that the claim is on disk before the first word of SMTP; whoever comes second finds nothing."""
    rows = DeskLetter.objects.select_for_update(of=("self",)).filter(
        user=user_id, message_id=message_id, state=LetterState.WAITING, due_at__lte=now
    )
    found = list(rows.select_related("user").order_by("pk")[:MOST_PER_MAIL])
    host = urlsplit(settings.PORTAL_URL).hostname or "localhost"
    given = message_id or f"<desk-{make_code()}{make_code()}@{host}>".lower()
    for letter in found:
        letter.message_id, letter.claimed_at, letter.attempts = given, now, letter.attempts + 1
    DeskLetter.objects.filter(pk__in=[letter.pk for letter in found], state=LetterState.WAITING).update(
        state=LetterState.SENDING, claimed_at=now, message_id=given, attempts=F("attempts") + 1
    )
    return found


def _still_theirs(letters: list[DeskLetter]) -> list[DeskLetter]:
    """Rights are asked again at the last moment."""
    if not letters:
        return []
    user = letters[0].user
    rows = Assignment.objects.filter(user=user, is_active=True).values_list("operator_id", "agency_id")
    sides = set(rows) if user.is_active else set()
    lost = [letter for letter in letters if (letter.operator_id, letter.agency_id) not in sides]
    _settle(lost, state=LetterState.SKIPPED)
    return [letter for letter in letters if (letter.operator_id, letter.agency_id) in sides]


def compose(letters: list[DeskLetter]) -> EmailMessage:
    """One plain mail in the reader's language with everything that waited for them."""
    user: User = letters[0].user
    ordered = sorted(letters, key=lambda letter: (ORDER.index(LetterKind(letter.kind)), letter.pk))
    with translation.override(user.language):
        items = [
            {"title": _title(letter), "letter": letter, "url": settings.PORTAL_URL + letter.path}
            for letter in ordered
        ]
        return EmailMessage(
            subject=one_line(_subject(items)),
            body=render_to_string(
                "email/desk_letter.txt",
                {"items": items, "support": settings.SUPPORT_URL.removeprefix("mailto:")},
            ),
            to=[user.email],
            headers={"Message-ID": letters[0].message_id, "Auto-Submitted": "auto-generated"},
        )


def _subject(items: list[dict[str, Any]]) -> str:
    if len(items) == 1:
        return str(items[0]["title"])
    return ngettext("%(n)d thing waits for you", "%(n)d things wait for you", len(items)) % {"n": len(items)}


def _title(letter: DeskLetter) -> str:
    name = one_line(str(letter.values.get("name", "")))
    if letter.kind == LetterKind.OVERDUE:
        count = int(letter.values.get("count", 0))
        return ngettext("%(n)d decision is overdue", "%(n)d decisions are overdue", count) % {"n": count}
    texts = {
        LetterKind.CASE: _("New case: %(name)s"),
        LetterKind.ANSWER: _("The applicant answered: %(name)s"),
        LetterKind.CHECK: _("New vetting check: %(name)s"),
    }
    return texts[LetterKind(letter.kind)] % {"name": name}


def _send(mail: EmailMessage) -> _Failure | None:
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        return _Failure(str(error), all(code >= 500 for code, _text in error.recipients.values()))
    except smtplib.SMTPResponseException as error:
        return _Failure(str(error), error.smtp_code >= 500)
    except (smtplib.SMTPNotSupportedError, ValueError) as error:  # what no mail can carry
        return _Failure(str(error), for_good=True)
    except ConnectionRefusedError as error:
        return _Failure(str(error), for_good=False)
    except OSError as error:
        return _Failure(f"{UNSEEN} {error}", for_good=False)
    return None


def _postpone(letters: list[DeskLetter], failure: _Failure, now: datetime) -> None:
    first, error = letters[0], failure.error
    was_unseen = first.error.startswith(UNSEEN)
    is_unseen_again = was_unseen and error.startswith(UNSEEN)
    if was_unseen and not is_unseen_again:
        error = f"{UNSEEN} {error}"
    if failure.for_good or is_unseen_again or first.attempts > len(BACKOFF):
        log.error("registry.letter_failed", message_id=first.message_id, error=error)
        _settle(letters, state=LetterState.FAILED, error=error)
        return
    due = now + BACKOFF[first.attempts - 1]
    _settle(letters, state=LetterState.WAITING, due_at=due, error=error)


def _settle(letters: list[DeskLetter], **updates: Any) -> None:
    """Write the result of a claim that still is ours."""
    if letters:
        DeskLetter.objects.filter(
            pk__in=[letter.pk for letter in letters],
            state=LetterState.SENDING,
            claimed_at=letters[0].claimed_at,
        ).update(**updates)
