from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.history.models import AuditEntry
from portal.notices import actions, queries
from portal.notices.enums import Channel, DeliveryState, FollowReason
from portal.notices.models import Delivery, Follow, Notice, Preference
from tests.builders import make_account, make_api_key, make_membership, make_scope, self_client
from tests.notices.kinds import ALARM, LINKED, REFUSED, make_thing, tell
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


def told(channel: Channel = Channel.FEED) -> set[User]:
    return {row.user for row in Delivery.objects.filter(channel=channel).select_related("user")}


def email_of(user: User) -> Delivery:
    return Delivery.objects.filter(user=user, channel=Channel.EMAIL).latest("pk")


def test_tell_writes_one_notice_per_key_and_one_delivery_per_channel(people: People) -> None:
    thing = make_thing(people.client)
    actions.follow(thing, people.member, FollowReason.SUBMITTER)

    first = tell(thing, key="number-1-linked", values={"campaign": "Spring"})
    again = tell(thing, key="number-1-linked", values={"campaign": "Other"})

    assert again == first
    assert Notice.objects.get().values == {"campaign": "Spring"}
    found = {(row.channel, row.state, row.user_id) for row in Delivery.objects.all()}
    assert found == {
        (Channel.FEED, DeliveryState.SENT, people.member.pk),
        (Channel.EMAIL, DeliveryState.WAITING, people.member.pk),
    }


def test_tell_uses_a_key_once_in_each_account(people: People) -> None:
    tell(make_thing(people.client), key="same")
    tell(make_thing(self_client(people.stranger_account)), key="same")

    assert Notice.objects.count() == 2


def test_tell_reaches_nobody_whose_membership_does_not_cover_the_object(people: People) -> None:
    thing = make_thing(people.client)
    for user in (people.member, people.small, people.limited, people.stranger):
        actions.follow(thing, user, FollowReason.SUBSCRIBER)

    tell(thing, extra_users=[people.limited, people.stranger])

    assert told() == told(Channel.EMAIL) == {people.member, people.small}


def test_tell_reaches_the_limited_member_about_their_own_client(people: People) -> None:
    thing = make_thing(people.other_client)
    actions.follow(thing, people.limited, FollowReason.SUBSCRIBER)

    tell(thing)

    assert told() == {people.limited}


def test_tell_reaches_a_limited_member_once_whose_list_has_several_clients(people: People) -> None:
    both = make_membership(account=people.account, clients=[people.client, people.other_client]).user
    thing = make_thing(people.client)

    tell(thing, extra_users=[both])

    assert Delivery.objects.filter(user=both, channel=Channel.FEED).count() == 1


def test_tell_leaves_out_a_removed_member_and_a_closed_account(people: People) -> None:
    thing = make_thing(people.client)
    for user in (people.member, people.small):
        actions.follow(thing, user, FollowReason.SUBSCRIBER)
    people.small.memberships.update(is_active=False)

    tell(thing)
    assert told() == {people.member}

    people.account.is_active = False
    people.account.save()
    tell(thing)
    assert Delivery.objects.count() == 2


def test_tell_reaches_admins_only_when_the_message_says_so(people: People) -> None:
    thing = make_thing(people.client)

    tell(thing, REFUSED)
    assert told() == set()

    tell(thing, ALARM)
    assert told() == {people.member}


def test_tell_about_an_object_without_client_reaches_admins_and_whole_account_members(people: People) -> None:
    narrow = make_membership(account=people.account, role=Role.EDITOR, clients=[people.other_client]).user
    api_key = make_api_key(people.account)
    for user in (people.small, narrow):
        actions.follow(api_key, user, FollowReason.SUBSCRIBER)

    tell(api_key, ALARM)

    assert told() == {people.member, people.limited, people.small}
    assert Notice.objects.get().client is None


def test_tell_of_an_unknown_kind_is_kept_and_not_urgent(people: People) -> None:
    notice = tell(make_thing(people.client), "nobody.knows", extra_users=[people.member])

    assert not notice.urgent
    assert told() == {people.member}


def test_tell_makes_urgent_mail_due_at_once_and_collects_the_rest(people: People, settings: object) -> None:
    settings.NOTICE_COLLECT_SECONDS = 180.0  # type: ignore[attr-defined]
    thing, before = make_thing(people.client), timezone.now()

    tell(thing, REFUSED, extra_users=[people.member])
    assert email_of(people.member).due_at - before < timedelta(seconds=60)

    tell(thing, LINKED, extra_users=[people.member])
    first = email_of(people.member)
    assert timedelta(seconds=179) < first.due_at - before < timedelta(seconds=240)

    tell(thing, LINKED, extra_users=[people.member])
    assert email_of(people.member).due_at == first.due_at


def test_tell_does_not_join_a_mail_that_was_tried_before(people: People) -> None:
    tell(make_thing(people.client), extra_users=[people.member])
    Delivery.objects.update(message_id="<notice-1@localhost>", due_at=timezone.now())

    tell(make_thing(people.client), extra_users=[people.member])

    assert email_of(people.member).due_at > timezone.now()


