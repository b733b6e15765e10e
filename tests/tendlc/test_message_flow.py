from __future__ import annotations

import pytest

from tendlc.message_flow import METHODS, Flow, OptIn, missing, read_flow, write_text

ANSWERS = {
    "flow_methods": ["text_keyword", "web_form"],
    "flow_web_form_details": "on the checkout page,  with a box that is not ticked",
    "flow_web_form_link": "https://bakery.example/sms",
    "flow_text_keyword_details": "BREAD to 12015550123",
    "flow_paper_details": "typed before the tick was taken away",
    "flow_program": "Vonage Bakery Alerts",
    "flow_message_types": "order updates",
    "flow_frequency": "up to 4 messages a month",
    "flow_says_rates": "on",
    "flow_says_stop": True,
    "flow_says_help": "",
    "flow_privacy_url": "https://bakery.example/privacy",
    "flow_terms_url": "https://bakery.example/terms",
}


def test_answers_are_read_in_the_order_of_the_form() -> None:
    flow = read_flow(ANSWERS)
    assert flow.opt_ins == (
        OptIn(
            "web_form", "on the checkout page, with a box that is not ticked", "https://bakery.example/sms"
        ),
        OptIn("text_keyword", "BREAD to 12015550123"),
    )
    assert flow.says == {"rates", "stop"}


def test_one_method_may_come_as_a_plain_text() -> None:
    assert [one.method for one in read_flow({"flow_methods": "paper"}).opt_ins] == ["paper"]


def test_text_says_everything_that_was_answered_and_nothing_else() -> None:
    assert write_text(read_flow(ANSWERS)).splitlines() == [
        "Customers opt in on a web form: on the checkout page, with a box that is not ticked. "
        "See https://bakery.example/sms",
        "Customers opt in by texting a keyword: BREAD to 12015550123.",
        "The program is run by Vonage Bakery Alerts.",
        "Subscribers receive order updates.",
        "Message frequency: up to 4 messages a month.",
        "Customers are told when they sign up: Message and data rates may apply. Reply STOP to opt out at any time.",
        "Privacy policy: https://bakery.example/privacy",
        "Terms and conditions: https://bakery.example/terms",
    ]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_an_opening_of_its_own(method: str) -> None:
    text = write_text(Flow(opt_ins=(OptIn(method),)))
    others = {write_text(Flow(opt_ins=(OptIn(other),))) for other in METHODS if other != method}
    assert text.startswith("Customers opt in")
    assert text not in others


def test_no_answers_make_no_text() -> None:
    assert read_flow({}).is_empty
    assert write_text(Flow()) == ""


def test_missing_names_what_carriers_look_for() -> None:
    assert missing(read_flow(ANSWERS)) == ("help",)
    assert set(missing(Flow())) == {
        *("opt_in", "program", "message_types", "frequency", "rates", "help", "stop"),
        *("privacy_url", "terms_url"),
    }
