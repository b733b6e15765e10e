"""When collected mails leave: within minutes, or in the morning where the reader is."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.crypto import salted_hmac

from portal.accounts.models import User

MORNING = time(8)


def zone_of(user: User) -> ZoneInfo:
    """Where a person is; a zone the machine no longer knows must not keep a mail from leaving."""
    try:
        return ZoneInfo(user.time_zone)
    except (LookupError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)


def next_morning(user: User, now: datetime) -> datetime:
    """The next eight o'clock of a person's wall clock after `now`, whatever its offset is by then."""
    zone = zone_of(user)
    today = now.astimezone(zone).date()
    mornings = (datetime.combine(today + timedelta(days=days), MORNING, zone) for days in (0, 1))
    return next(morning for morning in mornings if morning > now).astimezone(ZoneInfo("UTC"))


def digest_id(account_id: int, user: User, morning: datetime) -> str:
    """The Message-ID of the one summary of a person, an account and a local day; the same however often it is asked."""
    day = morning.astimezone(zone_of(user)).date().isoformat()
    mark = salted_hmac("notices.digest", f"{account_id}:{user.pk}:{day}").hexdigest()[:20]
    return f"<digest-{day}-{mark}@{mail_host()}>"


def mail_host() -> str:
    return (urlsplit(settings.PORTAL_URL).hostname or "localhost").lower()
