"""Answering the reads somebody waits for."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from portal.outbox import calls
from portal.outbox.engine import refuse_key
from portal.outbox.kinds import answer_of
from portal.outbox.models import Inquiry
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import VonageError

logger = logging.getLogger("portal.outbox")
LEASE = timedelta(seconds=90)
MOST_TRIES = 4
# The one question that may be put with a key that was refused: whether it works again.
KEY_TEST = "tendlc.key_test"


def answer_due(limit: int = 20) -> int:
    """Answer what is due, one by one; returns how many were tried."""
    answered = 0
    while answered < limit and (inquiry := _take()) is not None:
        answer(inquiry)
        answered += 1
    return answered


def _take() -> Inquiry | None:
    now = timezone.now()
    due = Inquiry.objects.filter(answered_at=None, next_try_at__lte=now).filter(
        Q(api_key__refused_at=None) | Q(kind=KEY_TEST)
    )
    for inquiry in due.order_by("next_try_at", "id")[:10]:
        leased = Inquiry.objects.filter(
            pk=inquiry.pk, answered_at=None, next_try_at=inquiry.next_try_at
        ).update(next_try_at=now + LEASE, started_at=now, tries=inquiry.tries + 1)
        if leased:
            return Inquiry.objects.select_related("api_key", "account").get(pk=inquiry.pk)
    return None


def answer(inquiry: Inquiry) -> None:
    """Ask Vonage and keep the answer or the problem; what may pass is tried again a few times."""
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
    if error.outcome is Outcome.HELD:
        refuse_key(inquiry.api_key, error)
    passing = error.outcome in (Outcome.THROTTLED, Outcome.NOT_SENT, Outcome.UNKNOWN) and not error.permanent
    if passing and inquiry.tries < MOST_TRIES:
        wait = timedelta(seconds=error.retry_after or 3 * inquiry.tries)
        Inquiry.objects.filter(pk=inquiry.pk).update(
            next_try_at=timezone.now() + wait, problem=error.as_record()
        )
    else:
        _give_up(inquiry, error)


def _give_up(inquiry: Inquiry, error: VonageError) -> None:
    Inquiry.objects.filter(pk=inquiry.pk).update(answered_at=timezone.now(), problem=error.as_record())
