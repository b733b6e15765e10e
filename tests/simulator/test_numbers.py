from __future__ import annotations

import pytest

from tests.simulator.conftest import CAMPAIGN, Stage, invalid_fields, kind

NUMBER = {"country": "US", "number": "14155550110"}


def test_link_number_answers_201_with_the_documented_fields(stage: Stage) -> None:
    path = stage.active_campaign()

    answer = stage.api("POST", f"{path}/numbers", NUMBER)

    here = f"https://api.nexmo.com/v1/10dlc{path}/"
    assert answer.status_code == 201
    assert answer.json() == NUMBER | {
        "status": "PENDING",
        "compliance": [],
        "_links": {
            "self": {"href": f"{here}numbers/14155550110"},
            "campaign": {"href": here},
            "brand": {"href": here.partition("/campaigns")[0]},
        },
    }


@pytest.mark.parametrize(
    ("number", "status"),
    [("14155550110", "APPROVED"), ("14155550113", "REJECTED"), ("14155550199", "PENDING")],
)
def test_number_ends_as_its_digits_say(stage: Stage, number: str, status: str) -> None:
    path = stage.active_campaign()
    stage.api("POST", f"{path}/numbers", NUMBER | {"number": number})
    stage.advance(10)

    assert stage.api("GET", f"{path}/numbers/{number}").json()["status"] == status


def test_number_waits_for_its_campaign(stage: Stage) -> None:
    path = stage.campaign()
    stage.api("POST", f"{path}/numbers", NUMBER)

    stage.advance(29)
    waiting = stage.api("GET", f"{path}/numbers/14155550110").json()["status"]
    stage.advance(1)

    assert waiting == "PENDING"
    assert stage.api("GET", f"{path}/numbers/14155550110").json()["status"] == "APPROVED"


def test_number_list_has_totals_and_no_links(stage: Stage) -> None:
    path = stage.active_campaign()
    for last in range(12):
        stage.api("POST", f"{path}/numbers", NUMBER | {"number": f"141555501{last:02}"})

    listing = stage.api("GET", f"{path}/numbers", params={"page": 2}).json()

    assert listing.keys() == {"page_size", "page", "total_pages", "total_items", "_embedded"}
    assert (listing["page"], listing["total_pages"], listing["total_items"]) == (2, 2, 12)
    assert [one["number"] for one in listing["_embedded"]["numbers"]] == ["14155550110", "14155550111"]


def test_linked_number_is_refused_until_it_is_unlinked(stage: Stage) -> None:
    path = stage.active_campaign()
    stage.api("POST", f"{path}/numbers", NUMBER)

    again = stage.api("POST", f"{path}/numbers", NUMBER)
    unlinked = stage.api("DELETE", f"{path}/numbers/14155550110")
    gone = stage.api("GET", f"{path}/numbers/14155550110")
    anew = stage.api("POST", f"{path}/numbers", NUMBER)

    assert (again.status_code, kind(again)) == (409, "number-already-linked")
    assert [unlinked.status_code, gone.status_code, anew.status_code] == [204, 404, 201]


def test_number_of_a_stopped_campaign_is_free_again(stage: Stage) -> None:
    path = stage.active_campaign()
    other = stage.api("POST", path.rpartition("/")[0], CAMPAIGN).json()["campaign_id"]
    stage.api("POST", f"{path}/numbers", NUMBER)
    stage.api("DELETE", path)

    answer = stage.api("POST", f"{path.rpartition('/')[0]}/{other}/numbers", NUMBER)

    assert answer.status_code == 201


def test_linking_twice_without_uniqueness_is_two_effects(stage: Stage) -> None:
    path = stage.active_campaign()
    stage.control("settings", {"uniqueness": False})

    answers = [stage.api("POST", f"{path}/numbers", NUMBER).status_code for _ in range(2)]

    assert answers == [201, 201]
    assert stage.control("ledger?operation=link_number")["effects"] == 2


def test_number_of_nobody_is_not_found(stage: Stage) -> None:
    answer = stage.api("POST", f"{stage.active_campaign()}/numbers", NUMBER | {"number": "14155550404"})

    assert (answer.status_code, kind(answer)) == (404, "not-found")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"country": "usa"}, "country"),
        ({"country": "DE"}, "country"),
        ({"number": "+14155550110"}, "number"),
        ({"number": "123"}, "number"),
        ({"number": 14155550110}, "number"),
        ({"compliance": []}, "compliance"),
    ],
)
def test_wrong_number_is_refused_without_a_code(stage: Stage, changes: dict[str, object], field: str) -> None:
    answer = stage.api("POST", f"{stage.active_campaign()}/numbers", NUMBER | changes)

    (entry,) = answer.json()["invalid_parameters"]
    assert (answer.status_code, kind(answer)) == (422, "invalid-number-data")
    assert (entry["field"], entry.keys()) == (field, {"field", "description"})


def test_closed_campaign_takes_no_number(stage: Stage) -> None:
    path = stage.active_campaign(description="Please reject this")

    answer = stage.api("POST", f"{path}/numbers", NUMBER)

    assert (answer.status_code, invalid_fields(answer)) == (422, ["number"])


def test_unknown_campaign_status_takes_numbers(stage: Stage) -> None:
    path = stage.active_campaign()
    stage.control("status", {"campaign_id": path.rpartition("/")[2], "status": "SOMETHING_NEW"})

    assert stage.api("POST", f"{path}/numbers", NUMBER).status_code == 201
