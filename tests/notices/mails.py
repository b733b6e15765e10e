"""Four people, two of whom want every mail, and the mails that are for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.notices.enums import Channel
from portal.notices.models import Delivery
from tests.notices.kinds import subscribe
from tests.people import People, make_people

LATER = timedelta(hours=1)


@pytest.fixture
def people(db: None, kinds: None) -> People:
    """The four, the first two of whom want every mail at once."""
    made = make_people()
    subscribe(made, made.member, made.small)
    return made


def emails() -> list[Delivery]:
    return list(Delivery.objects.exclude(channel=Channel.FEED).order_by("pk"))


def states() -> set[str]:
    return {row.state for row in emails()}


def html_of(message: Any) -> str:
    return str(message.alternatives[0][0])
