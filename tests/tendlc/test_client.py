"""What the client makes of answers: pages, missing ids, foreign shapes."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.vonage.http import ApiClient, Timeouts
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import AnswerLost, NotFound, UnusableId
from tendlc.client import TenDlcClient
from tests.vonage.raw_server import RawServer, answers

BRAND = {"brand_id": "B1", "company_name": "Example"}
Pages = Callable[[int], object]


def client_of(server: RawServer) -> TenDlcClient:
    timeouts = Timeouts(connect=2, read=5, write=5, total_read=10, total_write=10)
    return TenDlcClient(ApiClient(server.url, "abcd1234", "secret", timeouts=timeouts))


def brands(*numbers: int) -> list[dict[str, Any]]:
    return [{"brand_id": f"B{number}"} for number in numbers]


def page_of(items: object, total: object, pages: object = 100) -> dict[str, Any]:
    return {"total_items": total, "total_pages": pages, "_embedded": {"brands": items}}


@pytest.fixture
def paged() -> Iterator[Callable[[Pages], tuple[RawServer, TenDlcClient]]]:
    """A server that answers page after page from a function."""
    opened: list[RawServer] = []

    def start(pages: Pages) -> tuple[RawServer, TenDlcClient]:
        def script(connection: socket.socket, request: bytes) -> None:
            query = parse_qs(urlsplit(request.split()[1].decode()).query)
            answers(200, pages(int(query["page"][0])))(connection, request)

        opened.append(RawServer(script).__enter__())
        return opened[-1], client_of(opened[-1])

    yield start
    for server in opened:
        server.__exit__(None, None, None)


# --- Walking a list ------------------------------------------------------------------------------


def test_walk_reads_until_the_total_is_reached_whatever_total_pages_says(paged: Any) -> None:
    server, client = paged(lambda page: page_of(brands(*range(page * 2 - 1, page * 2 + 1)), 6, pages=1))
    walk = client.walk_brands(page_size=2)

    assert [brand.brand_id for brand in walk] == ["B1", "B2", "B3", "B4", "B5", "B6"]
    assert (walk.pages, walk.unique_ids, walk.total_first, walk.total_last) == (3, 6, 6, 6)
    assert walk.complete
    assert b"page=1&page_size=2 " in server.requests[0]


def test_walk_of_an_empty_list_is_complete(paged: Any) -> None:
    _, client = paged(lambda page: page_of([], 0))
    walk = client.walk_brands()

    assert list(walk) == []
    assert (walk.pages, walk.complete) == (1, True)


def test_walk_ends_when_a_page_brings_nothing_new_and_is_not_complete(paged: Any) -> None:
    _, client = paged(lambda page: page_of(brands(1, 2), 100))
    walk = client.walk_brands()

    assert len(list(walk)) == 2
    assert (walk.pages, walk.unique_ids, walk.complete) == (2, 2, False)


@pytest.mark.parametrize(
    ("pages", "ids"),
    [
        # a thing moved from page 2 to page 1 while reading: it came twice and another was skipped
        ({1: page_of(brands(1, 2), 4), 2: page_of(brands(2, 3), 4), 3: page_of([], 4)}, 3),
        # one was added, one was removed
        ({1: page_of(brands(1, 2), 3), 2: page_of(brands(3), 4), 3: page_of([], 4)}, 3),
        ({1: page_of(brands(1, 2), 4), 2: page_of(brands(3), 3)}, 3),
        # more than the total promised
        ({1: page_of(brands(1, 2, 3), 2)}, 3),
        # a list that shrank to nothing although its total says otherwise
        ({1: page_of([], 40)}, 0),
        # no total at all
        ({1: page_of(brands(1, 2), None), 2: page_of([], None)}, 2),
        # a thing without an id
        ({1: page_of([*brands(1), {"company_name": "?"}], 1)}, 1),
    ],
)
def test_walk_over_a_list_that_does_not_add_up_is_not_complete(
    paged: Any, pages: dict[int, Any], ids: int
) -> None:
    _, client = paged(lambda page: pages[page])
    walk = client.walk_brands()

    assert len(list(walk)) == walk.unique_ids == ids
    assert not walk.complete


@pytest.mark.parametrize(
    "broken", [{}, [], page_of({"brand_id": "B2"}, 4), page_of([None], 4), {"total_items": 4}, "brands"]
)
def test_walk_stops_with_an_error_at_a_page_that_is_none(paged: Any, broken: object) -> None:
    _, client = paged(lambda page: page_of(brands(1, 2), 4) if page == 1 else broken)
    walk = client.walk_brands()
    seen: list[str] = []

    with pytest.raises(AnswerLost, match="no_list"):
        seen.extend(brand.brand_id for brand in walk)

    assert (seen, walk.pages, walk.complete) == (["B1", "B2"], 1, False)


def test_walk_asks_before_each_page(paged: Any) -> None:
    _, client = paged(lambda page: page_of(brands(page), 3))
    asked: list[int] = []

    list(client.walk_brands(before_page=lambda: asked.append(1)))

    assert len(asked) == 3


def test_campaigns_and_numbers_are_walked_by_their_own_ids(paged: Any) -> None:
    _, client = paged(
        lambda page: {
            "total_items": 2,
            "_embedded": {
                "campaigns": [{"campaign_id": "C1"}, {"campaign_id": "C2"}],
                "numbers": [{"number": "14155550110"}, {"number": "+1 415 555 0110"}],
            },
        }
    )
    campaigns, numbers = client.walk_campaigns("B1"), client.walk_numbers("B1", "C1")

    assert [campaign.campaign_id for campaign in campaigns] == ["C1", "C2"]
    assert [link.digits for link in numbers] == ["14155550110"]  # two spellings of one number
    assert (campaigns.complete, numbers.complete) == (True, False)


# --- Single answers ------------------------------------------------------------------------------

WRITES: list[Callable[[TenDlcClient], object]] = [
    lambda client: client.create_brand({"company_name": "Example"}),
    lambda client: client.update_brand("B1", {"company_name": "Example"}),
    lambda client: client.revet_brand("B1"),
    lambda client: client.request_vetting("B1", {"evp_id": "AEGIS", "vetting_class": "STANDARD"}),
    lambda client: client.import_vetting("B1", "V1", {"evp_id": "CV", "vetting_class": "POLITICAL"}),
    lambda client: client.create_campaign("B1", {"usecase": "2FA"}),
    lambda client: client.update_campaign("B1", "C1", {"label": "x"}),
    lambda client: client.link_number("B1", "C1", {"country": "US", "number": "14155550110"}),
]


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    "body", [{}, [], None, {"status": "ok"}, {"brand_id": None}, {"number": "14155550199"}]
)
def test_success_without_the_id_is_an_unknown_outcome(
    write: Callable[[TenDlcClient], object], body: object
) -> None:
    with RawServer(answers(200, body)) as server, pytest.raises(AnswerLost) as caught:
        write(client_of(server))

    assert (caught.value.outcome, caught.value.reason) == (Outcome.UNKNOWN, "no_id")
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [200, 201, 202, 299])
def test_any_2xx_with_the_id_is_success(status: int) -> None:
    with RawServer(answers(status, BRAND)) as server:
        assert client_of(server).create_brand({"company_name": "Example"}).brand_id == "B1"


def test_ids_are_escaped_and_never_change_the_path() -> None:
    with RawServer(answers(200, {"campaign_id": "C#../2"})) as server:
        client = client_of(server)
        client.get_campaign("B/1?", "C#../2")
        with pytest.raises(UnusableId):
            client.stop_campaign("B1", "..")

    assert server.requests[0].split()[1] == b"/v1/10dlc/brands/B%2F1%3F/campaigns/C%23..%2F2"
    assert len(server.requests) == 1


def test_another_campaign_than_the_one_asked_for_is_no_answer() -> None:
    with RawServer(answers(200, {"campaign_id": "C2"})) as server, pytest.raises(AnswerLost):
        client_of(server).get_campaign("B1", "C1")


def test_number_is_asked_for_by_its_digits() -> None:
    with RawServer(answers(200, {"number": "14155550110"})) as server:
        assert client_of(server).get_number("B1", "C1", "+1 415-555-0110").digits == "14155550110"

    assert server.requests[0].split()[1].endswith(b"/numbers/14155550110")


def test_deletion_is_settled_by_any_2xx_of_the_api_and_404_is_told_apart() -> None:
    missing = {"type": "https://developer.nexmo.com/api-errors#not-found"}
    with RawServer(answers(202, {"status": "accepted"})) as server:
        client = client_of(server)
        client.delete_brand("B1")
        client.stop_campaign("B1", "C1")
        client.unlink_number("B1", "C1", "14155550110")
    with RawServer(answers(404, missing)) as gone, pytest.raises(NotFound):
        client_of(gone).delete_brand("B1")

    assert [request.split()[0] for request in server.requests] == [b"DELETE"] * 3


def test_revet_sends_an_empty_object() -> None:
    with RawServer(answers(200, BRAND)) as server:
        client_of(server).revet_brand("B1")

    assert json.loads(server.requests[0].partition(b"\r\n\r\n")[2]) == {}


@pytest.mark.parametrize("body", [{}, {"_embedded": {}}, None, "x", [1]])
def test_bare_list_of_another_shape_is_not_taken_for_an_empty_one(body: object) -> None:
    reads: list[Callable[[TenDlcClient], object]] = [
        lambda client: client.list_vettings("B1"),
        lambda client: client.list_vetting_classes(),
        lambda client: client.list_vetting_providers(),
    ]
    for read in reads:
        with RawServer(answers(200, body)) as server, pytest.raises(AnswerLost, match="no_list"):
            read(client_of(server))


def test_feedback_may_be_empty_but_a_check_may_not() -> None:
    with RawServer(answers(200, {})) as server:
        assert client_of(server).get_feedback("B1").categories == ()
        with pytest.raises(AnswerLost):
            client_of(server).check_use_case("B1", "POLITICAL")
    with RawServer(answers(200, [])) as server, pytest.raises(AnswerLost):
        client_of(server).get_feedback("B1")
