"""What Vonage answers: read whatever it is, and never as better than it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.vonage import values
from tendlc import lifecycle, wire
from tests.tendlc.wire_values import BRAND, FIELDS, JSON, PATIENT

READERS: list[Callable[[object], Any]] = [
    wire.Brand.from_json,
    wire.Campaign.from_json,
    wire.MnoMetadata.from_json,
    wire.NumberLink.from_json,
    wire.Vetting.from_json,
    wire.Qualification.from_json,
    wire.Feedback.from_json,
    wire.FeedbackCategory.from_json,
    wire.VettingClass.from_json,
    wire.VettingProvider.from_json,
    lambda value: wire.Page.from_json(value, "brands", wire.Brand.from_json),
]


# --- In: junk ------------------------------------------------------------------------------------


@pytest.mark.parametrize("read", READERS)
@PATIENT
@given(value=JSON | st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=12))
def test_any_json_is_read_without_an_error(read: Callable[[object], Any], value: object) -> None:
    result = read(value)

    assert result == read(value)
    if not isinstance(result, wire.FeedbackCategory):
        assert result.raw is value


@PATIENT
@given(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=12))
def test_junk_is_never_good_news(junk: dict[str, object]) -> None:
    """Whatever is there beside or instead of a status; no text here is a word of the provider's."""
    value = {name: f"?{item}" if isinstance(item, str) else item for name, item in junk.items()}
    states: list[Any] = [
        lifecycle.brand_state(wire.Brand.from_json(value).status),
        lifecycle.vetting_state(wire.Vetting.from_json(value).vetting_status),
        lifecycle.campaign_state(wire.Campaign.from_json(value).status),
        lifecycle.carrier_state(wire.MnoMetadata.from_json(value).status),
        lifecycle.number_state(wire.NumberLink.from_json(value).status),
    ]

    assert not any(lifecycle.is_good_news(state) for state in states)


@pytest.mark.parametrize("junk", [None, [], [{"brand_id": "B1", "status": "VERIFIED"}], "VERIFIED", 1, True])
def test_anything_but_an_object_is_an_empty_record(junk: object) -> None:
    assert wire.Brand.from_json(junk) == wire.Brand()
    assert wire.Campaign.from_json({"mno_metadata": junk}).mno_metadata in (
        (),
        (wire.MnoMetadata(status="VERIFIED"),),
    )


# --- In: single values ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (True, True),
        (False, False),
        ("true", True),
        ("false,", False),
        (" TRUE, ", True),
        ("False", False),
    ],
)
def test_boolean_is_read_with_its_stray_commas(value: object, read: bool) -> None:
    assert values.boolean(value) is read


@pytest.mark.parametrize("junk", ["yes", "", ",", "truthy", "true false", 1, 0, 1.0, None, [], [True], {}])
def test_boolean_is_never_guessed(junk: object) -> None:
    assert values.boolean(junk) is None


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2020-01-02 05:12:14", datetime(2020, 1, 2, 5, 12, 14, tzinfo=UTC)),
        ("2020-01-02T05:12:14Z", datetime(2020, 1, 2, 5, 12, 14, tzinfo=UTC)),
        ("2020-01-02T05:12:14.250+02:00", datetime(2020, 1, 2, 3, 12, 14, 250000, tzinfo=UTC)),
        ("2020-01-02", datetime(2020, 1, 2, tzinfo=UTC)),
    ],
)
def test_time_is_aware_and_in_utc(value: object, read: datetime) -> None:
    assert values.moment(value) == read
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "junk", ["abc123", "", None, 1577941934, [], "2020-13-01", "0001-01-01T00:00:00+10:00"]
)
def test_time_that_is_none_is_nothing(junk: object) -> None:
    assert values.moment(junk) is None


@pytest.mark.parametrize(
    ("value", "read"),
    [(5, 5), ("5", 5), (" 5 ", 5), (5.0, 5), (0, 0), ("-3", -3), (2**31 - 1, 2**31 - 1)],
)
def test_integer_is_read_from_a_number_or_its_text(value: object, read: int) -> None:
    assert values.integer(value) == read


