"""Failures in a row of one key: after five nobody calls with it for a while, and then one call goes first."""

from __future__ import annotations

import math
import time
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portal.accounts.models import ApiKey
from portal.outbox.enums import OperationState
from portal.outbox.models import KeyHealth, Operation
from portal.vonage.problems import AnswerLost, Paused, Unreachable, VonageError

FAILURES_IN_A_ROW: Final = 5
FIRST_PAUSE: Final = 30.0
LONGEST_PAUSE: Final = 600.0
# A probe whose process died is taken for lost after this; longer than any call may take.
PROBE: Final = timedelta(seconds=120)


# Keys that this process found in order, and when: what walks ten thousand lists need not ask before each of them.
_in_order: dict[int, float] = {}
REMEMBERED_SECONDS: Final = 0.5


def forget() -> None:
    """Ask the database again about every key."""
    _in_order.clear()


def _is_remembered(api_key: ApiKey) -> bool:
    return time.monotonic() - _in_order.get(api_key.pk, -REMEMBERED_SECONDS) < REMEMBERED_SECONDS


def stop_while_paused(api_key: ApiKey, *, is_write: bool = True) -> None:
    """Let a call through or raise Paused. After a pause the first who asks becomes the probe."""
    if not is_write and _is_remembered(api_key):
        return
    health = KeyHealth.objects.filter(api_key=api_key).first()
    if health is None or health.paused_until is None:
        if health is None or not health.failures:
            _in_order[api_key.pk] = time.monotonic()
        return
    now = timezone.now()
    if health.paused_until <= now:
        probe = KeyHealth.objects.filter(pk=health.pk, paused_until=health.paused_until)
        is_over = health.failures < FAILURES_IN_A_ROW  # a throttled key needs no probe
        if probe.update(paused_until=None if is_over else now + PROBE):
            return
        health.refresh_from_db()
    left = (health.paused_until - now).total_seconds() if health.paused_until else 1.0
    raise Paused(reason=health.reason, retry_after=max(math.ceil(left), 1))


def throttled(api_key: ApiKey, seconds: float) -> None:
    """Vonage said 429: nobody calls with this key before then."""
    until = timezone.now() + timedelta(seconds=seconds)
    rows = _of(api_key)
    rows.update(failures=0)  # it answers, after all
    if rows.filter(Q(paused_until=None) | Q(paused_until__lt=until)).update(
        paused_until=until, reason="throttled"
    ):
        _postpone(api_key, until, "throttled")


def failed(api_key: ApiKey, error: VonageError) -> float:
    """Count a call that came to nothing; the fifth in a row, and each after it, pauses the key for longer.

    Returns the seconds of the pause, 0 for none.
    """
    if not is_failure(error):
        worked(api_key)
        return 0.0
    rows = _of(api_key)
    rows.update(failures=F("failures") + 1, failed_at=timezone.now())
    failures = rows.values_list("failures", flat=True).get()
    if failures < FAILURES_IN_A_ROW:
        return 0.0
    length = pause_after(failures)
    rows.update(paused_until=timezone.now() + length, reason=error.code)
    _postpone(api_key, timezone.now() + length, "failing")
    return length.total_seconds()


def is_failure(error: VonageError) -> bool:
    """Whether it says something of the way to Vonage, and not of what was asked."""
    if isinstance(error, Unreachable):
        return True
    return isinstance(error, AnswerLost) and error.reason not in ("unrecognised", "redirect")


def pause_after(failures: int) -> timedelta:
    """30 s at the fifth failure in a row, doubled at each further one, 10 min at most."""
    doublings = min(max(failures - FAILURES_IN_A_ROW, 0), 10)
    return timedelta(seconds=min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE))


def worked(api_key: ApiKey) -> None:
    """An answer came: the count starts anew, and a probe that brought it ends the pause."""
    if _is_remembered(api_key):
        return
    KeyHealth.objects.filter(api_key=api_key, failures__gt=0).update(failures=0, paused_until=None, reason="")


def paused_keys(now: datetime) -> Q:
    """Rows whose key is paused, for whoever chooses what is next; a key whose pause is over may send its probe."""
    return Q(api_key__health__paused_until__gt=now)


def _postpone(api_key: ApiKey, until: datetime, waiting_for: str) -> None:
    """What is ready says on its page why it waits, and until when."""
    Operation.objects.filter(
        api_key=api_key, state=OperationState.READY, sender="", next_attempt_at__lt=until
    ).update(next_attempt_at=until, waiting_for=waiting_for)


def _of(api_key: ApiKey) -> QuerySet[KeyHealth]:
    _in_order.pop(api_key.pk, None)
    KeyHealth.objects.get_or_create(api_key=api_key, defaults={"account_id": api_key.account_id})
    return KeyHealth.objects.filter(api_key=api_key)
