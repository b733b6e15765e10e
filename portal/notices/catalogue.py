"""The texts of notices by kind, and how a followed object is found; both apps register theirs at start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.accounts.scope import Scope
from portal.notices.enums import Level, Topic
from portal.notices.models import Notice

Text: TypeAlias = str | Promise
Lookup: TypeAlias = Callable[[Scope, int], models.Model | None]


@dataclass(frozen=True)
class Message:
    """The texts of one kind, with placeholders `%(name)s` (the object) and `%(value)s` for each value.

    `urgent` leaves by e-mail at once; `to_admins` tells the account's admins beside the followers;
    `label` names the kind without an object. `needs_action` keeps it at the top until whoever mends the cause
    calls `resolve`. `topic` is what people subscribe to; left out, it is the one of the kind's app.
    """

    kind: str
    title: Text
    text: Text
    level: Level
    urgent: bool
    to_admins: bool = False
    way_out: Text = ""
    label: Text = ""
    topic: Topic | None = None
    needs_action: bool = False

    @property
    def name(self) -> str:
        """What the settings page calls this kind: its label, or the title about no object in particular."""
        return str(self.label) or str(self.title) % defaultdict(lambda: "…")


@dataclass(frozen=True)
class RenderedNotice:
    """A notice in words: what changed, why, and what to do or what comes next."""

    title: str
    text: str
    level: Level
    way_out: str


@dataclass(frozen=True)
class FollowedType:
    """How objects of a type are found within a scope, and the URL name of their page (account, id)."""

    lookup: Lookup
    page: str = ""


# The topic of a kind that names none, by the first word of the kind.
TOPICS = {"tendlc": Topic.TENDLC, "registry": Topic.REGISTRATION}

messages: dict[str, Message] = {}
followed_types: dict[str, FollowedType] = {}


class Values(dict[str, Any]):
    """Values of a notice; one that an old row lacks reads as a dash instead of breaking the page."""

    def __missing__(self, key: str) -> str:
        return "—"


def register(*new: Message) -> None:
    """Add kinds. Raises ValueError when a kind is registered with two different texts."""
    for message in new:
        if messages.setdefault(message.kind, message) != message:
            raise ValueError(f"two messages of the kind {message.kind}")


def topic_of(kind: str) -> Topic:
    """The topic of a kind of notice; of a kind of operation too, which begins with its app's name alike."""
    message = messages.get(kind)
    if message is not None and message.topic is not None:
        return message.topic
    return TOPICS.get(kind.partition(".")[0], Topic.ACCOUNT)


def topics() -> dict[Topic, list[Message]]:
    """The topics there is something to tell about, each with its kinds."""
    found = {
        topic: [message for kind, message in messages.items() if topic_of(kind) == topic] for topic in Topic
    }
    return {topic: kinds for topic, kinds in found.items() if kinds}


def register_object(object_type: str, *, lookup: Lookup, page: str = "") -> None:
    """Let people follow objects of a type; `lookup(scope, pk)` answers None for what they may not see."""
    followed_types[object_type] = FollowedType(lookup, page)


def render(notice: Notice) -> RenderedNotice:
    """The notice in the language of the moment; a kind or value nobody knows any more is shown raw."""
    message = messages.get(notice.kind)
    if message is None:
        return _raw(notice)
    values = Values(notice.values, name=notice.object_name)
    try:
        return RenderedNotice(
            title=_filled(message.title, values),
            text=_filled(message.text, values),
            level=message.level,
            way_out=_filled(message.way_out, values),
        )
    except (TypeError, ValueError):  # a value of another type than the text expects
        return _raw(notice)


def _filled(text: Text, values: Values) -> str:
    return str(text) % values


def _raw(notice: Notice) -> RenderedNotice:
    said = ", ".join(f"{name}: {value}" for name, value in notice.values.items())
    return RenderedNotice(
        title=f"{notice.kind} · {notice.object_name}",
        text=said or _("The page it is about says more."),
        level=Level.INFO,
        way_out="",
    )