@pytest.mark.parametrize(
    "junk", [5.5, "5.5", "five", "", None, True, [], 2**31, "1e99", float("nan"), float("inf"), "1_0\x00"]
)
def test_integer_that_no_column_could_hold_is_nothing(junk: object) -> None:
    assert values.integer(junk) is None


@pytest.mark.parametrize(
    ("value", "read"), [(30, Decimal(30)), ("2.50", Decimal("2.50")), (True, None), ("x", None)]
)
def test_fee_keeps_its_cents(value: object, read: Decimal | None) -> None:
    assert values.decimal(value) == read


@pytest.mark.parametrize(
    ("value", "read"), [("a", "a"), (5, "5"), (None, ""), (True, ""), ([], ""), (" a ", " a ")]
)
def test_text_is_kept_as_it_came(value: object, read: str) -> None:
    assert values.text(value) == read


# --- In: what is known to vary -------------------------------------------------------------------


def test_carrier_keys_are_one_whichever_way_they_are_spelt() -> None:
    check = wire.MnoMetadata.from_json({"att_msg_class": "Q", "att_tpm": "2000", "tmo_brand_tier": None})
    campaign = wire.MnoMetadata.from_json({"msg_class": "Q", "tpm": 2000, "brand_tier": None})

    assert check == campaign
    assert (check.msg_class, check.tpm, check.brand_tier) == ("Q", 2000, "")


def test_newer_campaign_answers_are_understood() -> None:
    campaign = wire.Campaign.from_json(
        {
            "campaign_id": "VC987XYZ",
            "tcr_campaign_id": "C123ABC",
            "traffic_enabled": "true,",
            "message_flow_details": {"brand_name": "Example"},
            "last_status_changes": [{"status": "REJECTED"}],
        }
    )

    assert (campaign.tcr_campaign_id, campaign.traffic_enabled) == ("C123ABC", True)
    assert campaign.message_flow_details == {"brand_name": "Example"}
    assert campaign.raw["last_status_changes"] == [{"status": "REJECTED"}]


def test_compliance_flags_are_read_as_texts_and_objects_left_in_the_raw_payload() -> None:
    assert wire.NumberLink.from_json({"compliance": ["HIPAA", {}]}).compliance == ("HIPAA",)
    assert wire.NumberLink.from_json({"compliance": "HIPAA"}).compliance == ("HIPAA",)


def test_feedback_names_its_fields_as_texts_or_as_objects() -> None:
    feedback = wire.Feedback.from_json(
        {"categories": [{"name": "TAX_ID", "fields": ["ein", {"field": "company_name"}, {}, None, [1]]}]}
    )

    assert feedback.categories == (wire.FeedbackCategory("TAX_ID", "", ("ein", "company_name")),)


def test_score_of_zero_is_a_score() -> None:
    assert wire.Vetting.from_json({"vetting_score": "0"}).vetting_score == 0
    assert wire.Vetting.from_json({}).vetting_score is None


def test_personal_data_and_tokens_stay_out_of_reprs() -> None:
    brand = wire.Brand.from_json(BRAND)
    vetting = wire.Vetting.from_json({"vetting_token": "t0ken"})

    shown = repr(brand) + repr(vetting)
    assert "Holmdel" in shown
    assert not any(hidden in shown for hidden in ("555", "desk@", "23 Main", "201111111", "t0ken"))


@pytest.mark.parametrize(
    ("body", "well_formed"),
    [
        ({"total_items": 0, "_embedded": {"brands": []}}, True),
        ({"total_items": 0}, True),
        ({"total_items": 1, "_embedded": {"brands": [{"brand_id": "B"}]}}, True),
        ({"_embedded": {"brands": [{"brand_id": "B"}]}}, True),
        ({"total_items": 3}, False),
        ({}, False),
        ({"total_items": 1, "_embedded": {"brands": {"brand_id": "B"}}}, False),
        ({"total_items": 1, "_embedded": {"brands": [{"brand_id": "B"}, None]}}, False),
        ([{"brand_id": "B"}], False),
        (None, False),
    ],
)
def test_page_says_whether_it_is_one(body: object, well_formed: bool) -> None:
    assert wire.Page.from_json(body, "brands", wire.Brand.from_json).well_formed is well_formed
