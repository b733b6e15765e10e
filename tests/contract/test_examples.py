"""Every example body of the document goes through wire and through the typed errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from portal.vonage import problems
from portal.vonage.problems import error_for
from tendlc import wire
from tests.contract.errors import BY_FRAGMENT
from tests.contract.operations import BY_NAME, OPERATIONS, examples

Builder = Callable[[Mapping[str, object]], dict[str, object]]
BUILDERS: dict[str, Builder] = {
    "create_brand": wire.brand_body,
    "update_brand": wire.brand_patch,
    "create_campaign": wire.campaign_body,
    "update_campaign": wire.campaign_patch,
    "request_vetting": wire.vetting_body,
    "import_vetting": wire.vetting_import_body,
    "link_number": wire.number_body,
}
REQUESTS = [
    pytest.param(name, request["body"], id=f"{name}-{number}")
    for name in BUILDERS
    for number, request in enumerate(examples(name)["requests"])
]
ERRORS = [
    pytest.param(operation.name, body, id=f"{operation.name}-{body['type'].rpartition('#')[2]}")
    for operation in OPERATIONS
    for body in examples(operation.name)["errors"]
]
FLAGS_OFF = dict.fromkeys(wire.CAMPAIGN_FLAGS, False)


def only(name: str) -> Any:
    (body,) = examples(name)["responses"]
    return body


def test_every_operation_with_a_body_has_a_builder_for_exactly_its_fields() -> None:
    allowed = {
        "create_brand": wire.BRAND_FIELDS,
        "update_brand": wire.BRAND_PATCH_FIELDS,
        "create_campaign": wire.CAMPAIGN_FIELDS,
        "update_campaign": wire.CAMPAIGN_PATCH_FIELDS,
        "request_vetting": wire.VETTING_FIELDS,
        "import_vetting": wire.VETTING_IMPORT_FIELDS,
        "link_number": wire.NUMBER_FIELDS,
    }

    assert set(BUILDERS) == {operation.name for operation in OPERATIONS if operation.has_body}
    assert {name: BY_NAME[name].fields for name in BUILDERS} == allowed


@pytest.mark.parametrize(("name", "body"), REQUESTS)
def test_request_example_is_what_we_would_send(name: str, body: dict[str, Any]) -> None:
    """But for what contradictions.md decides: the phone's plus, the read-only field, the vertical, the flags."""
    values = {key: value for key, value in body.items() if key not in BY_NAME[name].read_only}
    if name == "create_campaign":
        values.setdefault("vertical", "TECHNOLOGY")
    expected = FLAGS_OFF | values if name == "create_campaign" else dict(values)
    if "phone" in expected:
        expected["phone"] = "15556660001"

    built = BUILDERS[name](values)

    assert built == expected
    assert BUILDERS[name](built) == built


@pytest.mark.parametrize("name", ["create_brand"])
def test_read_only_field_of_the_examples_is_refused(name: str) -> None:
    whole = examples(name)["requests"][1]["body"]

    with pytest.raises(ValueError, match="universal_ein"):
        BUILDERS[name](whole)


@pytest.mark.parametrize(("name", "body"), ERRORS)
def test_error_example_becomes_its_typed_error(name: str, body: dict[str, Any]) -> None:
    kind = BY_FRAGMENT[body["type"].rpartition("#")[2]]

    error = error_for(kind.status, {}, body)

    assert type(error) is getattr(problems, kind.error)
    assert error.outcome == kind.outcome
    assert (error.title, error.detail, error.instance) == (body["title"], body["detail"], body["instance"])
    assert error.retry_after == body.get("retry_after")
    entries = body.get(kind.fields_key, [])
    assert [(entry.code, entry.field, entry.description) for entry in error.fields] == [
        (entry.get("code"), entry["field"], entry["description"]) for entry in entries
    ]
    assert bool(entries) == bool(kind.fields_key)
    assert all(("code" in entry) == kind.fields_coded for entry in entries)


@pytest.mark.parametrize("name", ["create_brand", "get_brand", "update_brand", "revet_brand"])
def test_brand_example_is_read_whole(name: str) -> None:
    body = only(name)
    brand = wire.Brand.from_json(body)

    plain = {key: value for key, value in body.items() if isinstance(value, str) and "date" not in key}
    assert {key: getattr(brand, key) for key in plain if key != "last_updated"} == {
        key: value for key, value in plain.items() if key != "last_updated"
    }
    assert (brand.campaign_count, brand.partner, brand.shared, brand.owner) == (5, False, False, False)
    assert brand.created_date == datetime(2020, 1, 2, 5, 12, 14, tzinfo=UTC)
    assert brand.last_updated == datetime(2020, 2, 2, 14, 12, tzinfo=UTC)
    assert brand.raw is body


