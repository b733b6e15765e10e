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
from portal.notices.enums import Channel, DeliveryState, FollowReason, Mail
from portal.notices.models import Delivery
from portal.notices.tasks import deliver, deliver_urgent
from portal.notices.windows import digest_id, next_morning
from tests.builders import make_membership, self_client
from tests.notices.kinds import ALARM, LINKED, REFUSED, TODO, make_thing, subscribe, tell
from tests.notices.mail_server import MailServer
from tests.people import People, make_people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]
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
    subscribe(people, account=people.stranger_account)
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
    subscribe(people, limited_now.user)
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


def test_mail_that_is_no_longer_wanted_stays_unsent(people: People) -> None:
    tell(make_thing(people.client), extra_users=[people.member, people.small])
    subscribe(people, mail=Mail.NONE)

    assert deliver_due(timezone.now() + LATER) == 1
    assert {row.user: row.state for row in Delivery.objects.filter(channel=Channel.EMAIL)} == {
        people.member: DeliveryState.SKIPPED,
        people.small: DeliveryState.SENT,
    }


def test_mail_about_what_is_settled_meanwhile_says_so(people: People) -> None:
    thing = make_thing(people.client)
    tell(thing, TODO, extra_users=[people.member])
    tell(thing, TODO, extra_users=[people.small])
    deliver_due(timezone.now() + LATER)
    actions.resolve(thing)
    Delivery.objects.filter(user=people.small).update(state=DeliveryState.WAITING, message_id="")
    deliver_due(timezone.now() + LATER)

    for text in (mail.outbox[0].body, html_of(mail.outbox[0])):
        assert "What to do:" in text
        assert "Mend it." in text
    for text in (mail.outbox[-1].body, html_of(mail.outbox[-1])):
        assert "nothing is left to do" in text
        assert "Mend it." not in text


def test_mail_offers_one_click_to_end_it(people: People, mail_server: MailServer, settings: Any) -> None:
    settings.PORTAL_URL = "https://portal.example.net"
    tell(make_thing(people.client), TODO, extra_users=[people.member])
    deliver_due(timezone.now() + LATER)

    (received,) = mail_server.received
    address = str(received["List-Unsubscribe"]).strip()
    assert re.fullmatch(r"<https://portal\.example\.net/unsubscribe/[\w:-]+/>", address)
    assert received["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "End e-mails about Registration of a business profile:" in str(
        received.get_payload(0).get_payload(decode=True)  # type: ignore[union-attr]
    )
    assert address.strip("<>") in str(received.get_payload(0).get_payload(decode=True))  # type: ignore[union-attr]


# --- The daily summary ---------------------------------------------------------------------------


def daily(people: People) -> datetime:
    """The member and the small one get a summary; when it leaves."""
    subscribe(people, people.member, people.small, mail=Mail.DAILY)
    for title in ("Blue", "Red"):
        tell(make_thing(people.client, title), REFUSED, extra_users=[people.member, people.small])
    return emails()[0].due_at


def test_summary_waits_for_the_morning_and_holds_everything(people: People, mail_server: MailServer) -> None:
    morning = daily(people)
    early = morning - timedelta(seconds=1)

    assert (deliver_due(early), deliver_due(early, urgent_only=True)) == (0, 0)
    assert deliver_due(morning, urgent_only=True) == 0
    assert deliver_due(morning) == 2
    assert deliver_due(morning + LATER) == 0
    assert {str(each["Subject"]) for each in mail_server.received} == {
        "Your daily summary: 2 changes in Acme Messaging"
    }
    assert len(set(mail_server.message_ids)) == 2


def test_summary_keeps_its_message_id_through_failures(people: People, mail_server: MailServer) -> None:
    mail_server.answers = ["451 later"]
    morning = daily(people)
    expected = {row.message_id for row in emails()}

    assert deliver_due(morning) == 1
    assert deliver_due(morning + LATER) == 1
    assert set(mail_server.message_ids) == expected
    assert states() == {DeliveryState.SENT}


def test_summary_leaves_once_a_morning_and_what_came_late_waits_for_the_next(people: People) -> None:
    morning = daily(people)
    late = tell(make_thing(people.client, "Late"), extra_users=[people.member])
    row = Delivery.objects.get(notice=late, channel=Channel.DIGEST)
    Delivery.objects.filter(pk=row.pk).update(state=DeliveryState.SKIPPED)  # not there yet at eight
    assert deliver_due(morning) == 2
    Delivery.objects.filter(pk=row.pk).update(state=DeliveryState.WAITING)

    assert deliver_due(morning + timedelta(minutes=1)) == 0
    moved = Delivery.objects.get(pk=row.pk)
    assert (moved.due_at, moved.state) == (morning + timedelta(days=1), DeliveryState.WAITING)
    assert moved.message_id != row.message_id
    assert deliver_due(morning + timedelta(days=1)) == 1
    assert mail.outbox[-1].subject == "Your daily summary: 1 change in Acme Messaging"


def test_next_morning_is_eight_on_the_readers_clock_across_a_change_of_it(people: People) -> None:
    people.member.time_zone = "America/New_York"  # clocks go back on 1 November 2026
    before = datetime.fromisoformat("2026-10-31T13:00:00+00:00")

    first = next_morning(people.member, before)
    assert first.isoformat() == "2026-11-01T13:00:00+00:00"
    assert next_morning(people.member, first).isoformat() == "2026-11-02T13:00:00+00:00"
    assert next_morning(people.member, first - timedelta(minutes=1)) == first
    assert digest_id(1, people.member, first) != digest_id(2, people.member, first)


def test_tasks_send_what_is_due(people: People) -> None:
    tell(make_thing(people.client), ALARM)
    tell(make_thing(people.client), LINKED, extra_users=[people.member])
    Delivery.objects.update(due_at=timezone.now())

    deliver_urgent()
    assert len(mail.outbox) == 1
    deliver()
    assert len(mail.outbox) == 2
