"""Whoever works for some clients only: hears how the own batch ended, and sees no other client's rows of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import Membership
from portal.notices import delivery, queries
from portal.notices.models import Notice
from portal.outbox import batches
from portal.outbox.models import Batch, BatchRow, Operation
from tendlc.models import Campaign
from tests.notices.kinds import subscribe
from tests.outbox.test_batches import decide, page_of, table, upload
from tests.people import People, browser_of
from tests.tendlc.builders import make_brand, make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(people: People) -> Campaign:
    return make_campaign(make_brand(people.account, client=people.other_client))


@pytest.fixture(params=["editor", "admin"])
def limited(people: People, request: pytest.FixtureRequest) -> Browser:
    Membership.objects.filter(user=people.limited).update(role=request.param)
    return browser_of(people.limited)


def finished(browser: Browser, people: People, campaign: Campaign) -> Batch:
    upload(browser, people.account.pk, table(campaign, "2015550101", "2015550102"))
    batch = decide(browser, Batch.objects.get(), "start")
    batches.run()
    Operation.objects.update(state="applied", finished_at=timezone.now())
    batches.run()
    batch.refresh_from_db()
    assert batch.state == "done"
    return batch


def test_limited_maker_is_told_in_the_portal_and_by_mail_that_a_batch_is_done(
    limited: Browser, people: People, campaign: Campaign
) -> None:
    subscribe(people, people.limited, people.small)
    finished(limited, people, campaign)
    notice = Notice.objects.get(kind="outbox.batch_done")
    assert [row.notice for row in queries.feed(people.scope(people.limited))] == [notice]
    assert not queries.feed(people.scope(people.small)).exists()
    delivery.deliver_due(timezone.now() + timedelta(hours=1))
    assert [letter.to for letter in mail.outbox] == [[people.limited.email]]
    feed = limited.get(reverse("notices:list", args=[people.account.pk])).content.decode()
    assert "Batch done" in feed


def test_maker_who_left_is_not_told(limited: Browser, people: People, campaign: Campaign) -> None:
    subscribe(people, people.limited)
    finished(limited, people, campaign)
    Membership.objects.filter(user=people.limited).update(is_active=False)
    delivery.deliver_due(timezone.now() + timedelta(hours=1))
    assert mail.outbox == []


def test_maker_limited_later_sees_the_rows_of_their_clients_only(people: People, campaign: Campaign) -> None:
    member = browser_of(people.member)
    upload(member, people.account.pk, table(campaign, "2015550101", "2015550102", "no number"))
    batch = Batch.objects.get()
    BatchRow.objects.filter(batch=batch, typed__number="2015550102").update(client=people.client)
    membership = Membership.objects.get(user=people.member)
    membership.all_clients = False
    membership.save()
    membership.clients.add(people.other_client, through_defaults={"account": people.account})
    page = member.get(page_of(batch))
    file = member.get(reverse("outbox:batch_result", args=[people.account.pk, batch.pk]))
    for shown in (page.content.decode(), b"".join(file).decode()):
        assert ("2015550101" in shown, "no number" in shown, "2015550102" in shown) == (True, True, False)
    assert page.context["counts"]["all"] == 2
