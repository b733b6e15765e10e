from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from typing import Any

import pytest
import requests

from tests.simulator.conftest import BRAND, Stage, kind


def create(stage: Stage) -> requests.Response:
    return stage.api("POST", "/brands", BRAND)


def made(stage: Stage) -> int:
    return len(stage.store.brands)


def inject(stage: Stage, kind: str, when: str = "before", **fault: Any) -> None:
    stage.control("faults", {"kind": kind, "when": when, **fault})


def raw_post(stage: Stage) -> bytes:
    """Post a brand over a bare socket and read to the end; a reset raises ConnectionResetError."""
    host, _, port = stage.url.removeprefix("http://").partition(":")
    body = json.dumps(BRAND).encode()
    head = (
        "POST /v1/10dlc/brands HTTP/1.1\r\nHost: simulator\r\nContent-Type: application/json\r\n"
        f"Authorization: Basic YWJjZDEyMzQ6c2VjcmV0\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(head.encode() + body)
        answer = b""
        while part := connection.recv(4096):
            answer += part
    return answer


WHEN = pytest.mark.parametrize(("when", "expected"), [("before", 0), ("after", 1)])


@WHEN
def test_reset_is_a_tcp_reset_with_and_without_the_work(stage: Stage, when: str, expected: int) -> None:
    inject(stage, "reset", when)

    with pytest.raises(ConnectionResetError):
        raw_post(stage)

    assert made(stage) == expected
    (row,) = stage.ledger()
    assert (row["effect"], row["status"], row["fault"]) == (bool(expected), None, f"reset {when}")


@WHEN
def test_close_is_an_empty_reply(stage: Stage, when: str, expected: int) -> None:
    inject(stage, "close", when)

    assert raw_post(stage) == b""
    assert made(stage) == expected


@WHEN
def test_html_comes_instead_of_json(stage: Stage, when: str, expected: int) -> None:
    inject(stage, "html", when, params={"code": 502})

    answer = create(stage)

    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert made(stage) == expected


@WHEN
def test_truncated_body_is_shorter_than_it_claims(stage: Stage, when: str, expected: int) -> None:
    inject(stage, "truncated", when)

    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)):
        create(stage)

    assert made(stage) == expected


def test_truncated_body_is_incomplete_for_http_client(stage: Stage) -> None:
    inject(stage, "truncated", params={"bytes": 3})
    connection = http.client.HTTPConnection(stage.url.removeprefix("http://"), timeout=5)
    connection.request("GET", "/v1/10dlc/brands")

    with pytest.raises(http.client.IncompleteRead) as caught:
        connection.getresponse().read()

    connection.close()
    assert len(caught.value.partial) == 3


@WHEN
def test_invalid_json_cannot_be_parsed(stage: Stage, when: str, expected: int) -> None:
    inject(stage, "invalid_json", when)

    answer = create(stage)

    assert answer.ok
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()
    assert made(stage) == expected


@WHEN
def test_redirect_points_elsewhere(stage: Stage, when: str, expected: int) -> None:
    inject(stage, "redirect", when)

    answer = create(stage)

    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        "https://elsewhere.invalid/v1/10dlc/brands",
    )
    assert made(stage) == expected


@WHEN
def test_conflict_has_the_effect_only_after(stage: Stage, when: str, expected: int) -> None:
    inject(stage, "conflict", when)

    answer = create(stage)

    assert (answer.status_code, kind(answer)) == (409, "error-brand-conflict")
    assert made(stage) == expected


def test_conflict_of_a_vetting_is_named_so(stage: Stage) -> None:
    brand_id = stage.verified()
    inject(stage, "conflict", "after", operation="order_vetting")

    answer = stage.api(
        "POST", f"/brands/{brand_id}/vetting/requests", {"evp_id": "AEGIS", "vetting_class": "STANDARD"}
    )

    assert kind(answer) == "error-vetting-conflict"
    assert len(stage.store.vettings) == 1


@WHEN
def test_wrong_id_is_a_success_without_an_id(stage: Stage, when: str, expected: int) -> None:
    inject(stage, "wrong_id", when)

    answer = create(stage)

    assert answer.ok
    assert "brand_id" not in answer.json()
    assert made(stage) == expected


@pytest.mark.parametrize(
    ("params", "status", "expected"),
    [
        ({"code": 429}, 429, {"type": "throttled"}),
        ({"code": 429, "retry_after": 7}, 429, {"type": "throttled", "retry_after": 7}),
        ({"code": 429, "retry_after": "soon"}, 429, {"type": "throttled", "retry_after": "soon"}),
        ({"code": 401}, 401, {"type": "unauthorized"}),
        ({"code": 403}, 403, {"type": "unauthorized"}),
        ({"code": 404}, 404, {"type": "not-found"}),
        ({"code": 503}, 503, {"type": "internal-error"}),
    ],
)
def test_status_fault_answers_the_usual_problem(
    stage: Stage, params: dict[str, Any], status: int, expected: dict[str, Any]
) -> None:
    inject(stage, "status", params=params)

    answer = create(stage)

    found = {"type": kind(answer)} | {
        name: value for name, value in answer.json().items() if name == "retry_after"
    }
    assert (answer.status_code, found) == (status, expected)
    assert made(stage) == 0


