"""Performing each operation exactly once: take, look, claim, send, store; and looking where the answer is missing.

No transaction is open while Vonage is called. `next_attempt_at` is the only retry there is.
"""

from __future__ import annotations

import logging
import time

from django.conf import settings

from portal.outbox import calls, claims, installation, pauses
from portal.outbox.endings import doubt_after_crash, store_applied, store_failure, store_kept
from portal.outbox.enums import OperationState as S
from portal.outbox.keys import note_key
from portal.outbox.kinds import kind_of
from portal.outbox.locks import Sender, current_sender
from portal.outbox.looking import already_there, give_up, observe, settle_time
from portal.outbox.models import Operation
from portal.outbox.storing import finish_refused, send_to_review
from portal.records.moves import LostRace
from portal.vonage.http import ApiClient
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import (
    BrandPending,
    NotSent,
    PlaygroundUnknown,
    ProfileUnknown,
    VonageError,
    WrongHost,
)

logger = logging.getLogger("portal.outbox")
# A turn this near is waited for; a later one is left to the next sweep.
PATIENCE_SECONDS = 2.0
# A test of the key that succeeds makes what waits for it due at once; this only counts the day.
REFUSED_SECONDS = 300.0
# Nobody looked in vain: something must happen elsewhere first.
WAITS = (BrandPending, PlaygroundUnknown, ProfileUnknown)


def run(budget_seconds: float = 15.0) -> int:
    """Work on everything that is due; returns the steps taken: none in a process that may not send.

    The budget is for beginning steps; with the longest call after it, a run stays below the task's time limit.
    """
    sender = current_sender()
    if sender is None:
        return 0
    installation.is_ours()  # if not, a pause is in force now: looking goes on, nothing is sent
    claims.recover(sender, settle_time())
    pauses.mark_waiting()
    deadline, steps = time.monotonic() + budget_seconds, 0
    while time.monotonic() < deadline:
        operation = claims.take_next(sender)
        if operation is None:
            break
        step(operation, sender)
        steps += 1
    return steps


def step(operation: Operation, sender: Sender) -> None:
    """One step of one leased operation; whatever goes wrong, the row is put back where it can be found."""
    try:
        if store_kept(operation):
            return
        if operation.state == S.UNKNOWN and not (operation.api_key.is_active and operation.account.is_active):
            send_to_review(operation, (), "key_inactive")  # nobody may look with it any more
            return
        if operation.state == S.UNKNOWN and operation.api_key.refused_at:
            if not give_up(operation):  # nor with a refused one, until somebody has tested it
                claims.let_go(operation, after=REFUSED_SECONDS, waiting_for="unauthorized")
            return
        _call(operation, sender)
    except LostRace:
        logger.info("operation %s was moved by somebody else", operation.code)
    except Exception:
        logger.exception("operation %s: step failed", operation.code)
        doubt_after_crash(operation)
    finally:
        claims.let_go_if_ours(operation, sender)


def _call(operation: Operation, sender: Sender) -> None:
    try:
        if operation.host != operation.api_key.host:
            raise WrongHost(reason="key_moved")  # it was asked for at the host the key had then
        api = calls.open_api(operation.api_key)
    except VonageError as error:
        _hold_back(operation, error)
        return
    try:
        if operation.state == S.UNKNOWN:
            observe(operation, api)
        else:
            perform(operation, api, sender)
    finally:
        api.close()


def perform(operation: Operation, api: ApiClient, sender: Sender) -> None:
    """Send a ready operation: wait for its turn, look for what is there already, claim, send, store."""
    kind = kind_of(operation)
    if not _has_turn(operation):
        return
    try:
        kind.prepare(operation, api)
        sighting = kind.look(operation, api)
    except VonageError as error:
        _not_begun(operation, error)
        return
    if not sighting.complete:
        if not give_up(operation):
            claims.let_go(operation, after=settings.OUTBOX_HELD_RETRY_SECONDS, waiting_for="incomplete_list")
        return
    if already_there(operation, sighting):
        return
    seen = [found.remote_id for found in (*sighting.found, *sighting.possible)]
    attempt = claims.claim(operation, sender, seen)
    try:
        installation.keep_mark(attempt)
        if not sender.held():
            raise NotSent(reason="lock_lost")
        found = kind.send(operation, api)
    except VonageError as error:
        store_failure(operation, attempt, error)
    else:
        store_applied(operation, attempt, found)


def _has_turn(operation: Operation) -> bool:
    """Ask the limiter before anything is read: a look that no write may follow would be wasted."""
    key = operation.api_key.key
    wait = calls.limiter().acquire(key, "write")
    if 0 < wait <= PATIENCE_SECONDS:
        time.sleep(wait)
        wait = calls.limiter().acquire(key, "write")
    if wait > 0:
        claims.postpone_key(operation, after=wait, waiting_for="turn")
    return wait <= 0


def _not_begun(operation: Operation, error: VonageError) -> None:
    """A read before the sending failed: nothing was sent, so only a final no ends the operation.

    What fails all day, or can only fail, is a person's in the end; what merely waits is not.
    """
    if error.outcome is Outcome.REFUSED:
        finish_refused(operation, error.as_record())
        return
    note_key(operation.api_key, error)
    if (error.outcome is Outcome.UNKNOWN or error.permanent) and give_up(operation):
        return
    if isinstance(error, WAITS):
        claims.end_vain(operation)
    claims.let_go(
        operation, after=error.retry_after or settings.OUTBOX_HELD_RETRY_SECONDS, waiting_for=error.code
    )


def _hold_back(operation: Operation, error: VonageError) -> None:
    """The key cannot be used from here: look again in five minutes, in case it was mended, but not for ever."""
    if give_up(operation):
        return
    claims.let_go(operation, after=300.0, waiting_for=error.code)