def test_tell_does_not_join_the_window_of_another_account(people: People) -> None:
    make_membership(people.member, people.stranger_account)
    tell(make_thing(people.client), extra_users=[people.member])
    first = email_of(people.member)

    tell(make_thing(self_client(people.stranger_account)), extra_users=[people.member])

    assert email_of(people.member).due_at > first.due_at


def test_tell_skips_the_mail_a_person_does_not_want(people: People) -> None:
    thing = make_thing(people.client)
    asleep = make_membership(account=people.account).user
    asleep.is_active = False
    asleep.save()
    Preference.objects.create(account=people.account, user=people.member, kind=LINKED, by_email=False)
    actions.follow(thing, people.small, FollowReason.SUBMITTER, by_email=False)

    tell(thing, LINKED, extra_users=[people.member, asleep])

    assert told() == {people.member, people.small, asleep}
    mails = Delivery.objects.filter(channel=Channel.EMAIL)
    assert {row.state for row in mails} == {DeliveryState.SKIPPED}
    assert len(mails) == 3

    tell(thing, REFUSED, extra_users=[people.member])
    assert email_of(people.member).state == DeliveryState.WAITING


def test_tell_in_another_account_ignores_the_choice_made_here(people: People) -> None:
    make_membership(people.member, people.stranger_account)
    actions.choose_emails(people.scope(people.member), [])

    tell(make_thing(self_client(people.stranger_account)), extra_users=[people.member])

    assert email_of(people.member).state == DeliveryState.WAITING


def test_follow_is_kept_once_and_the_later_choice_holds(people: People) -> None:
    thing = make_thing(people.client)
    actions.follow(thing, people.member, FollowReason.SUBMITTER)
    actions.follow(thing, people.member, FollowReason.RESPONSIBLE, by_email=False)

    row = Follow.objects.get()
    assert (row.reason, row.by_email, row.object_name) == (FollowReason.RESPONSIBLE, False, "Blue brand")
    assert list(actions.followers(thing)) == [people.member]


def test_unfollow_ends_it_and_keeps_waiting_mail_unsent(people: People) -> None:
    thing, other = make_thing(people.client), make_thing(people.client, "Red brand")
    for each in (thing, other):
        actions.follow(each, people.member, FollowReason.SUBMITTER)
        tell(each)

    actions.unfollow(thing, people.member)
    tell(thing)

    assert list(actions.followers(thing)) == []
    states = dict(Delivery.objects.filter(channel=Channel.EMAIL).values_list("notice__object_id", "state"))
    assert states == {thing.pk: DeliveryState.SKIPPED, other.pk: DeliveryState.WAITING}


def test_choose_emails_keeps_waiting_mail_of_unwanted_kinds_unsent(people: People) -> None:
    tell(make_thing(people.client), LINKED, extra_users=[people.member, people.small])
    scope = people.scope(people.member)

    actions.choose_emails(scope, [REFUSED])

    assert queries.unwanted_kinds(scope) == {LINKED, ALARM}
    assert email_of(people.member).state == DeliveryState.SKIPPED
    assert email_of(people.small).state == DeliveryState.WAITING


def test_choose_emails_is_on_record_when_something_changed(people: People) -> None:
    scope = people.scope(people.member)

    actions.choose_emails(scope, [REFUSED])
    actions.choose_emails(scope, [REFUSED])

    entry = AuditEntry.objects.get(action="notice_choices.changed")
    assert (entry.actor, entry.account, entry.object_id) == (
        people.member,
        people.account,
        scope.membership.pk,
    )
    assert (entry.before, entry.after) == (
        {"not_by_email": []},
        {"not_by_email": sorted([LINKED, ALARM])},
    )


def test_mark_read_touches_only_the_persons_own_rows(people: People) -> None:
    for _each in range(2):
        tell(make_thing(people.client), extra_users=[people.member, people.small])
    scope = people.scope(people.member)
    foreign = Delivery.objects.filter(user=people.small, channel=Channel.FEED).first()
    own = queries.feed(scope).first()
    assert foreign is not None
    assert own is not None

    assert actions.mark_read(scope, [foreign.pk]) == 0
    assert actions.mark_read(scope, [own.pk]) == 1
    assert queries.unread_count(scope) == 1
    assert actions.mark_read(scope) == 1
    assert queries.unread_count(people.scope(people.small)) == 2


def test_feed_hides_what_the_membership_no_longer_covers(people: People) -> None:
    membership = make_membership(account=people.account, role=Role.EDITOR)
    tell(make_thing(people.client), extra_users=[membership.user])
    tell(make_thing(people.other_client), extra_users=[membership.user])
    tell(make_api_key(people.account), extra_users=[membership.user])
    assert queries.feed(make_scope(membership)).count() == 3

    membership.all_clients = False
    membership.save()
    membership.clients.add(people.other_client, through_defaults={"account": people.account})

    assert [row.notice.client for row in queries.feed(make_scope(membership))] == [people.other_client]


def test_feed_of_one_account_shows_nothing_of_another(people: People) -> None:
    elsewhere = make_membership(people.member, make_account())
    tell(make_thing(people.client), extra_users=[people.member])

    assert queries.unread_count(make_scope(elsewhere)) == 0
