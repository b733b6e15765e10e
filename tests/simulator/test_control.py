from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.simulator.conftest import BRAND, CAMPAIGN, Api, Stage


def test_ledger_has_every_write_and_whether_it_had_an_effect(stage: Stage) -> None:
    brand_id = stage.qualified()
    stage.api("POST", "/brands", BRAND)
    created = stage.api("POST", f"/brands/{brand_id}/campaigns", CAMPAIGN).json()

    rows = [(row["seq"], row["operation"], row["effect"], row["status"]) for row in stage.ledger()]
    last = stage.ledger()[-1]

    assert rows == [
        (1, "create_brand", True, 201),
        (2, "create_brand", False, 422),
        (3, "create_campaign", True, 201),
    ]
    assert last == {
        "seq": 3,
        "time": "2027-01-15 08:00:20",
        "method": "POST",
        "path": f"/v1/10dlc/brands/{brand_id}/campaigns",
        "body": CAMPAIGN,
        "key": "abcd1234",
        "operation": "create_campaign",
        "effect": True,
        "ids": {"brand_id": brand_id, "campaign_id": created["campaign_id"]},
        "status": 201,
        "fault": None,
    }


def test_ledger_can_be_asked_for_a_part(stage: Stage) -> None:
    stage.brand()
    stage.api("POST", "/brands", BRAND)
    stage.brand(ein="30-1234567")

    answer = stage.control("ledger?operation=create_brand&effect=true&since=1")

    assert ([row["seq"] for row in answer["rows"]], answer["received"], answer["effects"]) == ([3], 1, 1)


def test_ledger_counts_reads_and_can_be_emptied(stage: Stage) -> None:
    stage.verified()
    stage.api("GET", "/brands")

    before = stage.control("ledger")
    stage.control("ledger", method="DELETE")

    assert before["reads"] == {"list_brands": 1}
    emptied = {"rows": [], "received": 0, "effects": 0, "reads": {}, "seq": before["seq"]}
    assert stage.control("ledger") == emptied


def test_ledger_never_holds_a_secret(stage: Stage) -> None:
    stage.brand()

    assert "secret" not in requests.get(f"{stage.url}/_simulator/ledger", timeout=5).text


def test_any_word_can_be_set_on_anything(stage: Stage) -> None:
    path = stage.active_campaign()
    campaign_id = path.rpartition("/")[2]
    brand_path = path.partition("/campaigns")[0]
    stage.api("POST", f"{path}/numbers", {"country": "US", "number": "14155550110"})
    order = {"evp_id": "AEGIS", "vetting_class": "STANDARD"}
    vetting_id = stage.api("POST", f"{brand_path}/vetting/requests", order).json()["vetting_id"]

    for target in (
        {"brand_id": brand_path.rpartition("/")[2], "status": "W1"},
        {"vetting_id": vetting_id, "status": "W2", "score": 11},
        {"campaign_id": campaign_id, "status": "W3"},
        {"campaign_id": campaign_id, "carrier": "TMO", "status": "W4"},
        {"number": "14155550110", "status": "W5"},
    ):
        stage.control("status", target)
    stage.advance(10_000)

    campaign = stage.api("GET", path).json()
    vetting = stage.api("GET", f"{brand_path}/vetting/requests").json()[0]
    assert stage.api("GET", brand_path).json()["status"] == "W1"
    assert (vetting["vetting_status"], vetting["vetting_score"]) == ("W2", 11)
    assert campaign["status"] == "W3"
    assert [one["status"] for one in campaign["mno_metadata"]] == ["APPROVED", "W4"]
    assert stage.api("GET", f"{path}/numbers/14155550110").json()["status"] == "W5"


