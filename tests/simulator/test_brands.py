from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.simulator.conftest import BRAND, Api, Stage, invalid_fields, kind

DOCUMENTED = {
    *("account_id", "primary_account_id", "entity_type", "display_name", "company_name", "ein"),
    *("ein_issuing_country", "universal_ein", "phone", "street", "city", "state", "postal_code", "country"),
    *("email", "website", "campaign_count", "brand_relationship", "partner", "shared", "owner", "status"),
    *("reference_id", "brand_id", "created_date", "last_updated", "_links"),
}


def test_create_brand_answers_201_with_the_documented_fields(api: Api) -> None:
    answer = api("POST", "/brands", BRAND)

    body = answer.json()
    assert answer.status_code == 201
    assert body.keys() == DOCUMENTED
    assert BRAND.items() <= body.items()
    assert (body["status"], body["campaign_count"], body["created_date"]) == (
        "PENDING",
        0,
        "2027-01-15 08:00:00",
    )


def test_brand_links_point_at_the_other_host(api: Api) -> None:
    body = api("POST", "/brands", BRAND).json()

    here = f"https://api.nexmo.com/10dlc/brands/{body['brand_id']}"
    assert body["_links"] == {"self": {"href": here}, "campaigns": {"href": f"{here}/campaigns"}}


def test_brand_is_verified_after_twenty_seconds(stage: Stage) -> None:
    brand_id = stage.brand()

    words = []
    for _ in range(2):
        words.append(stage.api("GET", f"/brands/{brand_id}").json()["status"])
        stage.advance(19.9)
    stage.advance(0.1)
    words.append(stage.api("GET", f"/brands/{brand_id}").json()["status"])

    assert words == ["PENDING", "PENDING", "VERIFIED"]


@pytest.mark.parametrize(
    ("company_name", "word", "category"),
    [
        ("Unverified Ltd", "UNVERIFIED", "TAX_ID"),
        ("The UNLISTED company", "UNVERIFIED", "STOCK_SYMBOL"),
        ("Uncharitable trust", "UNVERIFIED", "NONPROFIT"),
    ],
)
def test_brand_name_leads_to_unverified_with_feedback(
    stage: Stage, company_name: str, word: str, category: str
) -> None:
    brand_id = stage.verified(company_name=company_name)

    feedback = stage.api("GET", f"/brands/{brand_id}/feedback").json()

    assert stage.api("GET", f"/brands/{brand_id}").json()["status"] == word
    assert [one["name"] for one in feedback["categories"]] == [category]
    assert feedback["categories"][0].keys() == {"name", "description", "fields"}


def test_verified_brand_has_no_feedback(stage: Stage) -> None:
    brand_id = stage.verified()

    assert stage.api("GET", f"/brands/{brand_id}/feedback").json() == {"categories": []}


def test_stuck_brand_stays_pending(stage: Stage) -> None:
    brand_id = stage.brand(company_name="Stuck Ltd")
    stage.advance(1_000_000)

    assert stage.api("GET", f"/brands/{brand_id}").json()["status"] == "PENDING"


def test_refused_name_makes_no_brand(stage: Stage) -> None:
    answer = stage.api("POST", "/brands", BRAND | {"company_name": "Refuse Ltd"})

    assert (answer.status_code, kind(answer)) == (400, "error-type")
    assert stage.store.brands == {}


@pytest.mark.parametrize(("company_name", "made"), [("Conflict Ltd", 0), ("Conflicted Ltd", 1)])
def test_brand_conflict_comes_with_and_without_the_effect(stage: Stage, company_name: str, made: int) -> None:
    answer = stage.api("POST", "/brands", BRAND | {"company_name": company_name})

    assert (answer.status_code, kind(answer)) == (409, "error-brand-conflict")
    assert stage.api("GET", "/brands").json()["total_items"] == made
    assert [row["effect"] for row in stage.ledger()] == [bool(made)]


def test_same_ein_is_refused_in_any_spelling(stage: Stage) -> None:
    stage.brand(ein="20-1234567")

    answer = stage.api("POST", "/brands", BRAND | {"ein": "201234567", "company_name": "Another"})

    assert answer.status_code == 422
    assert answer.json()["invalid_parameters"] == [
        {"code": 503, "field": "ein", "description": "Field 'ein' is not unique"}
    ]


def test_same_ein_at_the_same_moment_makes_one_brand(stage: Stage) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: stage.api("POST", "/brands", BRAND).status_code, range(8)))

    assert sorted(answers) == [201, *[422] * 7]
    assert stage.api("GET", "/brands").json()["total_items"] == 1


def test_same_ein_is_free_for_another_key_and_another_country(stage: Stage) -> None:
    stage.brand()

    other = BRAND | {"account_id": "other999"}
    abroad = BRAND | {"ein_issuing_country": "CA"}

    assert Api(stage.url, "other999")("POST", "/brands", other).status_code == 201
    assert stage.api("POST", "/brands", abroad).status_code == 201


def test_uniqueness_can_be_switched_off(stage: Stage) -> None:
    stage.brand()
    stage.control("settings", {"uniqueness": False})

    stage.brand()

    assert stage.api("GET", "/brands").json()["total_items"] == 2


def test_duplicate_name_is_refused_as_not_unique(api: Api) -> None:
    answer = api("POST", "/brands", BRAND | {"company_name": "Duplicate Ltd"})

    assert answer.json()["invalid_parameters"][0]["description"] == "Field 'company_name' is not unique"


