from __future__ import annotations

from typing import Any

import pytest

from tendlc import actions
from tendlc.enums import UseCase, Vertical
from tendlc.forms.campaign import (
    FLAGS,
    SAMPLES,
    STEPS,
    USE_CASES,
    CampaignFilter,
    ReviewForm,
    Terms,
    as_data,
    as_initial,
    campaign_findings,
    check,
    flow_is_behind,
    from_wished,
    review_sections,
    to_confirm,
    with_written_flow,
)
from tendlc.forms.cautions import caution_of
from tendlc.models import Brand, Qualification
from tendlc.wire import CAMPAIGN_FLAGS
from tests.people import People
from tests.tendlc.builders import make_brand, make_campaign, make_qualification
from tests.tendlc.campaign_values import ALL, SAMPLE, TERMS

NAMES = ("Vonage Bakery", "Vonage Bakery LLC")
NO_TERMS = Terms("CUSTOMER_CARE")


def terms(
    raw: dict[str, Any] | None = None, *, qualified: bool = True, use_case: str = "CUSTOMER_CARE"
) -> Terms:
    raw = TERMS if raw is None else raw
    return Terms(
        use_case,
        Qualification(
            use_case=use_case, qualified=qualified, raw=raw, quarterly_fee=raw.get("quarterly_fee")
        ),
    )


def cleaned(**changes: Any) -> dict[str, Any]:
    written = with_written_flow({**ALL, **changes})
    checked = check(written, brand=Brand(display_name="Vonage Bakery", vertical="RETAIL"), terms=terms())
    assert checked.unfinished == {}
    return checked.values


def names(values: dict[str, Any], found: Terms | None = None) -> set[str]:
    return {one.rule.id for one in campaign_findings(values, found or terms(), NAMES)}


# --- Terms ---------------------------------------------------------------------------------------


def test_terms_take_the_strictest_carrier() -> None:
    found = terms()
    assert found.min_samples == 2
    assert [name for name, _ in found.carriers] == ["AT&T", "T-Mobile"]
    assert found.requiring == {
        "subscriber_opt_in": ("AT&T",),
        "subscriber_opt_out": (),
        "subscriber_help": (),
    }


def test_fees_are_unknown_while_no_answer_states_them() -> None:
    assert str(NO_TERMS.quarterly) == "unknown"
    assert str(terms({"mno_metadata": []}).quarterly) == "unknown"
    assert str(terms().quarterly) == "30 USD"
    assert str(terms({"quarterly_fee": 0}).quarterly) == "0 USD"


# --- Steps ---------------------------------------------------------------------------------------


def test_every_use_case_and_flag_has_plain_words() -> None:
    assert set(USE_CASES) == set(UseCase.values)
    assert set(FLAGS) == set(CAMPAIGN_FLAGS)


def test_flags_are_never_chosen_silently() -> None:
    form = STEPS["flags"](brand=Brand(), terms=NO_TERMS)
    assert {name: form[name].value() for name in form.fields} == dict.fromkeys(CAMPAIGN_FLAGS)


def test_flags_are_filled_in_where_a_carrier_demands_it() -> None:
    form = STEPS["flags"](brand=Brand(), terms=terms())
    assert {name for name in form.fields if form[name].value() == "true"} == {"subscriber_opt_in"}
    assert "AT&T" in form.fields["subscriber_opt_in"].help_text


def test_flags_left_open_are_errors_and_no_is_an_answer() -> None:
    form = STEPS["flags"](as_data({"embedded_link": "false"}), brand=Brand(), terms=NO_TERMS)
    assert not form.is_valid()
    assert set(form.errors) == set(CAMPAIGN_FLAGS) - {"embedded_link"}
    assert form.cleaned_data == {"embedded_link": False}


def test_vertical_is_taken_from_the_brand_and_may_be_changed() -> None:
    brand = Brand(vertical="RETAIL")
    assert STEPS["about"](brand=brand, terms=NO_TERMS)["vertical"].value() == "RETAIL"
    kept = STEPS["about"](initial={"vertical": "ENERGY"}, brand=brand, terms=NO_TERMS)
    assert kept["vertical"].value() == "ENERGY"


@pytest.mark.parametrize("vertical", ["", "BAKING"])
def test_vertical_outside_the_document_blocks(vertical: str) -> None:
    form = STEPS["about"](as_data({"vertical": vertical, "description": "x"}), brand=Brand(), terms=NO_TERMS)
    assert set(form.errors) == {"vertical"}


