"""When mails leave, to whom, and what stands in them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from portal.accounts.models import Account
from portal.notices import actions
from portal.notices.delivery import deliver_due
from portal.notices.enums import Channel, DeliveryState, FollowReason, Mail
from portal.notices.models import Delivery
from portal.notices.tasks import deliver, deliver_urgent
from portal.notices.windows import digest_id, next_morning
from tests.builders import make_membership, self_client
from tests.notices.kinds import ALARM, LINKED, REFUSED, TODO, make_thing, subscribe, tell
from tests.notices.mail_server import MailServer
from tests.notices.mails import LATER, emails, html_of, people, states
from tests.people import People

__all__ = ["people"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


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
