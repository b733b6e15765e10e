from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.history.models import AuditEntry
from portal.notices import actions, queries
from portal.notices.enums import Channel, DeliveryState, FollowReason, Mail, Topic
from portal.notices.models import Delivery, Follow, Notice, Subscription
from portal.notices.queries import Choice
from tests.builders import make_account, make_api_key, make_membership, make_scope, self_client
from tests.notices.kinds import ALARM, LINKED, REFUSED, TODO, make_thing, subscribe, tell
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


def told(channel: Channel = Channel.FEED) -> set[User]:
    return {row.user for row in Delivery.objects.filter(channel=channel).select_related("user")}


def email_of(user: User) -> Delivery:
    return Delivery.objects.filter(user=user, channel=Channel.EMAIL).latest("pk")


def test_tell_writes_one_notice_per_key_and_one_delivery_per_channel(people: People) -> None:
    thing = make_thing(people.client)
    actions.follow(thing, people.member, FollowReason.SUBMITTER)
    subscribe(people)

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
    subscribe(people)
    thing, before = make_thing(people.client), timezone.now()

    tell(thing, REFUSED, extra_users=[people.member])
    assert email_of(people.member).due_at - before < timedelta(seconds=60)

    tell(thing, LINKED, extra_users=[people.member])
    first = email_of(people.member)
    assert timedelta(seconds=179) < first.due_at - before < timedelta(seconds=240)

    tell(thing, LINKED, extra_users=[people.member])
    assert email_of(people.member).due_at == first.due_at


def test_tell_does_not_join_a_mail_that_was_tried_before(people: People) -> None:
    subscribe(people)
    tell(make_thing(people.client), extra_users=[people.member])
    Delivery.objects.update(message_id="<notice-1@localhost>", due_at=timezone.now())

    tell(make_thing(people.client), extra_users=[people.member])

    assert email_of(people.member).due_at > timezone.now()


def test_tell_does_not_join_the_window_of_another_account(people: People) -> None:
    make_membership(people.member, people.stranger_account)
    for account in (people.account, people.stranger_account):
        subscribe(people, account=account)
    tell(make_thing(people.client), extra_users=[people.member])
    first = email_of(people.member)

    tell(make_thing(self_client(people.stranger_account)), extra_users=[people.member])

    assert email_of(people.member).due_at > first.due_at


def test_tell_mails_nobody_who_was_never_asked(people: People) -> None:
    tell(make_thing(people.client), ALARM, extra_users=[people.small])

    assert told() == {people.member, people.small}
    assert email_of(people.member).state == email_of(people.small).state == DeliveryState.SKIPPED


def test_tell_mails_nobody_who_is_asleep(people: People) -> None:
    subscribe(people)
    people.member.is_active = False
    people.member.save()

    tell(make_thing(people.client), extra_users=[people.member])

    assert email_of(people.member).state == DeliveryState.SKIPPED


def test_tell_heeds_the_choice_for_a_client_before_the_one_for_all(people: People) -> None:
    scope = people.scope(people.member)
    subscribe(people)
    actions.choose(scope, people.other_client.pk, {Topic.ACCOUNT: Choice(in_portal=False, mail=Mail.NONE)})

    tell(make_thing(people.client), extra_users=[people.member])
    tell(make_thing(people.other_client), extra_users=[people.member])

    states = Delivery.objects.order_by("pk").values_list("channel", "state")
    assert list(states) == [
        (Channel.FEED, DeliveryState.SENT),
        (Channel.EMAIL, DeliveryState.WAITING),
        (Channel.FEED, DeliveryState.SKIPPED),
        (Channel.EMAIL, DeliveryState.SKIPPED),
    ]


def test_tell_heeds_the_topic(people: People) -> None:
    thing = make_thing(people.client)
    actions.choose(people.scope(people.member), None, {Topic.REGISTRATION: Choice(mail=Mail.AT_ONCE)})

    tell(thing, LINKED, extra_users=[people.member])
    assert email_of(people.member).state == DeliveryState.SKIPPED
    notice = tell(thing, TODO, extra_users=[people.member])
    assert (notice.topic, email_of(people.member).state) == (Topic.REGISTRATION, DeliveryState.WAITING)
    notice = tell(thing, LINKED, extra_users=[people.member], topic=Topic.REGISTRATION)
    assert (notice.topic, email_of(people.member).state) == (Topic.REGISTRATION, DeliveryState.WAITING)


def test_tell_in_another_account_ignores_the_choice_made_here(people: People) -> None:
    make_membership(people.member, people.stranger_account)
    subscribe(people)

    tell(make_thing(self_client(people.stranger_account)), extra_users=[people.member])

    assert email_of(people.member).state == DeliveryState.SKIPPED


def test_tell_shows_what_needs_action_even_to_whoever_wants_nothing(people: People) -> None:
    nothing = Choice(in_portal=False, mail=Mail.NONE)
    actions.choose(people.scope(people.member), None, {str(topic): nothing for topic in Topic})

    tell(make_thing(people.client), LINKED, extra_users=[people.member])
    assert not queries.feed(people.scope(people.member)).exists()
    tell(make_thing(people.client), TODO, extra_users=[people.member])
    assert queries.open_notices(people.scope(people.member)).count() == 1


