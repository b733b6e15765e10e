"""Operations as people see them, and what they decide there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import ApiKey
from portal.history.models import AuditEntry
from portal.outbox.enums import OperationState as S
from portal.outbox.models import Operation
from tendlc.models import Brand
from tests.builders import make_api_key, make_client
from tests.outbox.conftest import BRAND, Desk, operation_of, run
from tests.people import People, answers, browser_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
MOVED_ON = "This has moved on in the meantime; nothing was changed."


def list_path(people: People) -> str:
    return reverse("outbox:operations", args=[people.account.pk])


def path_of(row: Operation) -> str:
    return reverse("outbox:operation", args=[row.account_id, row.pk])


def page(people: People, row: Operation) -> str:
    """The page with its white space evened out."""
    return " ".join(browser_of(people.member).get(path_of(row)).content.decode().split())


def decide(people: People, row: Operation, decision: str, who: str = "member", **data: str) -> Any:
    browser = browser_of(getattr(people, who))
    return browser.post(path_of(row), {"decision": decision, **data}, follow=True)


@pytest.fixture
def waiting(desk: Desk) -> Operation:
    """A brand that is saved and not sent yet."""
    return operation_of(desk.brand())


@pytest.fixture
def matched(desk: Desk) -> Operation:
    """In review unsent: a brand with this tax number was registered elsewhere before."""
    seed = {"key": desk.api_key.key, "fields": {**BRAND, "ein": "12-3456789"}, "status": "VERIFIED"}
    desk.simulator.control("brands", seed)
    row = operation_of(desk.brand())
    run()
    row.refresh_from_db()
    assert (row.state, row.waiting_for) == (S.REVIEW, "exists_already")
    return row


@pytest.fixture
def lost(desk: Desk) -> Operation:
    """In review after two answers that never came."""
    desk.fault("create_brand", "close", when="before", count=2)
    row = operation_of(desk.brand())
    run()
    row.refresh_from_db()
    assert (row.state, row.waiting_for) == (S.REVIEW, "absent")
    return row


# --- The list ------------------------------------------------------------------------------------


def test_list_is_for_members_and_shows_the_limited_their_clients_only(
    people: People, waiting: Operation
) -> None:
    expected = {"member": 200, "small": 200, "limited": 200, "stranger": 404, "nobody": 302}
    assert answers(people, list_path(people)) == expected
    assert waiting.code not in browser_of(people.limited).get(list_path(people)).content.decode()


def test_list_finds_by_code_and_name_and_filters_by_standing(people: People, desk: Desk) -> None:
    rows = [operation_of(desk.brand(display_name=name, ein=f"12345670{n}")) for n, name in enumerate("ABC")]
    for row, state in zip(rows, (S.READY, S.REVIEW, S.REFUSED), strict=True):
        Operation.objects.filter(pk=row.pk).update(state=state)
    browser = browser_of(people.member)

    def found(**query: str) -> list[str]:
        return [row.object_name for row in browser.get(list_path(people), query).context["page"].rows]

    assert found() == ["C", "B", "A"]
    assert found(q=rows[1].code.lower()) == ["B"]
    assert found(q=f"c {rows[2].code}") == ["C"]
    assert found(show="ready") == ["A"]
    assert found(order="oldest") == ["A", "B", "C"]
    assert found(show="held") == []
    assert found(show="open") == ["B", "A"]
    assert found(show="review") == ["B"]
    assert found(show="refused") == ["C"]
    assert found(show="nonsense") == ["C", "B", "A"]
    shown = browser.get(list_path(people)).content.decode()
    assert "1 operation needs a person." in " ".join(shown.split())
    assert "Register a brand: B" in shown


def test_empty_list_says_what_appears_here_or_what_to_change(people: People) -> None:
    browser = browser_of(people.member)
    assert "Nothing was sent yet" in browser.get(list_path(people)).content.decode()
    assert "Nothing matches" in browser.get(list_path(people), {"q": "x"}).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_queries_for_any_number_of_rows(
    people: People, desk: Desk, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        desk.brand(ein=f"12345670{number}")
    browser = browser_of(people.member)
    browser.get(list_path(people))

    # session, user, membership, keys and clients to choose from, page, count, how many need a person, switcher of
    # the shell
    with django_assert_num_queries(10):
        browser.get(list_path(people))


def test_list_is_narrowed_by_kind_key_and_client(people: People, desk: Desk) -> None:
    mine = operation_of(desk.brand())
    other_key = make_api_key(people.account, label="Second")
    theirs = operation_of(desk.brand(ein="123456701"))
    Operation.objects.filter(pk=theirs.pk).update(api_key=other_key, client=people.other_client)

    def found(**query: Any) -> list[int]:
        page = browser_of(people.member).get(list_path(people), query).context["page"]
        return [row.pk for row in page.rows]

    assert found() == [theirs.pk, mine.pk]
    assert found(order="oldest") == [mine.pk, theirs.pk]
    assert found(kind="tendlc.create_brand") == [theirs.pk, mine.pk]
    assert found(kind="tendlc.link_number") == []
    assert found(key=other_key.pk) == [theirs.pk]
    assert found(client=people.client.pk) == [mine.pk]
    assert found(client=people.client.pk, key=other_key.pk) == []
    assert found(kind="x", key="y", client="-1", show="z", order="q") == [theirs.pk, mine.pk]


def test_filters_offer_only_what_the_person_may_see(people: People, waiting: Operation) -> None:
    page = browser_of(people.limited).get(list_path(people))
    assert set(page.context["filters"].fields) == {"q", "show", "kind", "order"}
    assert people.client.name not in page.content.decode().partition("<main")[2]
    elsewhere = {"client": make_client(people.stranger_account).pk, "key": make_api_key().pk}
    shown = browser_of(people.member).get(list_path(people), elsewhere).context["page"].rows
    assert list(shown) == [waiting]


def test_export_of_operations_is_in_the_order_and_filters_of_the_list(people: People, desk: Desk) -> None:
    first, second = operation_of(desk.brand()), operation_of(desk.brand(ein="123456701"))
    path = reverse("outbox:operations_export", args=[people.account.pk])

    def codes(**query: str) -> list[str]:
        text = browser_of(people.member).get(path, query).content.decode("utf-8-sig")
        return [line.partition(",")[0] for line in text.splitlines()[1:]]

    assert codes() == [second.code, first.code]
    assert codes(order="oldest") == [first.code, second.code]
    assert codes(kind="tendlc.link_number") == []


# --- The page ------------------------------------------------------------------------------------


def test_page_is_for_members_of_the_client(people: People, waiting: Operation) -> None:
    expected = {"member": 200, "small": 200, "limited": 404, "stranger": 404, "nobody": 302}
    assert answers(people, path_of(waiting)) == expected


@pytest.mark.parametrize(
    ("state", "says", "decisions"),
    [
        (S.AWAITING_APPROVAL, "waits for somebody to approve it", {"approve", "cancel"}),
        (S.READY, "goes out within seconds", {"cancel"}),
        (S.SENDING, "being sent to Vonage right now", set()),
        (S.UNKNOWN, "It may have been done.", set()),
        (S.REVIEW, "A person decides below.", {"absent", "cancel"}),
        (S.APPLIED, "Vonage has done it.", set()),
        (S.REFUSED, "Open the form again: what Vonage named is marked there.", set()),
        (S.CANCELLED, "It was taken back here before it was done.", set()),
    ],
)
def test_page_says_where_it_stands_and_offers_what_may_be_decided(
    people: People, waiting: Operation, state: str, says: str, decisions: set[str]
) -> None:
    Operation.objects.update(state=state, finished_at=timezone.now())

    shown = page(people, waiting)

    assert says in shown
    offered = {name for name in ("adopt", "absent", "approve", "cancel") if f'value="{name}"' in shown}
    assert offered == decisions


def test_page_polls_while_it_moves_and_not_while_a_person_is_awaited(
    people: People, waiting: Operation
) -> None:
    assert "every 3s" in page(people, waiting)
    for state in (S.REVIEW, S.APPLIED):
        Operation.objects.update(state=state)
        assert "every 3s" not in page(people, waiting)
    fragment = browser_of(people.member).get(path_of(waiting), headers=HTMX).content.decode()
    assert fragment.strip().startswith('<div id="operation-state"')


def test_page_says_why_it_waits_and_when_it_is_tried(people: People, waiting: Operation) -> None:
    later = timezone.now() + timedelta(minutes=5, seconds=30)
    Operation.objects.update(waiting_for="throttled", next_attempt_at=later)

    shown = page(people, waiting)

    assert "Vonage asked us to slow down. Nothing was sent. It is tried again by itself." in shown
    assert f'Next try: <time datetime="{later.isoformat(timespec="seconds")}"' in shown


def test_page_shows_each_attempt_with_what_vonage_said(people: People, lost: Operation) -> None:
    shown = page(people, lost)

    assert shown.count('data-label="No."') == 2
    assert "Unknown" in shown


def test_page_says_where_the_fee_comes_from(people: People, waiting: Operation) -> None:
    assert "about 4 USD (list price)" in page(people, waiting)
    Operation.objects.update(fee_minor=3000, fee_source="qualification")
    assert "about 30 USD (from the use case check)" in page(people, waiting)
    Operation.objects.update(fee_minor=None, fee_source="unknown")
    assert "<dd>unknown</dd>" in page(people, waiting)


# --- Deciding ------------------------------------------------------------------------------------


def test_adopting_makes_what_is_at_vonage_ours_and_sends_nothing(
    people: People, desk: Desk, matched: Operation
) -> None:
    remote_id = matched.candidates[0]["remote_id"]
    assert f"<code>{remote_id}</code> at Vonage is what was asked for" in page(people, matched)

    answer = decide(people, matched, "adopt", remote_id=remote_id)

    assert "now belongs to this operation" in answer.content.decode()
    matched.refresh_from_db()
    assert (matched.state, matched.remote_id) == (S.APPLIED, remote_id)
    assert Brand.objects.get(pk=matched.object_id).remote_id == remote_id
    assert desk.effects("create_brand") == 0
    assert AuditEntry.objects.filter(action="operation.adopted", actor=people.member).count() == 1


def test_confirming_absence_sends_again_and_warns_of_the_second_fee(
    people: People, desk: Desk, lost: Operation
) -> None:
    assert "If you are wrong it is done twice and paid twice. Fee: about 4 USD (list price)." in page(
        people, lost
    )

    answer = decide(people, lost, "absent")

    assert "We look at Vonage once more, then it is sent." in answer.content.decode()
    run()
    lost.refresh_from_db()
    assert (lost.state, lost.approved_by) == (S.APPLIED, people.member)
    assert desk.effects("create_brand") == 1


def test_taking_back_what_was_not_sent_costs_nothing(people: People, desk: Desk, waiting: Operation) -> None:
    assert "it is not sent, and costs nothing" in page(people, waiting)

    decide(people, waiting, "cancel")

    run()
    waiting.refresh_from_db()
    assert waiting.state == S.CANCELLED
    assert "Vonage did nothing." in page(people, waiting)
    assert desk.effects("create_brand") == 0


def test_taking_back_what_may_be_done_says_so_before_and_after(people: People, lost: Operation) -> None:
    assert "What may have been done at Vonage stays done there, and stays paid for." in page(people, lost)

    decide(people, lost, "cancel")

    lost.refresh_from_db()
    assert lost.state == S.CANCELLED
    assert "look at Vonage before you submit it again" in page(people, lost)


def test_approving_lets_it_go_out(people: People, desk: Desk, waiting: Operation) -> None:
    Operation.objects.update(state=S.AWAITING_APPROVAL)
    assert "cannot be undone. Fee: about 4 USD (list price)." in page(people, waiting)

    decide(people, waiting, "approve")

    run()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.approved_by) == (S.APPLIED, people.member)


@pytest.mark.parametrize(("who", "status"), [("small", 403), ("limited", 404), ("stranger", 404)])
@pytest.mark.parametrize("decision", ["adopt", "absent", "cancel"])
def test_nobody_else_decides(
    people: People, matched: Operation, who: str, status: int, decision: str
) -> None:
    answer = decide(people, matched, decision, who, remote_id=matched.candidates[0]["remote_id"])

    assert answer.status_code == status
    matched.refresh_from_db()
    assert matched.state == S.REVIEW


def test_somebody_who_may_not_decide_is_told_who_may(people: People, matched: Operation) -> None:
    shown = browser_of(people.small).get(path_of(matched)).content.decode()

    assert "Ask an approver or an admin of the account." in shown
    assert "<button" not in shown.partition('id="operation-state"')[2].partition("</main>")[0]


@pytest.mark.parametrize("decision", ["adopt", "absent", "cancel", "approve"])
def test_decision_on_what_has_moved_on_changes_nothing_and_says_so(
    people: People, matched: Operation, decision: str
) -> None:
    Operation.objects.filter(pk=matched.pk).update(state=S.SENDING)
    entries = AuditEntry.objects.count()

    answer = decide(people, matched, decision, remote_id=matched.candidates[0]["remote_id"])

    assert MOVED_ON in answer.content.decode()
    matched.refresh_from_db()
    assert matched.state == S.SENDING
    assert AuditEntry.objects.count() == entries


def test_adopting_what_another_brand_of_ours_made_says_whose_it_is(people: People, desk: Desk) -> None:
    desk.registered_brand()
    row = operation_of(desk.brand(display_name="Acme again"))
    run()
    row.refresh_from_db()

    answer = decide(people, row, "adopt", remote_id=row.candidates[0]["remote_id"])

    assert "Take this operation back instead." in answer.content.decode()
    row.refresh_from_db()
    assert row.state == S.REVIEW


def test_adopting_what_was_not_offered_changes_nothing(people: People, matched: Operation) -> None:
    answer = decide(people, matched, "adopt", remote_id="B-of-somebody-else")

    assert MOVED_ON in answer.content.decode()
    matched.refresh_from_db()
    assert (matched.state, matched.remote_id) == (S.REVIEW, "")


def test_conflict_is_told_from_an_answer_that_was_lost(people: People, waiting: Operation) -> None:
    Operation.objects.update(state=S.UNKNOWN, last_error={"code": "answer_lost"})
    assert "the answer did not arrive" in page(people, waiting)
    Operation.objects.update(last_error={"code": "brand_conflict"})
    assert "Vonage reported an error, and it is not certain whether it was done." in page(people, waiting)


def test_list_says_what_is_held_up_and_why(people: People, waiting: Operation) -> None:
    ApiKey.objects.update(refused_at=timezone.now())
    page = browser_of(people.member).get(list_path(people), {"show": "held"}).content.decode()
    assert waiting.code in page
    assert "Vonage refused the API key, so nothing is sent with it" in page


def test_operations_are_taken_home_by_members_of_the_client(people: People, waiting: Operation) -> None:
    path = reverse("outbox:operations_export", args=[people.account.pk])
    expected = {"member": 200, "small": 200, "limited": 200, "stranger": 404, "nobody": 302}
    assert answers(people, path) == expected
    assert waiting.code in browser_of(people.member).get(path).content.decode()
    assert waiting.code not in browser_of(people.limited).get(path).content.decode()
    refused = browser_of(people.member).get(path, {"show": "refused"}).content.decode()
    assert waiting.code not in refused