def test_all_documented_verticals_and_use_cases_are_accepted() -> None:
    for vertical in Vertical.values:
        data = as_data({"vertical": vertical, "description": "Bread"})
        assert STEPS["about"](data, brand=Brand(), terms=NO_TERMS).is_valid(), vertical
    for use_case in UseCase.values:
        assert STEPS["use_case"](as_data({"use_case": use_case}), brand=Brand(), terms=NO_TERMS).is_valid()


def test_samples_have_a_live_counter_and_their_length_blocks_nothing() -> None:
    form = STEPS["messages"](
        as_data({"sample_one": "a" * 1024, "sample_two": "a" * 1025, "auto_renewal": "false"}),
        brand=Brand(),
        terms=terms(),
    )
    assert form.is_valid()
    assert [name for name in form.fields if 'data-counter="1024"' in str(form[name])] == list(SAMPLES)
    assert "2 samples" in form.fields["sample_one"].help_text


def test_a_step_without_its_values_says_so_for_each_field() -> None:
    checked = check({}, brand=Brand(), terms=NO_TERMS)
    assert set(checked.unfinished) == {"use_case", "about", "flags", "messages"}


# --- Message flow --------------------------------------------------------------------------------


def test_flow_is_written_from_the_answers() -> None:
    values = with_written_flow(ALL)
    assert values["message_flow"].startswith("Customers opt in on a web form: on the checkout page.")
    assert not flow_is_behind(values)


def test_flow_follows_changed_answers_until_it_is_edited() -> None:
    values = with_written_flow({**with_written_flow(ALL), "flow_frequency": "daily"})
    assert "Message frequency: daily." in values["message_flow"]


def test_edited_flow_is_kept_and_known_to_be_behind() -> None:
    edited = {**with_written_flow(ALL), "message_flow": "My own words.", "flow_frequency": "daily"}
    assert with_written_flow(edited)["message_flow"] == "My own words."
    assert flow_is_behind(edited)
    assert "daily" in with_written_flow(edited, anew=True)["message_flow"]


def test_edited_flow_is_not_behind_while_the_answers_stand() -> None:
    assert not flow_is_behind({**with_written_flow(ALL), "message_flow": "My own words."})


def test_line_ends_of_browsers_are_no_edit() -> None:
    values = with_written_flow(ALL)
    sent = {**values, "message_flow": values["message_flow"].replace("\n", "\r\n"), "flow_frequency": "daily"}
    assert "daily" in with_written_flow(sent)["message_flow"]


# --- Values --------------------------------------------------------------------------------------


def test_values_are_what_the_action_takes() -> None:
    values = cleaned()
    assert {values[name] for name in CAMPAIGN_FLAGS} == {True, False}
    assert values["sub_use_cases"] == ["ACCOUNT_NOTIFICATION"]
    assert values["flow"]["flow_methods"] == ["web_form"]
    assert not [name for name in values if name.startswith("flow_") or name == "message_flow_made"]


def test_wished_values_come_back_as_they_were_typed() -> None:
    values = cleaned()
    again = check(from_wished(values), brand=Brand(), terms=terms())
    assert again.unfinished == {}
    assert again.values == values


def test_a_list_of_one_survives_a_draft() -> None:
    assert as_initial({"sub_use_cases": "2FA", "label": "x"}) == {"sub_use_cases": ["2FA"], "label": "x"}


# --- Cautions ------------------------------------------------------------------------------------


def test_a_careful_campaign_raises_nothing() -> None:
    assert names(cleaned()) == set()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"description": "Too short."}, "description_short"),
        ({"sample_two": ""}, "samples_few"),
        ({"embedded_link": "false"}, "link_unsaid"),
        ({"sample_one": "Vonage Bakery. STOP", "sample_two": "Vonage Bakery"}, "link_unshown"),
        ({"embedded_phone": "true"}, "phone_unshown"),
        ({"sample_one": f"{SAMPLE} Call (201) 555-0123."}, "phone_unsaid"),
        ({"sample_two": "Vonage Bakery https://bit.ly/x STOP"}, "shortener"),
        ({"sample_one": "https://a.com STOP", "sample_two": "Hello"}, "brand_missing"),
        ({"sample_one": "Vonage Bakery https://a.com", "sample_two": "Hello"}, "opt_out_missing"),
        ({"affiliate_marketing": "true"}, "affiliate"),
        ({"subscriber_opt_in": "false"}, "carriers_yes"),
        ({"flow_privacy_url": ""}, "flow_gaps"),
        ({"message_flow": "x" * 2049}, "flow_long"),
        ({"message_flow": "Ask us."}, "flow_short"),
        ({"help_message": "x" * 256}, "help_long"),
        ({"help_message": ""}, "help_short"),
    ],
)
def test_doubtful_values_raise_a_caution(changes: dict[str, Any], expected: str) -> None:
    found = campaign_findings(cleaned(**changes), terms(), NAMES)
    assert expected in {one.rule.id for one in found}
    assert all(str(one.rule.source) and one.text for one in found)


