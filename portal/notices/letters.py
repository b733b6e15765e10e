"""The e-mail about one notice or many: written in the reader's language, with times where the reader is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.notices import catalogue
from portal.notices.catalogue import RenderedNotice
from portal.notices.models import Delivery, Notice

SUBJECT_LENGTH = 180


@dataclass(frozen=True)
class Item:
    """One notice within a mail."""

    object_name: str
    said: RenderedNotice
    url: str
    at: datetime
    zone: str


def compose(deliveries: Sequence[Delivery]) -> EmailMultiAlternatives:
    """One mail with the notices of one person in one account, all claimed under one Message-ID."""
    first = deliveries[0]
    zone = _zone(first.user.time_zone)
    with translation.override(first.user.language), timezone.override(zone):
        items = [_item(delivery.notice, zone) for delivery in deliveries]
        context = _context(first, items)
        mail = EmailMultiAlternatives(
            subject=one_line(_subject(first, items)),
            body=render_to_string("email/notice_mail.txt", context),
            to=[first.user.email],
            headers={"Message-ID": first.message_id, "Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(render_to_string("email/notice_mail.html", context), "text/html")
    return mail


def one_line(text: str) -> str:
    """Text that is safe in a header: a line break in a name would begin a header of its own."""
    text = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return text if len(text) <= SUBJECT_LENGTH else f"{text[: SUBJECT_LENGTH - 1]}…"


def _subject(first: Delivery, items: list[Item]) -> str:
    if len(items) == 1:
        return items[0].said.title
    return ngettext("%(count)s change in %(account)s", "%(count)s changes in %(account)s", len(items)) % {
        "count": len(items),
        "account": first.account.name,
    }


def _item(notice: Notice, zone: ZoneInfo) -> Item:
    return Item(
        object_name=one_line(notice.object_name),
        said=catalogue.render(notice),
        url=settings.PORTAL_URL + notice.path,
        at=notice.at,
        zone=notice.at.astimezone(zone).tzname() or str(zone),
    )


def _context(first: Delivery, items: list[Item]) -> dict[str, Any]:
    return {
        "items": items,
        "account": one_line(first.account.name),
        "heading": _("What changed"),
        "language": first.user.language,
        "settings_url": settings.PORTAL_URL + reverse("notices:settings", args=[first.account_id]),
        "support": settings.SUPPORT_URL.removeprefix("mailto:"),
        "support_url": settings.SUPPORT_URL,
    }


def _zone(name: str) -> ZoneInfo:
    """A zone by name; one the machine no longer knows must not keep a mail from leaving."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)