def test_words_replace_every_status_of_a_kind_and_stop_nothing(stage: Stage) -> None:
    words = dict.fromkeys(("brand", "vetting", "campaign", "carrier", "number"), "WOBBLY")
    stage.control("settings", {"words": words})

    path = stage.active_campaign()
    number = stage.api("POST", f"{path}/numbers", {"country": "US", "number": "14155550110"})

    campaign = stage.api("GET", path).json()
    assert {campaign["status"], *(one["status"] for one in campaign["mno_metadata"])} == {"WOBBLY"}
    assert (number.status_code, number.json()["status"]) == (201, "WOBBLY")
    assert stage.api("GET", "/brands").json()["_embedded"]["brands"][0]["status"] == "WOBBLY"


def test_fields_can_be_changed_from_elsewhere(stage: Stage) -> None:
    brand_id = stage.verified()

    stage.control("status", {"brand_id": brand_id, "fields": {"city": "Elsewhere"}})

    body = stage.api("GET", f"/brands/{brand_id}").json()
    assert (body["city"], body["status"]) == ("Elsewhere", "VERIFIED")


@pytest.mark.parametrize(
    "target",
    [
        {"status": "X"},
        {"brand_id": "BNONE", "status": "X"},
        {"campaign_id": "CNONE", "status": "X"},
        {"number": "1", "status": "X"},
    ],
)
def test_status_of_nothing_is_refused(stage: Stage, target: dict[str, str]) -> None:
    assert stage.control("status", target, status=400)["error"]


def test_carrier_must_be_one_and_belong_to_a_campaign(stage: Stage) -> None:
    path = stage.campaign()
    brand_id, campaign_id = path.split("/")[2], path.split("/")[4]

    stage.control("status", {"campaign_id": campaign_id, "carrier": "XYZ", "status": "X"}, status=400)
    stage.control("status", {"brand_id": brand_id, "carrier": "TMO", "status": "X"}, status=400)


def test_remove_makes_a_thing_vanish_without_a_ledger_row(stage: Stage) -> None:
    path = stage.campaign()
    rows = len(stage.ledger())

    stage.control("remove", {"campaign_id": path.rpartition("/")[2]})

    assert stage.api("GET", path).status_code == 404
    assert len(stage.ledger()) == rows


def test_seeded_brand_looks_made_elsewhere(stage: Stage) -> None:
    seed = {
        "key": "other999",
        "fields": {"company_name": "Elsewhere Inc", "ein": "55-5555555"},
        "status": "UNVERIFIED",
        "vettings": [{"status": "PENDING"}],
        "campaigns": [{"status": "SUSPENDED", "fields": {"label": "Old"}, "numbers": ["14155550120"]}],
    }

    (brand,) = stage.control("brands", seed)["brands"]

    other = Api(stage.url, "other999")
    campaigns = other("GET", f"/brands/{brand['brand_id']}/campaigns").json()["_embedded"]["campaigns"]
    assert (brand["status"], brand["ein"], brand["campaign_count"]) == ("UNVERIFIED", "55-5555555", 1)
    assert [(one["status"], one["label"]) for one in campaigns] == [("SUSPENDED", "Old")]
    assert stage.ledger() == []


def test_seeds_can_be_many_with_distinct_eins(stage: Stage) -> None:
    brands = stage.control("brands", {"key": "abcd1234", "count": 12})["brands"]

    assert len({brand["ein"] for brand in brands}) == 12
    assert len({brand["company_name"] for brand in brands}) == 12


@pytest.mark.parametrize("seed", [{}, {"key": "k", "colour": "red"}])
def test_impossible_seed_is_refused(stage: Stage, seed: dict[str, Any]) -> None:
    assert stage.control("brands", seed, status=400)["error"]


def test_clock_moves_ahead_by_control(stage: Stage) -> None:
    brand_id = stage.brand()

    stage.control("clock", {"advance": 20})

    assert stage.api("GET", f"/brands/{brand_id}").json()["status"] == "VERIFIED"
    assert stage.control("clock")["offset"] == 20


def test_speed_shortens_waits_already_begun(stage: Stage) -> None:
    brand_id = stage.brand()
    stage.advance(10)

    stage.control("settings", {"speed": 10})
    stage.advance(1)

    assert stage.api("GET", f"/brands/{brand_id}").json()["status"] == "VERIFIED"


