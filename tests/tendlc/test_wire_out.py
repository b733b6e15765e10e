"""What is sent to Vonage: the documented form, strictly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tendlc import wire
from tendlc.enums import UseCase
from tests.tendlc.wire_values import BRAND, CAMPAIGN, PATIENT

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