def test_status_fault_can_lose_the_answer_of_work_done(stage: Stage) -> None:
    inject(stage, "status", "after", params={"code": 500, "body": False})

    answer = create(stage)

    assert (answer.status_code, answer.content, made(stage)) == (500, b"", 1)


def test_alter_sets_and_drops_keys_of_the_real_answer(stage: Stage) -> None:
    stage.brand()
    inject(stage, "alter", "after", params={"set": {"total_items": 99}, "drop": ["_links"]})

    listing = stage.api("GET", "/brands").json()

    assert (listing["total_items"], "_links" in listing, len(listing["_embedded"]["brands"])) == (
        99,
        False,
        1,
    )


def test_body_fault_answers_any_text(stage: Stage) -> None:
    inject(stage, "body", params={"text": "[", "repeat": 5000})

    assert stage.api("GET", "/brands").text == "[" * 5000


def test_slow_answer_drips(stage: Stage) -> None:
    inject(stage, "slow", params={"bytes_per_second": 50})
    begun = time.monotonic()

    answer = create(stage)

    assert answer.json() == {"status": "ok"}
    assert time.monotonic() - begun > 16 / 50 * 0.9


def test_hang_ends_without_the_work_and_holds_up_nobody(stage: Stage) -> None:
    inject(stage, "hang", params={"seconds": 30})
    caught: list[bytes] = []
    thread = threading.Thread(target=lambda: caught.append(raw_post(stage)))
    thread.start()
    wait_for_row(stage)

    quick = stage.api("GET", "/brands")
    stage.control("faults", method="DELETE")
    thread.join(5)

    assert (quick.json()["total_items"], caught, made(stage)) == (0, [b""], 0)


def test_hang_after_the_work_has_done_it_before_the_wait(stage: Stage) -> None:
    inject(stage, "hang", "after", params={"seconds": 30})
    thread = threading.Thread(target=lambda: raw_post(stage))
    thread.start()
    wait_for_row(stage, effect=True)

    assert made(stage) == 1
    stage.control("faults", method="DELETE")
    thread.join(5)


def test_hang_can_do_the_work_late(stage: Stage) -> None:
    inject(stage, "hang", params={"seconds": 0.3, "then": "answer"})
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(stage.api.root + "/brands", json=BRAND, auth=stage.api.auth, timeout=0.1)
    before = made(stage)

    wait_for_row(stage, effect=True)

    assert (before, made(stage)) == (0, 1)


def wait_for_row(stage: Stage, *, effect: bool | None = None) -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if any(effect in (None, row["effect"]) for row in stage.ledger()):
            return
        time.sleep(0.02)
    raise AssertionError("The request never arrived.")


def test_fault_meets_only_what_it_names_skips_and_counts(stage: Stage) -> None:
    stage.control(
        "faults",
        {
            "kind": "status",
            "method": "GET",
            "path_regex": "/brands$",
            "skip": 1,
            "count": 2,
            "params": {"code": 503},
        },
    )

    posted = create(stage).status_code
    one = stage.api("GET", f"/brands/{posted}").status_code
    listed = [stage.api("GET", "/brands").status_code for _ in range(4)]

    assert (posted, one, listed) == (201, 404, [200, 503, 503, 200])


def test_faults_are_listed_and_cleared(stage: Stage) -> None:
    inject(stage, "reset", operation="create_brand", count=3)

    (fault,) = stage.control("faults")["faults"]
    stage.control("faults", method="DELETE")

    assert (fault["kind"], fault["operation"], fault["count"], fault["used"]) == (
        "reset",
        "create_brand",
        3,
        0,
    )
    assert create(stage).status_code == 201


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "explode"},
        {"kind": "reset", "when": "never"},
        {"kind": "reset", "path_regex": "("},
        {"kind": "reset", "count": "many"},
        {"kind": "reset", "colour": "red"},
    ],
)
def test_impossible_fault_is_refused(stage: Stage, fault: dict[str, Any]) -> None:
    assert stage.control("faults", fault, status=400)["error"]
    assert stage.control("faults") == {"faults": []}


def test_faults_never_touch_the_control_api(stage: Stage) -> None:
    inject(stage, "status", count=100)

    assert stage.control("ledger")["rows"] == []
    assert requests.get(stage.url + "/", timeout=5).status_code == 200