def test_tell_puts_a_daily_mail_off_to_the_readers_morning(people: People) -> None:
    subscribe(people, mail=Mail.DAILY)
    people.member.time_zone = "Asia/Tokyo"
    people.member.save()

    for kind in (LINKED, REFUSED):  # urgent or not: the person said when
        tell(make_thing(people.client), kind, extra_users=[people.member])

    first, second = Delivery.objects.filter(channel=Channel.DIGEST)
    local = first.due_at.astimezone(ZoneInfo("Asia/Tokyo"))
    assert (local.hour, local.minute) == (8, 0)
    assert timedelta(0) < first.due_at - timezone.now() <= timedelta(days=1)
    assert first.message_id == second.message_id != ""
    assert not Delivery.objects.filter(channel=Channel.EMAIL).exists()


def test_resolve_takes_a_notice_from_the_top_and_keeps_it(people: People) -> None:
    thing, other = make_thing(people.client), make_thing(people.client)
    for each in (thing, other):
        tell(each, TODO, extra_users=[people.member])
    scope = people.scope(people.member)

    assert actions.resolve(thing, "another.kind") == 0
    assert actions.resolve(thing, TODO) == 1
    assert actions.resolve(thing) == 0
    assert [row.notice.object_id for row in queries.open_notices(scope)] == [other.pk]
    assert queries.feed(scope).count() == 2
    assert queries.open_notices(scope, Topic.VETTING).count() == 0
    assert queries.open_notices(scope, Topic.REGISTRATION).count() == 1


def test_follow_is_kept_once_and_the_later_choice_holds(people: People) -> None:
    thing = make_thing(people.client)
    actions.follow(thing, people.member, FollowReason.SUBMITTER)
    actions.follow(thing, people.member, FollowReason.RESPONSIBLE)

    row = Follow.objects.get()
    assert (row.reason, row.object_name) == (FollowReason.RESPONSIBLE, "Blue brand")
    assert list(actions.followers(thing)) == [people.member]


def test_unfollow_ends_it_and_keeps_waiting_mail_unsent(people: People) -> None:
    subscribe(people)
    thing, other = make_thing(people.client), make_thing(people.client, "Red brand")
    for each in (thing, other):
        actions.follow(each, people.member, FollowReason.SUBMITTER)
        tell(each)

    actions.unfollow(thing, people.member)
    tell(thing)

    assert list(actions.followers(thing)) == []
    states = dict(Delivery.objects.filter(channel=Channel.EMAIL).values_list("notice__object_id", "state"))
    assert states == {thing.pk: DeliveryState.SKIPPED, other.pk: DeliveryState.WAITING}


def test_choose_is_on_record_when_something_changed(people: People) -> None:
    scope = people.scope(people.member)

    for mail in (Mail.DAILY, Mail.DAILY, Mail.NONE):
        actions.choose(scope, None, {Topic.TENDLC: Choice(mail=mail)})

    first, second = AuditEntry.objects.filter(action="notice_choices.changed").order_by("pk")
    assert (first.actor, first.account, first.object_id) == (
        people.member,
        people.account,
        scope.membership.pk,
    )
    assert (first.before["10dlc"], first.after["10dlc"]) == (None, ["portal", "daily"])
    assert (second.before["10dlc"], second.after["10dlc"]) == (["portal", "daily"], ["portal", "none"])


def test_answer_is_kept_for_the_client_it_was_asked_about(people: People) -> None:
    scope = people.scope(people.member)

    actions.answer_question(scope, people.client.pk, [Topic.TENDLC], Mail.AT_ONCE)
    actions.answer_question(scope, people.client.pk, [Topic.TENDLC], Mail.AT_ONCE)

    assert Subscription.objects.count() == 1
    assert queries.choice_of(scope, Topic.TENDLC, people.client.pk).mail == Mail.AT_ONCE
    assert queries.choice_of(scope, Topic.TENDLC, people.other_client.pk).mail == ""
    assert queries.choice_of(scope, Topic.VETTING, people.client.pk).mail == ""


def test_answer_is_kept_for_all_while_there_is_one_client(people: People) -> None:
    scope = people.scope(people.limited)

    actions.answer_question(scope, people.other_client.pk, [Topic.TENDLC], Mail.DAILY)

    assert [(row.client, row.mail) for row in Subscription.objects.all()] == [(None, Mail.DAILY)]


def test_forgotten_choices_leave_the_general_ones(people: People) -> None:
    scope = people.scope(people.member)
    subscribe(people)
    actions.choose(scope, people.client.pk, {Topic.TENDLC: Choice(mail=Mail.NONE)})

    actions.forget_choices(scope, people.client.pk)

    assert queries.choice_of(scope, Topic.TENDLC, people.client.pk).mail == Mail.AT_ONCE


def test_unsubscribe_ends_the_mails_of_its_topics_for_every_client(people: People) -> None:
    scope = people.scope(people.member)
    subscribe(people)
    actions.choose(scope, people.client.pk, {Topic.TENDLC: Choice(mail=Mail.DAILY)})

    for _twice in range(2):
        actions.unsubscribe(scope.membership, [Topic.TENDLC])

    for client in (people.client, people.other_client):
        assert queries.choice_of(scope, Topic.TENDLC, client.pk).mail == Mail.NONE
    assert queries.choice_of(scope, Topic.VETTING, people.client.pk).mail == Mail.AT_ONCE
    assert AuditEntry.objects.filter(action="notice_choices.unsubscribed").count() == 1


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
