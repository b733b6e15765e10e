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
from django.utils.translation import ngettext

from portal.notices import catalogue
from portal.notices.catalogue import RenderedNotice
from portal.notices.enums import Channel, Topic
from portal.notices.models import Delivery, Notice
from portal.notices.tokens import unsubscribe_url
from portal.notices.windows import zone_of

SUBJECT_LENGTH = 180


@dataclass(frozen=True)
class Item:
    """One notice within a mail."""

    object_name: str
    said: RenderedNotice
    url: str
    at: datetime
    zone: str
    is_open: bool
    is_resolved: bool


def compose(deliveries: Sequence[Delivery]) -> EmailMultiAlternatives:
    """One mail with the notices of one person in one account, all claimed under one Message-ID."""
    first = deliveries[0]
    zone = zone_of(first.user)
    with translation.override(first.user.language), timezone.override(zone):
        items = [_item(delivery.notice, zone) for delivery in deliveries]
        topics = sorted({delivery.notice.topic for delivery in deliveries})
        context = _context(first, items, topics)
        mail = EmailMultiAlternatives(
            subject=one_line(_subject(first, items)),
            body=render_to_string("email/notice_mail.txt", context),
            to=[first.user.email],
            headers={
                "Message-ID": first.message_id,
                "Auto-Submitted": "auto-generated",
                # RFC 8058: the reader's mail program offers a button and posts to this address.
                "List-Unsubscribe": f"<{context['unsubscribe_url']}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        mail.attach_alternative(render_to_string("email/notice_mail.html", context), "text/html")
    return mail


def one_line(text: str) -> str:
    """Text that is safe in a header: a line break in a name would begin a header of its own."""
    text = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return text if len(text) <= SUBJECT_LENGTH else f"{text[: SUBJECT_LENGTH - 1]}…"


def _subject(first: Delivery, items: list[Item]) -> str:
    if first.channel == Channel.DIGEST:
        return ngettext(
            "Your daily summary: %(count)s change in %(account)s",
            "Your daily summary: %(count)s changes in %(account)s",
            len(items),
        ) % {"count": len(items), "account": first.account.name}
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
        is_open=notice.is_open,
        is_resolved=notice.resolved_at is not None,
    )


def _context(first: Delivery, items: list[Item], topics: list[str]) -> dict[str, Any]:
    return {
        "items": items,
        "account": one_line(first.account.name),
        "language": first.user.language,
        "settings_url": settings.PORTAL_URL + reverse("notices:settings", args=[first.account_id]),
        "topics": [str(Topic(topic).label) for topic in topics if topic in Topic.values],
        "unsubscribe_url": unsubscribe_url(first.user_id, first.account_id, topics),
        "support": settings.SUPPORT_URL.removeprefix("mailto:"),
        "support_url": settings.SUPPORT_URL,
    }
