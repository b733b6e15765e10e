from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection
from django.utils import timezone

from portal.accounts.models import Account
from portal.notices import actions
from portal.notices.delivery import BACKOFF, MAX_ATTEMPTS, UNSEEN, deliver_due
from portal.notices.enums import Channel, DeliveryState, FollowReason
from portal.notices.models import Delivery
from portal.notices.tasks import deliver, deliver_urgent
from tests.builders import make_membership, self_client
from tests.notices.kinds import ALARM, LINKED, REFUSED, make_thing, tell
from tests.notices.mail_server import MailServer
from tests.people import People, make_people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]
LATER = timedelta(hours=1)


def emails() -> list[Delivery]:
    return list(Delivery.objects.filter(channel=Channel.EMAIL).order_by("pk"))


def states() -> set[str]:
    return {row.state for row in emails()}


def html_of(message: Any) -> str:
    return str(message.alternatives[0][0])


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


def test_deliver_due_waits_until_the_window_closes(people: People) -> None:
    tell(make_thing(people.client), extra_users=[people.member])

    assert deliver_due(timezone.now()) == 0
    assert deliver_due(timezone.now() + LATER) == 1
    assert deliver_due(timezone.now() + LATER) == 0
    assert len(mail.outbox) == 1


def test_deliver_due_makes_one_mail_of_two_hundred_notices(people: People) -> None:
    things = [make_thing(people.client, f"+1555010{number:04d}") for number in range(200)]
    for thing in things:
        tell(thing, LINKED, values={"campaign": "Spring"}, extra_users=[people.member, people.small])

    assert deliver_due(timezone.now() + LATER) == 2

    mine = next(each for each in mail.outbox if each.to == [people.member.email])
    assert mine.subject == "200 changes in Acme Messaging"
    assert all(f"{thing.title} is linked" in mine.body for thing in things)
    assert len({row.message_id for row in emails() if row.user_id == people.member.pk}) == 1


def test_deliver_due_takes_along_what_is_not_yet_due(people: People) -> None:
    for _each in range(2):
        tell(make_thing(people.client), extra_users=[people.member])
    last = emails()[1]
    Delivery.objects.filter(pk=last.pk).update(due_at=timezone.now() + 10 * LATER)

    deliver_due(timezone.now() + LATER)

    assert mail.outbox[0].subject == "2 changes in Acme Messaging"


def test_deliver_due_keeps_accounts_apart(people: People) -> None:
    make_membership(people.member, people.stranger_account)
    tell(make_thing(people.client, "Blue"), extra_users=[people.member])
    tell(make_thing(self_client(people.stranger_account), "Green"), extra_users=[people.member])

    assert deliver_due(timezone.now() + LATER) == 2
    assert {each.subject for each in mail.outbox} == {"Blue is linked", "Green is linked"}


def test_deliver_due_sends_urgent_mail_at_once_and_alone(people: People) -> None:
    tell(make_thing(people.client, "Blue"), LINKED, extra_users=[people.member])
    tell(make_thing(people.client, "Red"), REFUSED, extra_users=[people.member])

    assert deliver_due(timezone.now(), urgent_only=True) == 1

    assert [each.subject for each in mail.outbox] == ["Red was refused"]
    assert "Blue" not in mail.outbox[0].body


def test_urgent_only_leaves_collected_mail_alone_even_when_due(people: People) -> None:
    tell(make_thing(people.client), LINKED, extra_users=[people.member])

    assert deliver_due(timezone.now() + LATER, urgent_only=True) == 0


def test_mail_says_what_it_means_what_to_do_and_links_to_the_very_page(people: People, settings: Any) -> None:
    settings.PORTAL_URL, settings.SUPPORT_URL = "https://portal.example.net", "mailto:desk@example.net"
    people.member.time_zone = "America/New_York"
    people.member.save()
    thing = make_thing(people.client)
    notice = tell(thing, REFUSED, values={"reason": "EIN <unknown>"}, extra_users=[people.member])
    type(notice).objects.update(at=datetime.fromisoformat("2026-07-01T18:30:00+00:00"))

    deliver_due(timezone.now())

    (sent,) = mail.outbox
    page = f"https://portal.example.net/a/{people.account.pk}/things/{thing.pk}/"
    choices = f"https://portal.example.net/a/{people.account.pk}/notices/settings/"
    for text in ("Blue brand", "Correct it.", page, choices, "desk@example.net", "1 Jul 2026, 14:30 EDT"):
        assert text in sent.body
        assert text in html_of(sent)
    assert "It said: EIN <unknown>" in sent.body
    assert "It said: EIN &lt;unknown&gt;" in html_of(sent)
    assert sent.subject == "Blue brand was refused"
    assert re.fullmatch(r"<notice-[0-9a-z]{20}@portal\.example\.net>", sent.extra_headers["Message-ID"])


def test_mail_headers_hold_no_line_break_of_a_name(people: People) -> None:
    Account.objects.update(name="Acme\r\nBcc: all@example.com")
    tell(make_thing(people.client, "Blue\r\nBcc: all@example.com"), extra_users=[people.member])
    deliver_due(timezone.now() + LATER)
    for _each in range(2):
        tell(make_thing(people.client, "Red"), extra_users=[people.member])
    deliver_due(timezone.now() + LATER)

    assert [each.subject for each in mail.outbox] == [
        "Blue Bcc: all@example.com is linked",
        "2 changes in Acme Bcc: all@example.com",
    ]
    assert all(each.message()["Bcc"] is None for each in mail.outbox)


def test_mail_of_an_unknown_kind_still_leaves(people: People) -> None:
    tell(make_thing(people.client), "nobody.knows", values={"word": "odd"}, extra_users=[people.member])

    assert deliver_due(timezone.now() + LATER) == 1
    assert "word: odd" in mail.outbox[0].body


def test_mail_in_an_unknown_time_zone_still_leaves(people: People) -> None:
    people.member.time_zone = "Mars/Olympus"
    people.member.save()
    tell(make_thing(people.client), extra_users=[people.member])

    assert deliver_due(timezone.now() + LATER) == 1


def test_deliver_due_asks_the_membership_again(people: People) -> None:
    thing = make_thing(people.client)
    limited_now = make_membership(account=people.account)
    for user in (people.member, people.small, limited_now.user):
        actions.follow(thing, user, FollowReason.SUBMITTER)
    tell(thing)
    people.small.memberships.update(is_active=False)
    limited_now.all_clients = False
    limited_now.save()

    assert deliver_due(timezone.now() + LATER) == 1

    assert mail.outbox[0].to == [people.member.email]
    kept = {row.user_id: row.state for row in emails()}
    assert kept == {
        people.member.pk: DeliveryState.SENT,
        people.small.pk: DeliveryState.SKIPPED,
        limited_now.user.pk: DeliveryState.SKIPPED,
    }


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
    settings.EMAIL_BACKEND = f"{__name__}.WatchingBackend"
    WatchingBackend.seen = []
    tell(make_thing(people.client), extra_users=[people.member])

    assert deliver_due(timezone.now() + LATER) == 1

    assert WatchingBackend.seen == [(False, 0, {DeliveryState.SENDING})]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(mail_server: MailServer) -> None:
    people = make_people()
    readers = [make_membership(account=people.account).user for _each in range(8)]
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


def test_tasks_send_what_is_due(people: People) -> None:
    tell(make_thing(people.client), ALARM)
    tell(make_thing(people.client), LINKED, extra_users=[people.member])
    Delivery.objects.update(due_at=timezone.now())

    deliver_urgent()
    assert len(mail.outbox) == 1
    deliver()
    assert len(mail.outbox) == 2
