"""The worker's part: each look is claimed, done without a transaction, and stored while the claim still holds."""

from __future__ import annotations

import logging
import time

from django.utils import timezone

from portal.reach import queries
from portal.reach.fetch import check_url
from portal.reach.models import ReachCheck
from portal.reach.network import INTERNET, Network
from portal.reach.syntax import MAX_URL

logger = logging.getLogger("portal.reach")
PASS_SECONDS = 45.0  # below the soft time limit of a task
BATCH = 50


def check_due(network: Network = INTERNET) -> int:
    """Do what waits, for 45 seconds at most; answers how many were looked at."""
    end, done = time.monotonic() + PASS_SECONDS, 0
    for pk in list(queries.due(timezone.now()).values_list("pk", flat=True)[:BATCH]):
        if time.monotonic() > end:
            break
        try:
            done += _check(pk, network)
        except Exception:  # one page must not keep the others waiting
            logger.exception("the page check %s failed", pk)
    return done


def _check(pk: int, network: Network) -> int:
    now = timezone.now()
    if not queries.due(now).filter(pk=pk).update(taken_at=now):
        return 0  # another worker has it
    row = ReachCheck.objects.get(pk=pk)
    found = check_url(row.url, network)
    mine = ReachCheck.objects.filter(pk=pk, taken_at=now, checked_at=None)
    return mine.update(
        outcome=found.outcome,
        # Written as it travels an address is up to three times as long as it was typed.
        final_url=found.final_url if len(found.final_url) <= MAX_URL else "",
        http_code=found.http_code,
        certificate_problem=found.certificate_problem,
        checked_at=found.checked_at,
    )