def test_delays_can_be_set_one_by_one(stage: Stage) -> None:
    stage.control("settings", {"delays": {"brand": 3}})
    brand_id = stage.brand()
    stage.advance(3)

    assert stage.api("GET", f"/brands/{brand_id}").json()["status"] == "VERIFIED"
    assert stage.control("settings")["delays"]["vetting"] == 30


def test_lag_hides_new_things_from_reads_only(stage: Stage) -> None:
    stage.control("settings", {"lag": 60})
    brand_id = stage.brand()

    hidden = stage.api("GET", f"/brands/{brand_id}").status_code, stage.api("GET", "/brands").json()
    again = stage.api("POST", "/brands", BRAND).status_code
    stage.advance(60)

    assert (hidden[0], hidden[1]["total_items"], again) == (404, 0, 422)
    assert stage.api("GET", f"/brands/{brand_id}").status_code == 200


def test_rate_limits_are_per_key_and_apart_for_reads_and_writes(stage: Stage) -> None:
    stage.control("settings", {"writes_per_second": 0.001})

    own = [stage.api("POST", "/brands", BRAND | {"ein": f"20-000000{n}"}).status_code for n in range(2)]
    other = Api(stage.url, "other999")("POST", "/brands", BRAND | {"account_id": "other999"}).status_code

    assert (own, other, stage.api("GET", "/brands").status_code) == ([201, 429], 201, 200)


@pytest.mark.parametrize(
    "settings",
    [
        {"colour": "red"},
        {"speed": 0},
        {"uniqueness": "yes"},
        {"delays": {"lunch": 1}},
        {"words": {"lunch": "X"}},
        {"reads_per_second": -1},
    ],
)
def test_impossible_settings_are_refused(stage: Stage, settings: dict[str, Any]) -> None:
    before = stage.control("settings")

    assert stage.control("settings", settings, status=400)["error"]
    assert stage.control("settings") == before


def test_reset_empties_and_brings_the_settings_back(stage: Stage) -> None:
    stage.active_campaign()
    stage.control("settings", {"uniqueness": False, "speed": 5})
    stage.control("faults", {"kind": "reset"})

    stage.control("reset", {})

    assert not any(stage.control("objects").values())
    assert stage.control("faults") == {"faults": []}
    assert (stage.control("settings")["uniqueness"], stage.control("settings")["speed"]) == (True, 1.0)
    assert stage.ledger() == []


def test_objects_show_the_owning_key(stage: Stage) -> None:
    path = stage.active_campaign()
    stage.api("POST", f"{path}/numbers", {"country": "US", "number": "14155550110"})

    objects = stage.control("objects")

    assert [len(objects[name]) for name in ("brands", "vettings", "campaigns", "numbers")] == [1, 0, 1, 1]
    assert objects["brands"][0]["qualified"] == ["ACCOUNT_NOTIFICATION"]
    assert {one["key"] for name in ("brands", "campaigns", "numbers") for one in objects[name]} == {
        "abcd1234"
    }


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "nothing", 404), ("PUT", "reset", 405)])
def test_unknown_control_is_refused(stage: Stage, method: str, path: str, status: int) -> None:
    assert stage.control(path, method=method, status=status)["error"]


def test_page_shows_what_is_held_and_escapes_it(stage: Stage) -> None:
    path = stage.campaign(label="<b>bold</b>")
    stage.api("POST", f"{path}/numbers", {"country": "US", "number": "14155550110"})
    stage.control("faults", {"kind": "reset", "skip": 99})

    answer = requests.get(stage.url + "/", timeout=5)

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    for piece in (
        "Harbour Coffee Ltd",
        "&lt;b&gt;bold&lt;/b&gt;",
        "14155550110",
        "reset before",
        "/v1/10dlc/",
    ):
        assert piece in answer.text
    assert "<b>bold</b>" not in answer.text
    assert "<script" not in answer.text


def test_page_of_an_empty_simulator_says_so(stage: Stage) -> None:
    page = requests.get(stage.url + "/", timeout=5).text

    assert page.count("<p>None.</p>") == page.count("<h2>") > 5
