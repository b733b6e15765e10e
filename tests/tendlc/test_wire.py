from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from portal.vonage import values
from tendlc import lifecycle, wire
from tendlc.enums import UseCase, Vertical

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["true,", "0001-01-01 00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1e400", "NaN"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)
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
FIELDS = sorted(
    {
        name
        for kind in (
            wire.Brand,
            wire.Campaign,
            wire.MnoMetadata,
            wire.NumberLink,
            wire.Vetting,
            wire.Qualification,
        )
        for name in kind.__slots__
    }
    | {
        "categories",
        "fields",
        "_embedded",
        "brands",
        "total_items",
        "att_tpm",
        "tmo_brand_tier",
        "att_msg_class",
    }
)

PATIENT = examples(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

BRAND = {
    "account_id": "abcd1234",
    "entity_type": "PRIVATE_PROFIT",
    "display_name": "Example",
    "company_name": "Example Inc.",
    "ein": "201111111",
    "phone": "+1 (555) 666-0001",
    "street": "23 Main Street",
    "city": "Holmdel",
    "state": "NJ",
    "postal_code": "07733",
    "country": "us",
    "email": "desk@example.com",
    "website": "https://example.com",
}
CAMPAIGN = {
    "account_id": "abcd1234",
    "use_case": UseCase.TWO_FACTOR,
    "vertical": Vertical.TECHNOLOGY,
    "description": "User notifications",
}


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


# --- Out -----------------------------------------------------------------------------------------


def test_brand_body_is_in_the_documented_form() -> None:
    body = wire.brand_body(BRAND | {"stock_symbol": "", "stock_exchange": None, "vertical": "  "})

    assert body == BRAND | {"ein": "20-1111111", "phone": "15556660001", "country": "US"}


@pytest.mark.parametrize(
    ("ein", "country", "sent"),
    [
        ("201111111", "US", "20-1111111"),
        ("20-1111111", "us", "20-1111111"),
        ("20 111 1111", "US", "20-1111111"),
        ("201111111", "", "20-1111111"),
        ("201111111", "GB", "201111111"),
        ("12345678", "US", "12345678"),
        ("GB123456789", "US", "GB123456789"),
    ],
)
def test_only_american_tax_numbers_get_a_hyphen(ein: str, country: str, sent: str) -> None:
    assert wire.brand_body({"ein": ein, "country": country})["ein"] == sent
    assert wire.brand_patch({"ein": ein}, country=country)["ein"] == sent


def test_issuing_country_decides_over_the_address() -> None:
    body = wire.brand_body({"ein": "201111111", "ein_issuing_country": "de", "country": "US"})

    assert (body["ein"], body["ein_issuing_country"]) == ("201111111", "DE")


@pytest.mark.parametrize(
    "field", ["universal_ein", "brand_id", "status", "campaign_count", "created_date", "surprise"]
)
def test_brand_body_refuses_what_may_not_be_sent(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        wire.brand_body(BRAND | {field: None})


@pytest.mark.parametrize(
    "field", ["account_id", "primary_account_id", "alt_business_id", "alt_business_id_type"]
)
def test_brand_patch_refuses_what_cannot_be_changed(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        wire.brand_patch({field: "x"})


@pytest.mark.parametrize("phone", ["12345", "1" * 16, "none"])
def test_impossible_phone_is_refused(phone: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        wire.brand_body({"phone": phone})


@pytest.mark.parametrize("value", [5, True, ["a"], {"a": 1}])
def test_brand_field_that_is_not_a_text_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="city"):
        wire.brand_body({"city": value})


def test_campaign_body_always_says_yes_or_no_nine_times_and_carries_the_vertical() -> None:
    body = wire.campaign_body(
        CAMPAIGN | {"embedded_link": "true", "age_gated": None, "label": "Alerts #7F3K2M9QXA"}
    )

    assert body == {
        "account_id": "abcd1234",
        "usecase": "2FA",
        "vertical": "TECHNOLOGY",
        "description": "User notifications",
        "label": "Alerts #7F3K2M9QXA",
        "embedded_link": True,
        "embedded_phone": False,
        "number_pool": False,
        "age_gated": False,
        "direct_lending": False,
        "subscriber_opt_in": False,
        "subscriber_opt_out": False,
        "subscriber_help": False,
        "affiliate_marketing": False,
    }
    assert len(wire.CAMPAIGN_FLAGS) == 9
    assert all(type(value) in (str, bool) for value in body.values())


def test_campaign_without_a_vertical_is_refused() -> None:
    with pytest.raises(ValueError, match="vertical"):
        wire.campaign_body(CAMPAIGN | {"vertical": ""})


def test_sub_use_cases_are_sent_as_a_list_and_left_out_when_empty() -> None:
    chosen = wire.campaign_body(CAMPAIGN | {"sub_use_cases": (UseCase.TWO_FACTOR, "SECURITY_ALERT", "")})

    assert chosen["sub_usecases"] == ["2FA", "SECURITY_ALERT"]
    assert "sub_usecases" not in wire.campaign_body(CAMPAIGN | {"sub_use_cases": []})
    with pytest.raises(ValueError, match="list"):
        wire.campaign_body(CAMPAIGN | {"sub_use_cases": "2FA"})


@pytest.mark.parametrize("flag", [*wire.CAMPAIGN_FLAGS, "auto_renewal"])
@pytest.mark.parametrize("value", ["maybe", 1, ["true"]])
def test_flag_that_is_neither_yes_nor_no_is_refused(flag: str, value: object) -> None:
    with pytest.raises(ValueError, match=flag):
        wire.campaign_body(CAMPAIGN | {flag: value})


def test_campaign_patch_sends_its_ten_fields_and_a_false_renewal() -> None:
    assert len(wire.CAMPAIGN_PATCH_FIELDS) == 10
    assert wire.campaign_patch({"label": "New", "auto_renewal": False, "sample_one": ""}) == {
        "label": "New",
        "auto_renewal": False,
    }
    with pytest.raises(ValueError, match="description"):
        wire.campaign_patch({"description": "x"})


def test_vetting_bodies_need_provider_and_class() -> None:
    assert wire.vetting_body({"provider": "AEGIS", "vetting_class": "STANDARD"}) == {
        "evp_id": "AEGIS",
        "vetting_class": "STANDARD",
    }
    assert "vetting_token" not in wire.vetting_import_body(
        {"evp_id": "CV", "vetting_class": "POLITICAL", "vetting_token": ""}
    )
    with pytest.raises(ValueError, match="evp_id"):
        wire.vetting_body({"vetting_class": "STANDARD"})
    with pytest.raises(ValueError, match="vetting_token"):
        wire.vetting_body({"evp_id": "CV", "vetting_class": "POLITICAL", "vetting_token": "t"})


def test_number_is_sent_as_digits_with_its_country() -> None:
    assert wire.number_body({"number": "+1 415-555-0110", "country": "us"}) == {
        "country": "US",
        "number": "14155550110",
    }
    for bad in (
        {"number": "14155550110", "country": "USA"},
        {"number": "12", "country": "US"},
        {"country": "US"},
    ):
        with pytest.raises(ValueError, match=r"letters|digits|missing"):
            wire.number_body(bad)


def test_provider_names_of_fields_become_ours() -> None:
    assert [wire.our_field(name) for name in ("usecase", "sub_usecases", "evp_id", "company_name")] == [
        *("use_case", "sub_use_cases", "provider", "company_name"),
    ]


@PATIENT
@given(st.dictionaries(st.sampled_from(sorted(wire.BRAND_FIELDS)), st.text() | st.none(), max_size=12))
def test_brand_body_never_carries_anything_empty(given_values: dict[str, str | None]) -> None:
    try:
        body = wire.brand_body(given_values)
    except ValueError:
        return
    assert all(isinstance(value, str) and value.strip() == value != "" for value in body.values())
