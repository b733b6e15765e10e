"""What templates repeat: icons, badges, times."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()

COLOURS = frozenset({"green", "blue", "azure", "yellow", "orange", "red", "purple", "secondary"})
RELATIVE_FOR = dt.timedelta(days=7)
MOMENT = dt.timedelta(seconds=45)


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """An outline icon that says nothing to screen readers: the text beside it does.

    A name without a file is a warning (an error in tests) and draws nothing.
    """
    drawing = _drawing(name)
    if not drawing:
        warnings.warn(f"There is no icon named {name!r}.", stacklevel=2)
        return SafeString()
    return format_html(
        '<svg class="icon{}" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"'
        ' focusable="false">{}</svg>',
        f" {classes}" if classes else "",
        drawing,
    )


@lru_cache(maxsize=256)
def _drawing(name: str) -> SafeString:
    """What is inside the <svg> of an icon file; our own pinned package, hence safe."""
    path = Path(settings.ICONS_DIR) / "outline" / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.is_file():
        return SafeString()
    inside = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    frame = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'
    return mark_safe(" ".join(inside.replace(frame, "").split()))  # noqa: S308


@register.simple_tag
def badge(text: Any, colour: str = "secondary") -> SafeString:
    """A chip whose text says everything; the colour only repeats it. Unknown colours are grey."""
    shade = colour if colour in COLOURS else "secondary"
    return format_html('<span class="chip chip-{}">{}</span>', shade, text)


@register.simple_tag
def when(value: dt.datetime | dt.date | None) -> SafeString:
    """A moment, relative for a week and a date after that; the exact time is in the title."""
    if not value:
        return mark_safe('<span class="text-secondary">—</span>')
    if not isinstance(value, dt.datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(value, "j M Y"))
    moment = value if timezone.is_aware(value) else value.replace(tzinfo=dt.UTC)
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.astimezone(dt.UTC).isoformat(timespec="seconds"),
        f"{date_format(local, 'j M Y, H:i')} {local.tzname()}",
        _distance(moment, local),
    )


def _distance(moment: dt.datetime, local: dt.datetime) -> str:
    away = timezone.now() - moment
    if abs(away) < MOMENT:
        return _("just now") if away >= dt.timedelta(0) else _("in a moment")
    if abs(away) > RELATIVE_FOR:
        return date_format(local, "j M Y")
    if away > dt.timedelta(0):
        return _("%(span)s ago") % {"span": _span(away)}
    return _("in %(span)s") % {"span": _span(-away)}


def _span(length: dt.timedelta) -> str:
    """ "3 hours": the largest unit only."""
    start = timezone.now()
    return timesince(start, start + max(length, dt.timedelta(minutes=1)), depth=1)


@register.filter
def words(value: Any) -> str:
    """A stored word as people read it: "in_review" becomes "In review"."""
    text = str(value).replace("_", " ").strip()
    return text[:1].upper() + text[1:]


BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def browser(user_agent: str) -> str:
    """ "Firefox 130, Windows": enough to recognise one's own session; the text itself if nothing is known of it."""
    program = next(
        (name + " " + _major(user_agent, mark) for mark, name in BROWSERS if mark in user_agent), ""
    )
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (program, system) if part) or user_agent[:60] or _("unknown browser")


def _major(user_agent: str, mark: str) -> str:
    return user_agent.partition(mark)[2].partition(".")[0]