@pytest.mark.parametrize("name", ["create_campaign", "get_campaign", "update_campaign"])
def test_campaign_example_is_read_with_its_odd_booleans_and_times(name: str) -> None:
    body = only(name)
    campaign = wire.Campaign.from_json(body)
    att, tmo = campaign.mno_metadata

    assert (campaign.campaign_id, campaign.brand_id, campaign.status) == ("C1DEB879", "BLQKOPK", "ACTIVE")
    assert (campaign.usecase, campaign.sub_usecases) == ("ACCOUNT_NOTIFICATION", ("2FA", "SECURITY_ALERT"))
    assert len(campaign.samples) == 5
    assert (campaign.created_date, campaign.last_updated) == (None, None)  # "abc123"
    assert {flag: getattr(campaign, flag) for flag in wire.CAMPAIGN_FLAGS} == {
        flag: body[flag] for flag in wire.CAMPAIGN_FLAGS
    }
    assert (att.mno, att.network_id, att.msg_class, att.tpm, att.brand_tier) == (
        "AT&T",
        "10017",
        "A",
        3000,
        "",
    )
    assert (att.mno_review, att.no_embedded_phone, att.no_embedded_link) == (False, True, True)
    assert (tmo.mno, tmo.brand_tier, tmo.tpm, tmo.msg_class) == ("TMO", "LOW", None, "")
    assert {entry.status for entry in campaign.mno_metadata} == {"APPROVED"}
    assert campaign.raw is body


def test_check_example_is_read_with_its_other_keys() -> None:
    check = wire.Qualification.from_json(only("check_use_case"))
    att, tmo = check.mno_metadata

    assert (check.usecase, check.quarterly_fee, check.annual_fee) == ("POLITICAL", Decimal(30), Decimal(30))
    assert (att.msg_class, att.tpm, att.brand_tier, att.no_embedded_phone) == ("Q", 2000, "", None)
    assert (tmo.msg_class, tmo.tpm, tmo.brand_tier, tmo.no_embedded_phone) == ("", None, "LOW", True)
    assert (att.qualify, att.min_msg_samples, att.req_subscriber_opt_in) == (True, 2, False)


@pytest.mark.parametrize("name", ["request_vetting", "import_vetting"])
def test_vetting_example_is_read(name: str) -> None:
    vetting = wire.Vetting.from_json(only(name))

    assert (vetting.vetting_id, vetting.evp_id, vetting.vetting_score) == ("abc123", "abc123", 1)
    assert vetting.vetting_status == "abc123"


@pytest.mark.parametrize("name", ["link_number", "get_number"])
def test_number_example_is_read_with_its_empty_flag(name: str) -> None:
    link = wire.NumberLink.from_json(only(name))

    assert (link.number, link.digits, link.country, link.status) == (
        *("14155550110", "14155550110"),
        *("US", "APPROVED"),
    )
    assert link.compliance == ()


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("list_brands", wire.Brand.from_json),
        ("list_campaigns", wire.Campaign.from_json),
        ("list_numbers", wire.NumberLink.from_json),
    ],
)
def test_page_example_is_read_although_its_totals_contradict_each_other(
    name: str, read: Callable[[object], Any]
) -> None:
    body = only(name)
    page = wire.Page.from_json(body, BY_NAME[name].lists, read)

    assert (page.page, page.page_size, page.total_pages, page.total_items) == (2, 10, 100, 100)
    assert page.well_formed
    assert [item.raw for item in page.items] == body["_embedded"][BY_NAME[name].lists]


def test_numbers_list_has_no_links_of_its_own() -> None:
    assert "_links" not in only("list_numbers")
    assert "_links" in only("list_campaigns")


def test_feedback_classes_and_providers_are_read() -> None:
    feedback = wire.Feedback.from_json(only("get_feedback"))
    ((vetting_class,), (provider,)) = only("list_vetting_classes"), only("list_vetting_providers")
    read_class = wire.VettingClass.from_json(vetting_class)
    read_provider = wire.VettingProvider.from_json(provider)

    assert feedback.categories == (wire.FeedbackCategory("abc123", "abc123", ()),)
    assert (read_class.id, read_class.enabled, read_class.validity_months) == ("abc123", False, 12)
    assert (read_provider.evp_id, read_provider.tcr_billable) == ("abc123", False)
    assert read_provider.vetting_classes == ("class1", "class2")


def test_links_of_the_examples_point_elsewhere_which_is_why_none_is_followed() -> None:
    hosts = {
        link["href"].split("/")[2]
        for operation in OPERATIONS
        for body in examples(operation.name)["responses"]
        for link in _links(body)
    }

    assert hosts == {"api.nexmo.com"}


def _links(value: Any) -> list[dict[str, str]]:
    if isinstance(value, list):
        return [link for item in value for link in _links(item)]
    if not isinstance(value, dict):
        return []
    own = list(value.get("_links", {}).values())
    return own + [link for key, item in value.items() if key != "_links" for link in _links(item)]
