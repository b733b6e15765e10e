"""Whether this database may send: it must belong to this installation and know every attempt that was made.

What the database says of itself is kept outside too, in `PORTAL_VAR/installation.json`: the installation's id
(or INSTALLATION_ID from the environment) and the highest attempt. A copied database carries another id; a
restored one is behind the mark. Either way sending and e-mail pause until a person has looked.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from portal.outbox import pauses
from portal.outbox.enums import PauseCause, PausedPart
from portal.outbox.models import Attempt, Installation
from portal.vonage.problems import NotSent

logger = logging.getLogger("portal.outbox")
UNREADABLE = (OSError, ValueError, TypeError)


@dataclass(frozen=True)
class Outside:
    """What is kept beside the database: the id (empty before the first start) and the highest attempt."""

    installation_id: str = ""
    mark: int = 0


def path() -> Path:
    return Path(settings.PORTAL_VAR) / "installation.json"


def read() -> Outside:
    """What is kept outside; a file nobody can read counts as none, which pauses rather than sends."""
    try:
        return _read()
    except UNREADABLE:
        return Outside(settings.INSTALLATION_ID)


def _read() -> Outside:
    """What is kept outside, which before the first start is nothing. Raises what is in UNREADABLE."""
    try:
        kept = Outside(**json.loads(path().read_text(encoding="utf-8")))
    except FileNotFoundError:
        kept = Outside()
    return Outside(settings.INSTALLATION_ID or kept.installation_id, kept.mark)


def write(outside: Outside) -> None:
    path().parent.mkdir(parents=True, exist_ok=True)
    temporary = path().with_suffix(f".{os.getpid()}.{secrets.token_hex(3)}")
    temporary.write_text(json.dumps(asdict(outside)), encoding="utf-8")
    temporary.replace(path())


@contextmanager
def _held() -> Iterator[None]:
    """Whoever replaces what is kept by what follows from it is alone, among processes and threads."""
    path().parent.mkdir(parents=True, exist_ok=True)
    with path().with_suffix(".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def keep_mark(attempt: Attempt) -> None:
    """Note outside that this attempt was made, before its first byte leaves.

    Raises NotSent where that cannot be done: what cannot be read is not written over, for the id is in it.
    """
    try:
        with _held():
            outside = _read()
            if attempt.pk > outside.mark:
                write(Outside(outside.installation_id, attempt.pk))
    except UNREADABLE as error:
        logger.error("attempt %s could not be noted in %s (%s): it is not sent", attempt.pk, path(), error)
        raise NotSent(reason="not_marked") from error


def _lower_mark(before: Outside, highest: int) -> None:
    """Take the mark back to the highest attempt there is, unless somebody has just made another."""
    with _held():
        if read() == before:
            write(Outside(before.installation_id, highest))


def is_ours() -> bool:
    """Whether this database may send and mail; sets the pause that says why not. Cheap: asked at every round."""
    inside = Installation.objects.first() or _adopt()
    outside = read()  # after the row: what names it outside is written before others see it
    if outside.installation_id != inside.installation_id:
        _found_copy()
        return False
    highest = Attempt.objects.aggregate(highest=Max("pk"))["highest"] or 0
    if outside.mark <= highest:
        return True
    if outside.mark <= inside.accepted_mark:
        _lower_mark(outside, highest)
        Installation.objects.filter(accepted_mark=inside.accepted_mark).update(accepted_mark=0)
        return True
    _found_restore(highest)
    return False


@transaction.atomic
def _adopt() -> Installation:
    """A database that belongs to nobody yet is this installation's; the first of several to say so names it."""
    outside = read()
    ours = outside.installation_id or secrets.token_hex(16)
    inside, is_first = Installation.objects.get_or_create(pk=1, defaults={"installation_id": ours})
    if is_first:
        write(Outside(ours, outside.mark))
    return inside


@transaction.atomic
def _found_copy() -> None:
    """Looked at again under a lock: while this process was looking, somebody may have ended the pause."""
    inside, outside = Installation.objects.select_for_update().get(), read()
    if inside.installation_id == outside.installation_id:
        return
    ours = outside.installation_id or secrets.token_hex(16)
    if ours != outside.installation_id:
        write(Outside(ours, outside.mark))
    made = pauses.pause(
        gettext_noop("This database belongs to another installation. Nothing is sent from this copy."),
        part=PausedPart.EVERYTHING,
        cause=PauseCause.COPY,
        details={"installation_id": ours},
    )
    if made:
        logger.error("this database belongs to another installation: sending and e-mail are paused")


@transaction.atomic
def _found_restore(highest: int) -> None:
    """As for a copy; the mark outside comes down before the row stops accepting it."""
    inside, mark = Installation.objects.select_for_update().get(), read().mark
    if mark <= max(inside.accepted_mark, highest):
        return
    made = pauses.pause(
        gettext_noop(
            "This database was restored from a backup. Nothing is sent until somebody has compared it with Vonage."
        ),
        part=PausedPart.EVERYTHING,
        cause=PauseCause.RESTORE,
        details={"mark": mark, "highest": highest},
    )
    if made:
        logger.error(
            "attempts %s to %s are missing: a restored database; sending is paused", highest + 1, mark
        )