def test_an_address_of_a_mail_is_no_link() -> None:
    plain = "Vonage Bakery: write to hello@bakery.example. Reply STOP to opt out."
    values = cleaned(sample_one=plain, sample_two=plain, embedded_link="false")
    assert "link_unsaid" not in names(values)


def test_own_domains_that_look_like_shorteners_are_none() -> None:
    assert "shortener" not in names(
        cleaned(sample_one=SAMPLE.replace("bakery.example", "not-bit.ly.example"))
    )


@pytest.mark.parametrize(
    ("use_case", "count", "warns"),
    [
        *[("MIXED", 1, True), ("MIXED", 2, False), ("MIXED", 5, False), ("MIXED", 6, True)],
        *[("LOW_VOLUME", 0, True), ("LOW_VOLUME", 1, False), ("LOW_VOLUME", 6, True)],
        ("MARKETING", 0, False),
    ],
)
def test_number_of_purposes_is_checked_where_it_matters(use_case: str, count: int, warns: bool) -> None:
    values = {**cleaned(), "use_case": use_case, "sub_use_cases": UseCase.values[:count]}
    assert ("sub_use_cases" in names(values, terms(use_case=use_case))) is warns


def test_denied_and_never_checked_use_cases_are_said() -> None:
    assert "denied" in names(cleaned(), terms({}, qualified=False))
    assert "unchecked" in names(cleaned(), NO_TERMS)


def test_banned_links_are_said_with_the_carrier() -> None:
    raw = {"mno_metadata": [{"mno": "TMO", "network_id": "10035", "no_embedded_link": "true,"}]}
    found = [one for one in campaign_findings(cleaned(), terms(raw), NAMES) if one.rule.id == "carriers_no"]
    assert (found[0].blocks, "T-Mobile" in found[0].text) == (True, True)


def test_review_needs_a_tick_for_each_caution() -> None:
    found = [
        caution_of(one)
        for one in to_confirm(campaign_findings(cleaned(description="Short."), terms(), NAMES))
    ]
    assert not ReviewForm({}, cautions=found).is_valid()
    assert ReviewForm({"confirm_description_short": "on"}, cautions=found).is_valid()


# --- Review --------------------------------------------------------------------------------------


def test_review_shows_every_field_that_is_sent(people: People) -> None:
    brand = make_brand(people.account)
    brand.api_key.reseller_id = "R123456"
    values = {name: value for name, value in cleaned().items() if name != "flow"}
    payload = actions.campaign_payload(values, brand.api_key, "ABC")
    rows = {row.name: row for section in review_sections(payload) for row in section.rows}
    assert len(rows) == len(payload)
    assert rows["label"].text == "Opening hours #ABC"
    assert (rows["age_gated"].text, rows["embedded_link"].text) == ("No", "Yes")
    assert rows["reseller_id"].text == "R123456"
    assert {name for name, row in rows.items() if not row.fixed} == {
        *("label", "reseller_id", "sample_one", "sample_two", "message_flow", "help_message", "auto_renewal")
    }


# --- Filters -------------------------------------------------------------------------------------


def test_filter_narrows_and_ignores_what_nobody_offered(people: People) -> None:
    scope = people.scope(people.member)
    brand = make_brand(people.account)
    active = make_campaign(brand, label="Active one")
    review = make_campaign(brand, label="Other", state="in_review", use_case="2FA")
    rows = type(active).objects.order_by("pk")

    def found(**wanted: str) -> list[int]:
        return [row.pk for row in CampaignFilter(wanted, scope=scope).apply(rows)]

    assert found(state="in_review") == [review.pk]
    assert found(use_case="2FA") == [review.pk]
    assert found(q="active") == [active.pk]
    assert found(brand=str(brand.pk)) == [active.pk, review.pk]
    assert found(state="nonsense", brand="x") == [active.pk, review.pk]


def test_filter_hides_the_client_while_there_is_only_one(people: People) -> None:
    assert "client" in CampaignFilter({}, scope=people.scope(people.member)).fields
    assert "client" not in CampaignFilter({}, scope=people.scope(people.limited)).fields


def test_terms_read_a_stored_answer(people: People) -> None:
    row = make_qualification(make_brand(people.account), raw=TERMS)
    assert Terms(row.use_case, row).min_samples == 2
