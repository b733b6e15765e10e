"""What people had chosen before survives the move from kinds to topics, and the way back."""

from __future__ import annotations

import pytest

from tests.migrating import migrate, whole_again
from tests.people import make_people

__all__ = ["whole_again"]
BEFORE, AFTER = ("notices", "0001_initial"), ("notices", "0002_notices_subscriptions")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("whole_again")
def test_choices_are_carried_over_and_back() -> None:
    people = make_people()
    apps = migrate(BEFORE)
    preferences, follows = (
        apps.get_model("notices", "Preference").objects,
        apps.get_model("notices", "Follow"),
    )
    for user, by_email in ((people.member, True), (people.small, False)):
        for kind in ("tendlc.brand_verified", "tendlc.brand_refused"):
            wanted = by_email and kind == "tendlc.brand_refused"
            preferences.create(account_id=people.account.pk, user_id=user.pk, kind=kind, by_email=wanted)
    for number, by_email in enumerate((False, True)):
        follows.objects.create(
            account_id=people.account.pk,
            client_id=people.other_client.pk,
            user_id=people.limited.pk,
            object_type="tendlc.brand",
            object_id=number,
            reason="submitter",
            by_email=by_email,
        )
    asked = {"account_id": people.account.pk, "user_id": people.stranger.pk, "object_type": "tendlc.brand"}
    follows.objects.create(**asked, client_id=people.client.pk, object_id=1, reason="subscriber")

    apps = migrate(AFTER)
    kept = apps.get_model("notices", "Subscription").objects.values_list("user", "client", "topic", "mail")
    assert set(kept) == {
        (people.member.pk, None, "10dlc", "at_once"),
        (people.small.pk, None, "10dlc", "none"),
        (people.limited.pk, people.other_client.pk, "10dlc", "at_once"),
    }

    apps = migrate(BEFORE)
    found = apps.get_model("notices", "Preference").objects.filter(kind="tendlc.brand_refused")
    assert dict(found.values_list("user", "by_email")) == {people.member.pk: True, people.small.pk: False}
    again = apps.get_model("notices", "Follow").objects.filter(user=people.limited.pk)
    assert set(again.values_list("by_email", flat=True)) == {True}
