"""Reads that somebody waits for: answered fairly, and only with keys that may be used."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.outbox import inquiries
from portal.outbox.actions import ask
from portal.outbox.inquiries import KEY_TEST
from portal.outbox.tasks import answer
from tendlc.actions import check_use_case
from tendlc.operations import SYNC_KEY
from tests.builders import make_api_key, make_membership, make_scope
from tests.outbox.conftest import Desk, answer_inquiries
from tests.people import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.processes]


class TestInquiries:
    """Reads somebody waits for are fair too, and keep to keys that may be used."""

    def test_a_question_of_a_deactivated_key_ends_unasked_with_the_way_out(self, desk: Desk) -> None:
        brand = desk.registered_brand()
        inquiry = check_use_case(desk.scope, brand, "MARKETING", actor=desk.scope.user)
        test = ask(KEY_TEST, desk.api_key, actor=None, api_key=desk.api_key)
        type(desk.api_key).objects.update(is_active=False, refused_at=timezone.now())
        asked = desk.simulator.control("ledger")["reads"]
        answer_inquiries()
        assert desk.simulator.control("ledger")["reads"] == asked
        for one in (inquiry, test):
            one.refresh_from_db()
            assert (one.answered_at is not None, one.problem["code"]) == (True, "key_inactive")
        page = reverse("outbox:inquiry", args=[desk.scope.account.pk, test.pk])
        shown = browser_of(desk.scope.user).get(page).content.decode()
        assert "Have it activated again" in shown
        assert "hx-get" not in shown.partition('id="inquiry-')[2].partition("</div>")[0]

    def test_one_question_a_key_is_in_hand_at_a_time(self, desk: Desk) -> None:
        brand = desk.registered_brand()
        for use_case in ("MARKETING", "SOCIAL"):
            check_use_case(desk.scope, brand, use_case, actor=desk.scope.user)
        first = inquiries._take()
        assert first is not None
        assert inquiries._take() is None

    def test_the_account_served_longest_ago_comes_first(self, desk: Desk) -> None:
        mine = desk.registered_brand()
        elsewhere = make_membership()
        other = Desk(make_scope(elsewhere), make_api_key(elsewhere.account), desk.simulator)
        theirs = other.registered_brand()
        for use_case in ("MARKETING", "SOCIAL", "2FA"):
            check_use_case(desk.scope, mine, use_case, actor=desk.scope.user)
        check_use_case(other.scope, theirs, "MARKETING", actor=other.scope.user)
        inquiries.answer(inquiries._take())  # type: ignore[arg-type]
        second = inquiries._take()
        assert second is not None
        assert second.account_id == elsewhere.account_id

    def test_one_whole_key_is_read_at_a_time(self, desk: Desk) -> None:
        keys = [desk.api_key, make_api_key(make_membership().account)]
        for api_key in keys:
            ask(SYNC_KEY, api_key, actor=None, api_key=api_key)
        first = inquiries._take()
        assert first is not None
        assert inquiries._take() is None
        inquiries.answer(first)
        second = inquiries._take()
        assert second is not None
        assert second.api_key != first.api_key

    def test_an_answer_has_time_for_a_whole_key(self) -> None:
        """At ten reads a second a thousand brands are five thousand reads, and six hours are 216,000."""
        assert (answer.soft_time_limit, answer.acks_late) == (6 * 3600, False)

    def test_a_question_that_kills_its_asker_ends(self, desk: Desk) -> None:
        inquiry = check_use_case(desk.scope, desk.registered_brand(), "MARKETING", actor=desk.scope.user)
        type(inquiry).objects.update(tries=20)
        answer_inquiries()
        inquiry.refresh_from_db()
        assert (inquiry.answered_at is not None, inquiry.problem["code"]) == (True, "defect")