def test_keys_see_only_their_own_brands(stage: Stage) -> None:
    brand_id = stage.brand()
    stranger = Api(stage.url, "other999")

    assert stranger("GET", "/brands").json()["_embedded"] == {"brands": []}
    assert stranger("GET", f"/brands/{brand_id}").status_code == 404


def test_primary_key_may_register_for_a_subaccount(stage: Stage) -> None:
    sent = BRAND | {"account_id": "sub99999", "primary_account_id": "abcd1234"}

    assert stage.api("POST", "/brands", sent).json()["account_id"] == "sub99999"


def test_brand_list_is_paged_with_true_totals(stage: Stage) -> None:
    stage.control("brands", {"key": "abcd1234", "count": 23})

    pages = [stage.api("GET", "/brands", params={"page": page}).json() for page in (1, 2, 3, 4)]

    assert [len(page["_embedded"]["brands"]) for page in pages] == [10, 10, 3, 0]
    assert {(page["page_size"], page["total_pages"], page["total_items"]) for page in pages} == {(10, 3, 23)}
    assert len({one["brand_id"] for page in pages for one in page["_embedded"]["brands"]}) == 23
    assert [sorted(page["_links"]) for page in pages[:3]] == [
        ["first", "last", "next", "self"],
        ["first", "last", "next", "previous", "self"],
        ["first", "last", "previous", "self"],
    ]


def test_page_size_over_one_hundred_is_cut_down(stage: Stage) -> None:
    stage.control("brands", {"key": "abcd1234", "count": 101})

    listing = stage.api("GET", "/brands", params={"page_size": 500}).json()

    assert (listing["page_size"], len(listing["_embedded"]["brands"]), listing["total_pages"]) == (
        100,
        100,
        2,
    )


def test_empty_brand_list_has_no_pages(api: Api) -> None:
    listing = api("GET", "/brands").json()

    assert (listing["total_pages"], listing["total_items"], listing["_embedded"]) == (0, 0, {"brands": []})


@pytest.mark.parametrize("query", [{"page": 0}, {"page": "x"}, {"page_size": -1}, {"filter": "[]"}])
def test_undocumented_query_is_refused(api: Api, query: dict[str, object]) -> None:
    answer = api("GET", "/brands", params=query)

    assert answer.status_code == 422
    assert invalid_fields(answer) == list(query)


def test_patch_changes_contact_data_and_keeps_the_status(stage: Stage) -> None:
    brand_id = stage.verified()

    answer = stage.api("PATCH", f"/brands/{brand_id}", {"city": "Albany", "phone": "+12125550199"})

    assert answer.status_code == 200
    assert (answer.json()["city"], answer.json()["status"]) == ("Albany", "VERIFIED")


def test_patch_of_the_identity_asks_for_a_revet(stage: Stage) -> None:
    brand_id = stage.verified(company_name="Unverified Ltd")

    changed = stage.api("PATCH", f"/brands/{brand_id}", {"company_name": "Harbour Coffee Inc"}).json()
    feedback = stage.api("GET", f"/brands/{brand_id}/feedback").json()["categories"]
    revetted = stage.api("POST", f"/brands/{brand_id}/revet", {}).json()
    stage.advance(20)

    assert [changed["status"], revetted["status"]] == ["UNVERIFIED", "PENDING"]
    assert [one["name"] for one in feedback] == ["OTHERS"]
    assert stage.api("GET", f"/brands/{brand_id}").json()["status"] == "VERIFIED"


def test_patch_of_the_identity_is_refused_while_a_campaign_lives(stage: Stage) -> None:
    brand_path = stage.campaign().partition("/campaigns")[0]

    answer = stage.api("PATCH", brand_path, {"ein": "30-7654321", "city": "Albany"})

    assert (answer.status_code, kind(answer), invalid_fields(answer)) == (
        422,
        "invalid-vetting-data",
        ["ein"],
    )
    assert stage.api("GET", brand_path).json()["city"] == "New York"


def test_patch_to_an_ein_in_use_is_refused(stage: Stage) -> None:
    stage.brand(ein="11-1111111")
    brand_id = stage.brand()

    answer = stage.api("PATCH", f"/brands/{brand_id}", {"ein": "11-1111111"})

    assert invalid_fields(answer) == ["ein"]


def test_delete_brand_answers_204_and_the_brand_is_gone(stage: Stage) -> None:
    brand_id = stage.brand()

    answer = stage.api("DELETE", f"/brands/{brand_id}")

    assert (answer.status_code, answer.content) == (204, b"")
    assert stage.api("GET", f"/brands/{brand_id}").status_code == 404


def test_delete_brand_with_a_campaign_is_refused(stage: Stage) -> None:
    brand_path = stage.campaign().partition("/campaigns")[0]

    answer = stage.api("DELETE", brand_path)

    assert (answer.status_code, kind(answer)) == (400, "error-type")
    assert stage.api("GET", brand_path).status_code == 200


def test_revet_is_allowed_once(stage: Stage) -> None:
    brand_id = stage.verified()

    answers = [stage.api("POST", f"/brands/{brand_id}/revet", {}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert kind(answers[1]) == "error-type"
    assert [row["effect"] for row in stage.ledger()] == [True, True, False]


def test_revet_limit_can_be_switched_off(stage: Stage) -> None:
    brand_id = stage.verified()
    stage.control("settings", {"revet_limit": False})

    answers = [stage.api("POST", f"/brands/{brand_id}/revet", {}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
