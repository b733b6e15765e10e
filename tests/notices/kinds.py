"""Notice kinds and a followed type of the tests' own, so that no app's texts are needed."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from portal.accounts.models import Client
from portal.drafts.models import Draft
from portal.notices import actions, catalogue
from portal.notices.catalogue import Message
from portal.notices.enums import Level
from portal.notices.models import Notice

LINKED, REFUSED, ALARM = "test.linked", "test.refused", "test.alarm"
_numbers = itertools.count(1)


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Registers three kinds; drafts stand for anything that has an account and a client."""
    monkeypatch.setattr(catalogue, "messages", {})
    monkeypatch.setattr(catalogue, "followed_types", {})
    catalogue.register(
        Message(LINKED, "%(name)s is linked", "Campaign %(campaign)s may send.", Level.GOOD, False),
        Message(
            REFUSED, "%(name)s was refused", "It said: %(reason)s", Level.BAD, True, way_out="Correct it."
        ),
        Message(ALARM, "Look at %(name)s", "Nothing is sent.", Level.BAD, True, to_admins=True),
    )
    catalogue.register_object(
        "drafts.draft", lookup=lambda scope, pk: scope.rows(Draft.objects.filter(pk=pk)).first()
    )


def make_thing(client: Client, title: str = "Blue brand") -> Draft:
    return Draft.objects.create(account=client.account, client=client, kind="brand", title=title)


def tell(thing: Any, kind: str = LINKED, key: str = "", **fields: Any) -> Notice:
    return actions.tell(
        kind,
        thing,
        key=key or f"event-{next(_numbers)}",
        path=f"/a/{thing.account_id}/things/{thing.pk}/",
        **fields,
    )
