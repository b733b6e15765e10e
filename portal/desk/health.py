"""How the portal is, part by part. Needs neither worker, broker nor mail server to say so."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from pathlib import Path
from typing import Final

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal.notices.delivery import MAILED, UNREACHABLE
from portal.notices.enums import DeliveryState
from portal.notices.models import Delivery
from portal.outbox import pauses
from portal.outbox.claims import PARENT_DONE
from portal.outbox.enums import OperationState
from portal.outbox.models import Heartbeat, Operation
from portal.outbox.tasks import CANARY

CANARY_SILENT: Final = timedelta(seconds=180)
DUE_LATE: Final = timedelta(minutes=10)
MAIL_LATE: Final = timedelta(minutes=15)
MAIL_TRIES: Final = 3
BACKUP_LATE: Final = timedelta(hours=26)
DISK_LEAST: Final = 512 * 1024**2


class Level(IntEnum):
    """Also the exit code of `portal_health`. A failing part is a page at night, a warning is a ticket."""

    OK = 0
    WARNING = 1
    FAILING = 2


@dataclass(frozen=True)
class Part:
    """One part of the portal, how it is, and a sentence for whoever has to mend it."""

    name: str
    level: Level
    text: str

    def as_json(self) -> dict[str, str]:
        return {"name": self.name, "level": self.level.name.lower(), "text": self.text}


def examine() -> list[Part]:
    """Every part; without a database the others that need it are not asked."""
    database = _database()
    if database.level is not Level.OK:
        return [database, _broker(), _disk(), _backup()]
    return [check() for check in CHECKS]


def _database() -> Part:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Part("database", Level.FAILING, f"does not answer: {type(error).__name__}")
    return Part("database", Level.OK, "answers")


def _broker() -> Part:
    """Without it everything still happens, some seconds later."""
    if not settings.REDIS_URL:
        return Part("broker", Level.WARNING, "REDIS_URL is not set: no doorbell, and the limiter works alone")
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 0)
    )
    try:
        client.ping()
    except (redis.RedisError, OSError) as error:
        return Part("broker", Level.WARNING, f"does not answer: {type(error).__name__}")
    finally:
        client.close()
    return Part("broker", Level.OK, "answers")


def _worker() -> Part:
    beat = Heartbeat.objects.filter(name=CANARY).first()
    if beat is None:
        return Part("worker", Level.FAILING, "has never been seen: start a worker with beat")
    age = timezone.now() - beat.at
    level = Level.FAILING if age > CANARY_SILENT else Level.OK
    return Part("worker", level, f"last seen {_ago(age)} ago")


def not_held_back() -> QuerySet[Operation]:
    """Operations that the engine moves by itself once they are due; paused and held ones wait on purpose."""
    sent = Q(state=OperationState.READY, api_key__is_active=True, account__is_active=True)
    moving = Operation.objects.filter(sent | Q(state=OperationState.UNKNOWN), PARENT_DONE, finished_at=None)
    return moving.filter(api_key__refused_at=None).exclude(waiting_for=pauses.WAITING)


def _sending() -> Part:
    """The oldest operation that should have moved and did not."""
    paused = pauses.in_force().filter(part__in=pauses.SENDING)
    oldest = not_held_back().order_by("next_attempt_at").values_list("next_attempt_at", flat=True)
    late = timezone.now() - oldest[0] if oldest else timedelta()
    if late > DUE_LATE:
        return Part("sending", Level.FAILING, f"something has been due for {_ago(late)}")
    if paused.exists():
        return Part("sending", Level.WARNING, f"paused: {paused[0].told}")
    in_review = Operation.objects.filter(state=OperationState.REVIEW).count()
    if in_review:
        return Part("sending", Level.WARNING, f"{in_review} operations need a person")
    return Part("sending", Level.OK, "nothing is late")


def _mail() -> Part:
    """A try that failed puts an e-mail off, so that a dead server leaves nothing overdue: its errors tell."""
    emails = Delivery.objects.filter(channel__in=MAILED)
    waiting = emails.filter(state=DeliveryState.WAITING)
    overdue = waiting.filter(due_at__lt=timezone.now() - MAIL_LATE).count()
    put_off = waiting.filter(attempts__gte=MAIL_TRIES)
    day = timezone.now() - timedelta(days=1)
    failed = emails.filter(state=DeliveryState.FAILED, due_at__gt=day).count()
    if overdue:
        return Part("mail", Level.FAILING, f"{overdue} e-mails are overdue")
    if unreachable := put_off.filter(error__contains=UNREACHABLE).count():
        return Part("mail", Level.FAILING, f"the mail server cannot be reached; {unreachable} e-mails wait")
    if failed:
        return Part("mail", Level.WARNING, f"{failed} e-mails failed for good within a day")
    if refused := put_off.count():
        return Part("mail", Level.WARNING, f"{refused} e-mails were put off by the mail server")
    return Part("mail", Level.OK, "nothing is overdue")


def _disk() -> Part:
    free = shutil.disk_usage(_existing(Path(settings.PORTAL_VAR))).free
    level = Level.FAILING if free < DISK_LEAST else Level.OK
    return Part("disk", level, f"{free // 1024**2:,} MB free at PORTAL_VAR")


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)


def _backup() -> Part:
    if not settings.BACKUP_STAMP:
        level = Level.OK if settings.DEMO else Level.WARNING
        return Part("backup", level, "BACKUP_STAMP is not set, so nobody knows")
    try:
        age = timedelta(seconds=time.time() - Path(settings.BACKUP_STAMP).stat().st_mtime)
    except OSError:
        return Part("backup", Level.FAILING, "there is none yet")
    return Part("backup", Level.FAILING if age > BACKUP_LATE else Level.OK, f"{_ago(age)} old")


def _ago(age: timedelta) -> str:
    seconds = max(int(age.total_seconds()), 0)
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


CHECKS: list[Callable[[], Part]] = [_database, _broker, _worker, _sending, _mail, _disk, _backup]


def worst(parts: list[Part]) -> Level:
    return max(part.level for part in parts)
