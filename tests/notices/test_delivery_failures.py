"""A mail server that refuses, is away or loses its answer, and a process that dies: one mail all the same."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection
from django.utils import timezone

from portal.notices.delivery import BACKOFF, MAX_ATTEMPTS, UNSEEN, deliver_due
from portal.notices.enums import DeliveryState
from tests.builders import make_membership
from tests.notices.kinds import make_thing, subscribe, tell
from tests.notices.mail_server import MailServer
from tests.notices.mails import LATER, emails, people, states
from tests.people import People, make_people

__all__ = ["people"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


class DyingBackend(EmailBackend):
    """Sends the mail, and then the process is gone before it can store that."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        super().send_messages(email_messages)
        raise KeyboardInterrupt


class WatchingBackend(BaseEmailBackend):
    """Notes whether a transaction was open, and lets a second worker try the same mails meanwhile."""

    seen: list[tuple[bool, int, set[str]]] = []

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        stored = {row.state for row in emails()}
        self.seen.append((connection.in_atomic_block, deliver_due(timezone.now() + LATER), stored))
        return len(email_messages)


def test_message_id_stays_through_a_failure_and_its_retry(people: People, mail_server: MailServer) -> None:
    mail_server.answers = ["451 later", "250 taken"]
    tell(make_thing(people.client), extra_users=[people.member])
    now = timezone.now() + LATER

    assert deliver_due(now) == 0
    (row,) = emails()
    assert (row.state, row.due_at) == (DeliveryState.WAITING, now + BACKOFF[0])
    assert row.message_id
    assert "451" in row.error

    tell(make_thing(people.client), extra_users=[people.member])  # does not slip into the mail tried before
    assert deliver_due(now + BACKOFF[0]) == 2
    assert mail_server.message_ids.count(row.message_id) == 1
    assert len(set(mail_server.message_ids)) == 2
    assert states() == {DeliveryState.SENT}


def test_mail_is_given_up_after_five_refusals_and_says_why(people: People, mail_server: MailServer) -> None:
    mail_server.answers = ["451 busy"] * 9
    tell(make_thing(people.client), extra_users=[people.member])

    now = timezone.now() + LATER
    for attempt in range(9):
        deliver_due(now + attempt * timedelta(hours=3))

    (row,) = emails()
    assert (row.state, row.attempts) == (DeliveryState.FAILED, MAX_ATTEMPTS)
    assert "busy" in row.error
    assert len(mail_server.answers) == 4
    assert mail_server.received == []


def test_mail_refused_for_good_is_not_tried_again(people: People, mail_server: MailServer) -> None:
    mail_server.answers = ["554 never"]
    tell(make_thing(people.client), extra_users=[people.member])

    deliver_due(timezone.now() + LATER)

    (row,) = emails()
    assert (row.state, row.attempts) == (DeliveryState.FAILED, 1)


def test_mail_waits_while_the_server_cannot_be_reached(people: People, mail_server: MailServer) -> None:
    mail_server.shutdown()
    mail_server.server_close()
    tell(make_thing(people.client), extra_users=[people.member])

    assert deliver_due(timezone.now() + LATER) == 0
    assert states() == {DeliveryState.WAITING}


def test_one_mail_that_fails_does_not_hold_up_the_next(people: People, mail_server: MailServer) -> None:
    mail_server.answers = ["554 never"]
    tell(make_thing(people.client), extra_users=[people.member, people.small])

    assert deliver_due(timezone.now() + LATER) == 1
    assert states() == {DeliveryState.FAILED, DeliveryState.SENT}


def test_lost_answer_is_repeated_once_at_most_under_the_same_message_id(
    people: People, mail_server: MailServer
) -> None:
    mail_server.answers = ["hang up"] * 9
    tell(make_thing(people.client), extra_users=[people.member])

    for attempt in range(6):
        deliver_due(timezone.now() + attempt * LATER + LATER)

    assert len(mail_server.received) == 2
    assert len(set(mail_server.message_ids)) == 1
    assert states() == {DeliveryState.FAILED}


def test_lost_answer_counts_even_when_a_refusal_follows(people: People, mail_server: MailServer) -> None:
    mail_server.answers = ["hang up", "451 later", "hang up", "250 taken"]
    tell(make_thing(people.client), extra_users=[people.member])

    for attempt in range(6):
        deliver_due(timezone.now() + attempt * timedelta(hours=3) + LATER)

    assert len(mail_server.received) == 2
    assert emails()[0].error.startswith(UNSEEN)


def test_crash_between_sending_and_storing_repeats_at_most_once(
    people: People, mail_server: MailServer, settings: Any
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.DyingBackend"
    tell(make_thing(people.client), extra_users=[people.member])
    now = timezone.now() + LATER

    with pytest.raises(KeyboardInterrupt):
        deliver_due(now)
    assert states() == {DeliveryState.SENDING}
    assert deliver_due(now + timedelta(minutes=9)) == 0

    with pytest.raises(KeyboardInterrupt):
        deliver_due(now + timedelta(minutes=11))
    assert deliver_due(now + timedelta(minutes=30)) == 0

    assert states() == {DeliveryState.FAILED}
    assert len(mail_server.message_ids) == 2
    assert len(set(mail_server.message_ids)) == 1


def test_crash_is_healed_by_the_repeat(people: People, mail_server: MailServer, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.DyingBackend"
    tell(make_thing(people.client), extra_users=[people.member])
    now = timezone.now() + LATER
    with pytest.raises(KeyboardInterrupt):
        deliver_due(now)

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert deliver_due(now + timedelta(minutes=11)) == 1
    assert states() == {DeliveryState.SENT}
    assert mail_server.message_ids[0] == mail_server.message_ids[1]


@pytest.mark.django_db(transaction=True)
def test_claim_is_stored_and_no_transaction_is_open_while_mail_is_sent(settings: Any) -> None:
    people = make_people()
    subscribe(people)
    settings.EMAIL_BACKEND = f"{__name__}.WatchingBackend"
    WatchingBackend.seen = []
    tell(make_thing(people.client), extra_users=[people.member])

    assert deliver_due(timezone.now() + LATER) == 1

    assert WatchingBackend.seen == [(False, 0, {DeliveryState.SENDING})]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(mail_server: MailServer) -> None:
    people = make_people()
    readers = [make_membership(account=people.account).user for _each in range(8)]
    subscribe(people, *readers)
    for _each in range(3):
        tell(make_thing(people.client), extra_users=readers)
    gate = threading.Barrier(2)

    def work(_number: int) -> int:
        gate.wait()
        try:
            return deliver_due(timezone.now() + LATER)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(work, range(2))) == 8

    assert sorted(str(each["To"]) for each in mail_server.received) == sorted(user.email for user in readers)
    assert states() == {DeliveryState.SENT}
