"""Notice kinds and a followed type of the tests' own, so that no app's texts are needed."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from portal.accounts.models import Account, Client, User
from portal.drafts.models import Draft
from portal.notices import actions, catalogue
from portal.notices.catalogue import Message
from portal.notices.enums import Level, Mail, Topic
from portal.notices.models import Notice, Subscription
from tests.people import People

LINKED, REFUSED, ALARM, TODO = "test.linked", "test.refused", "test.alarm", "registry.todo"
_numbers = itertools.count(1)


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Registers four kinds; drafts stand for anything that has an account and a client."""
    monkeypatch.setattr(catalogue, "messages", {})
    monkeypatch.setattr(catalogue, "followed_types", {})
    catalogue.register(
        Message(LINKED, "%(name)s is linked", "Campaign %(campaign)s may send.", Level.GOOD, False),
        Message(
            REFUSED, "%(name)s was refused", "It said: %(reason)s", Level.BAD, True, way_out="Correct it."
        ),
        Message(
            TODO, "Mend %(name)s", "It is broken.", Level.BAD, False, way_out="Mend it.", needs_action=True
        ),
        Message(ALARM, "Look at %(name)s", "Nothing is sent.", Level.BAD, True, to_admins=True),
    )
    catalogue.register_object(
        "drafts.draft", lookup=lambda scope, pk: scope.rows(Draft.objects.filter(pk=pk)).first()
    )


def make_thing(client: Client, title: str = "Blue brand") -> Draft:
    return Draft.objects.create(account=client.account, client=client, kind="brand", title=title)


def subscribe(people: People, *users: User, mail: str = Mail.AT_ONCE, account: Account | None = None) -> None:
    """Let people, the member if none is named, get mails about every topic and client of an account."""
    for user in users or (people.member,):
        for topic in Topic:  # rows, not actions: history of those could not be flushed
            Subscription.objects.update_or_create(
                account=account or people.account,
                user=user,
                client=None,
                topic=topic,
                defaults={"mail": mail},
            )


def tell(thing: Any, kind: str = LINKED, key: str = "", **fields: Any) -> Notice:
    return actions.tell(
        kind,
        thing,
        key=key or f"event-{next(_numbers)}",
        path=f"/a/{thing.account_id}/things/{thing.pk}/",
        **fields,
    )
