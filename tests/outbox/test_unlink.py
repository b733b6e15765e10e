"""Unlinking happens once, whatever becomes of its answer; nobody guesses from a lost one."""

from __future__ import annotations

import json

import pytest

from portal.outbox.actions import AlreadyOpen, cancel
from portal.outbox.calls import open_api
from portal.outbox.enums import OperationState
from portal.outbox.models import Operation
from tendlc import sync
from tendlc.actions import NotNow, link_numbers, unlink_number
from tendlc.models import NumberLink
from tests.outbox.conftest import Desk, operation_of, run

pytestmark = [pytest.mark.django_db, pytest.mark.processes]


def linked(desk: Desk) -> NumberLink:
    link = desk.number()
    run()
    desk.simulator.control("status", {"number": link.number, "status": "APPROVED"})
    refresh(desk, link)
    assert link.state == "linked"
    return link


def refresh(desk: Desk, link: NumberLink) -> None:
    link.refresh_from_db()
    sync.refresh(link, open_api(desk.api_key))
    link.refresh_from_db()


def unlink(desk: Desk, link: NumberLink) -> Operation:
    return unlink_number(desk.scope, link, actor=desk.scope.user)


def test_unlinked_number_is_off_once_and_can_be_linked_again(desk: Desk) -> None:
    link = linked(desk)

    unlink(desk, link)
    run()

    link.refresh_from_db()
    assert (link.state, operation_of(link).state) == ("unlinked", "applied")
    assert desk.effects("unlink_number") == 1
    link_numbers(desk.scope, link.campaign, [("US", link.number)], actor=desk.scope.user)
    run()
    link.refresh_from_db()
    assert link.state == "pending"
    assert desk.effects("link_number") == 2


@pytest.mark.parametrize("kind", ["reset", "close", "status"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_lost_answer_ends_in_one_unlinking(desk: Desk, kind: str, when: str) -> None:
    link = linked(desk)
    desk.fault("unlink_number", kind, when=when)

    unlink(desk, link)
    run()

    link.refresh_from_db()
    assert (link.state, operation_of(link).state) == ("unlinked", "applied")
    assert desk.effects("unlink_number") == 1


def test_number_that_is_off_already_is_done_without_a_write(desk: Desk) -> None:
    link = linked(desk)
    desk.simulator.control("remove", {"number": link.number})

    unlink(desk, link)
    run()

    link.refresh_from_db()
    assert link.state == "unlinked"
    assert desk.simulator.ledger(operation="unlink_number") == []


def test_not_found_proves_nothing_while_the_campaign_cannot_be_read(desk: Desk) -> None:
    link = linked(desk)
    desk.simulator.control("remove", {"campaign_id": link.campaign.remote_id})

    unlink(desk, link)
    run()

    link.refresh_from_db()
    assert (link.state, operation_of(link).state) == ("linked", "refused")


def test_unlinking_is_asked_for_once_and_taking_it_back_leaves_the_number(desk: Desk) -> None:
    link = linked(desk)
    operation = unlink(desk, link)
    with pytest.raises(AlreadyOpen):
        unlink(desk, link)

    cancel(desk.scope, operation, actor=desk.scope.user)
    run()

    link.refresh_from_db()
    operation.refresh_from_db()
    assert (link.state, operation.state) == ("linked", OperationState.CANCELLED)
    assert desk.effects("unlink_number") == 0


def test_number_that_is_off_is_not_unlinked_again(desk: Desk) -> None:
    link = linked(desk)
    unlink(desk, link)
    run()
    link.refresh_from_db()

    with pytest.raises(NotNow):
        unlink(desk, link)


def test_number_still_listed_after_deletion_is_on_its_way_out_until_it_is_gone(desk: Desk) -> None:
    link = linked(desk)
    listed = json.dumps({"number": link.number, "country": "US", "status": "APPROVED", "compliance": []})
    unlink(desk, link)
    desk.fault("read_number", "body", when="before", count=3, text=listed)
    run()
    link.refresh_from_db()
    assert link.state == "unlinking"
    refresh(desk, link)
    link.refresh_from_db()
    assert link.state == "unlinking"

    refresh(desk, link)

    assert link.state == "unlinked"
