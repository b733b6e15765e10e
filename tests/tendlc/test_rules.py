"""Every rule with an example that breaks it and one that does not; a rule without both fails."""

from __future__ import annotations

from typing import Any

import pytest

from tendlc.rules import (
    BRAND_RULES,
    CAMPAIGN_RULES,
    BrandCase,
    CampaignCase,
    Demands,
    Rule,
    Severity,
    findings,
    segments,
)
from tendlc.rules.sources import ANSWER, DOCUMENT
from tests.tendlc.rules_page import PAGE, page

NAMES = ("Acme", "Acme Shoes Inc")
SAMPLE = "Acme: your order [number] is on its way. Reply STOP to opt out."
OTHER = "Acme: your order [number] waits at the till until [day]. Reply STOP to opt out."
FLOW = (
    "Customers of Acme opt in at https://acme.example/sms. Up to 4 messages a month; message and data rates may "
    "apply. Reply HELP for help, STOP to opt out. See our privacy policy and terms there."
)
GOOD: dict[str, Any] = {
    "use_case": "CUSTOMER_CARE",
    "description": "Acme tells customers who asked for it in the shop when their order is made, sent and delivered.",
    **dict.fromkeys(("embedded_link", "embedded_phone", "number_pool", "age_gated", "direct_lending"), False),
    **dict.fromkeys(("subscriber_opt_in", "subscriber_opt_out", "subscriber_help"), True),
    "affiliate_marketing": False,
    "message_flow": FLOW,
    "help_message": "Acme: write to help@acme.example or call the shop.",
    "sample_one": SAMPLE,
    "sample_two": OTHER,
    "auto_renewal": True,
}
ASKED = Demands(asked=True)
# For each rule what breaks it and what, close to that, does not: changed values, and the answer to the check.
CAMPAIGN: dict[str, tuple[tuple[dict[str, Any], Demands], tuple[dict[str, Any], Demands]]] = {
    "unchecked": (({}, Demands()), ({}, ASKED)),
    "denied": (({}, Demands(asked=True, denied=True)), ({}, ASKED)),
    "unsupported": (({}, Demands(asked=True, unsupported=("T-Mobile",))), ({}, ASKED)),
    "sub_use_cases": (
        ({"use_case": "MIXED", "sub_use_cases": ["2FA"]}, ASKED),
        ({"use_case": "MIXED", "sub_use_cases": ["2FA", "MARKETING"]}, ASKED),
    ),
    "description_short": (({"description": "x" * 39}, ASKED), ({"description": "x" * 40}, ASKED)),
    "description_thin": (({"description": "x" * 99}, ASKED), ({"description": "x" * 100}, ASKED)),
    "description_long": (({"description": "x" * 4097}, ASKED), ({"description": "x" * 4096}, ASKED)),
    "not_english": (
        ({"sample_one": "Акме: ваш заказ в пути. Ответьте STOP."}, ASKED),
        ({"sample_one": "Acmé: señor, naïve café. Reply STOP to opt out."}, ASKED),
    ),
    "carriers_yes": (
        (
            {"subscriber_help": False},
            Demands(asked=True, requiring={"subscriber_help": ("AT&T",)}),
        ),
        ({}, Demands(asked=True, requiring={"subscriber_help": ("AT&T",)})),
    ),
    "carriers_no": (
        ({"embedded_link": True}, Demands(asked=True, banning={"embedded_link": ("AT&T",)})),
        ({}, Demands(asked=True, banning={"embedded_link": ("AT&T",)})),
    ),
    "keywords_no": (
        ({"subscriber_opt_out": False}, ASKED),
        ({"use_case": "2FA", "subscriber_opt_out": False}, ASKED),
    ),
    "affiliate": (({"affiliate_marketing": True}, ASKED), ({}, ASKED)),
    "pool": (({"number_pool": True}, ASKED), ({}, ASKED)),
    "age_gate": (
        ({"sample_one": "Acme: your beer is cold. STOP ends it."}, ASKED),
        ({"sample_one": "Acme: your beer is cold. STOP ends it.", "age_gated": True}, ASKED),
    ),
    "lending": (
        ({"description": "Acme tells customers about their loan." + GOOD["description"]}, ASKED),
        ({"description": "Acme tells customers about balloons." + GOOD["description"]}, ASKED),
    ),
    "reseller_fixed": (({"reseller_id": "R999999"}, ASKED), ({"reseller_id": "R000000"}, ASKED)),
    "no_renewal": (({"auto_renewal": False}, ASKED), ({}, ASKED)),
    "flow_short": (({"message_flow": ""}, ASKED), ({"message_flow": FLOW[:60]}, ASKED)),
    "flow_gaps": (({"message_flow": FLOW.replace("privacy policy", "page")}, ASKED), ({}, ASKED)),
    "flow_long": (
        ({"message_flow": FLOW + "x" * 2048}, ASKED),
        ({"message_flow": FLOW.ljust(2047, "x")}, ASKED),
    ),
    "flow_proof": (
        ({"flow": {"flow_methods": ["paper"], "flow_paper_details": "at the till"}}, ASKED),
        ({"flow": {"flow_methods": ["paper"], "flow_paper_link": "https://acme.example/form.png"}}, ASKED),
    ),
    "help_short": (({"help_message": "Acme: write."}, ASKED), ({}, ASKED)),
    "help_long": (({"help_message": "Acme a@b.example " + "x" * 239}, ASKED), ({}, ASKED)),
    "help_brand": (({"help_message": "Write to help@shoes.example please."}, ASKED), ({}, ASKED)),
    "help_contact": (({"help_message": "Acme: come to the shop and ask us."}, ASKED), ({}, ASKED)),
    "samples_few": (
        ({"sample_two": ""}, Demands(asked=True, min_samples=2)),
        ({}, Demands(asked=True, min_samples=2)),
    ),
    "samples_one": (({"sample_two": ""}, ASKED), ({}, ASKED)),
    "samples_purposes": (
        ({"use_case": "MIXED", "sub_use_cases": ["2FA", "MARKETING", "CHARITY"]}, ASKED),
        ({"use_case": "MIXED", "sub_use_cases": ["2FA", "MARKETING"]}, ASKED),
    ),
    "sample_short": (({"sample_two": "Acme: STOP ends it."}, ASKED), ({"sample_two": ""}, ASKED)),
    "sample_long": (
        ({"sample_two": "Acme " * 205 + "x"}, ASKED),
        ({"sample_two": ("Acme " * 205).strip()}, ASKED),
    ),
    "samples_alike": (({"sample_two": f" {SAMPLE.upper()}"}, ASKED), ({}, ASKED)),
    "brand_missing": (
        ({"sample_one": "Your order is ready, STOP ends it.", "sample_two": ""}, ASKED),
        ({"sample_one": "Your order is ready, STOP ends it."}, ASKED),
    ),
    "opt_out_missing": (
        ({"sample_one": "Acme: your order is ready.", "sample_two": "Acme: stopwatches are back."}, ASKED),
        ({"sample_one": "Acme: your order is ready."}, ASKED),
    ),
    "variables": (({"sample_one": f"{{{{name}}}}, {SAMPLE}"}, ASKED), ({}, ASKED)),
    "unicode": (({"sample_one": SAMPLE.replace("your", "“your”")}, ASKED), ({}, ASKED)),
    "many_segments": (({"sample_two": "Acme " * 100}, ASKED), ({"sample_two": "Acme " * 90}, ASKED)),
    "link_banned": (
        ({"sample_one": f"{SAMPLE} acme.com"}, Demands(asked=True, banning={"embedded_link": ("AT&T",)})),
        ({}, Demands(asked=True, banning={"embedded_link": ("AT&T",)})),
    ),
    "phone_banned": (
        (
            {"sample_one": f"{SAMPLE} 201-555-0123"},
            Demands(asked=True, banning={"embedded_phone": ("T-Mobile",)}),
        ),
        ({}, Demands(asked=True, banning={"embedded_phone": ("T-Mobile",)})),
    ),
    "link_unsaid": (
        ({"sample_one": f"{SAMPLE} acme.com"}, ASKED),
        ({"sample_one": f"{SAMPLE} me@acme.com", "embedded_link": False}, ASKED),
    ),
    "link_unshown": (
        ({"embedded_link": True}, ASKED),
        ({"embedded_link": True, "sample_one": f"{SAMPLE} acme.com"}, ASKED),
    ),
    "phone_unsaid": (({"sample_one": f"{SAMPLE} (201) 555-0123"}, ASKED), ({}, ASKED)),
    "phone_unshown": (
        ({"embedded_phone": True}, ASKED),
        ({"embedded_phone": True, "sample_one": f"{SAMPLE} +12015550123"}, ASKED),
    ),
    "shortener": (
        ({"sample_one": f"{SAMPLE} https://bit.ly/x"}, ASKED),
        ({"sample_one": f"{SAMPLE} https://not-bit.ly.example/x"}, ASKED),
    ),
    "insecure_link": (
        ({"sample_one": f"{SAMPLE} http://acme.example"}, ASKED),
        ({"sample_one": f"{SAMPLE} https://acme.example"}, ASKED),
    ),
    "forbidden_content": (
        ({"sample_one": f"{SAMPLE} New: CBD oil"}, ASKED),
        ({"sample_one": f"{SAMPLE} New: hempen ropes"}, ASKED),
    ),
}
BRAND_GOOD = {
    "ein": "201234567",
    "ein_issuing_country": "US",
    "street": "23 Main Street",
    "email": "help@acme.example",
    "website": "https://acme.example",
    "phone": "12015550123",
    "stock_exchange": "NASDAQ",
}
# What breaks a rule of brands: changed values, and how they were typed.
BRAND: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "ssn": ({}, {"ein": "201-23-4567"}),
    "ein_is_duns": ({"alt_business_id": "201234567"}, {}),
    "not_american": ({"ein_issuing_country": "DE"}, {}),
    "po_box": ({"street": "P.O. Box 12"}, {}),
    "free_mail": ({"email": "acme@gmail.com"}, {}),
    "other_domain": ({"email": "help@zebra.example"}, {}),
    "plain_http": ({"website": "http://acme.example"}, {}),
    "social_page": ({"website": "https://www.facebook.com/acme"}, {}),
    "phone_plan": ({"phone": "11115550123"}, {}),
    "no_exchange": ({"stock_exchange": "NONE"}, {}),
    "long": ({"email": "x" * 101}, {}),
}


def broken(changes: dict[str, Any], demands: Demands) -> set[str]:
    case = CampaignCase({**GOOD, **changes}, demands, NAMES, {"reseller_id": "R000000"})
    return {finding.rule.id for finding in findings(CAMPAIGN_RULES, case)}


def test_a_careful_campaign_and_brand_break_no_rule() -> None:
    assert broken({}, ASKED) - {"description_thin"} == set()
    assert list(findings(BRAND_RULES, BrandCase(BRAND_GOOD))) == []


@pytest.mark.parametrize("rule", [rule.id for rule in CAMPAIGN_RULES])
def test_every_campaign_rule_is_broken_by_its_bad_example_only(rule: str) -> None:
    bad, good = CAMPAIGN[rule]
    assert rule in broken(*bad)
    assert rule not in broken(*good)


@pytest.mark.parametrize("rule", [rule.id for rule in BRAND_RULES])
def test_every_brand_rule_is_broken_by_its_bad_example_only(rule: str) -> None:
    changes, typed = BRAND[rule]
    found = {one.rule.id for one in findings(BRAND_RULES, BrandCase({**BRAND_GOOD, **changes}, typed))}
    assert rule in found
    assert len(found) <= 2


@pytest.mark.parametrize("rules", [BRAND_RULES, CAMPAIGN_RULES], ids=["brand", "campaign"])
def test_ids_are_unique_and_every_rule_says_who_says_so(rules: tuple[Rule[Any], ...]) -> None:
    ids = [rule.id for rule in rules]
    assert len(ids) == len(set(ids))
    for rule in rules:
        assert rule.fields, rule.id
        assert str(rule.message).endswith((".", "%(signs)s")), rule.id
        assert str(rule.remedy).endswith("."), rule.id
        assert str(rule.source.name), rule.id


def test_only_the_document_or_an_answer_blocks() -> None:
    blocks = {rule.id: rule.source for rule in CAMPAIGN_RULES if rule.severity == Severity.BLOCK}
    assert set(blocks.values()) <= {DOCUMENT, ANSWER}
    assert "samples_few" in blocks
    assert not [rule.id for rule in BRAND_RULES if rule.severity == Severity.BLOCK]


def test_a_denial_never_blocks_since_the_answer_may_be_old() -> None:
    denied = next(rule for rule in CAMPAIGN_RULES if rule.id == "denied")
    assert denied.severity == Severity.WARN


def test_what_is_not_answered_yet_breaks_nothing() -> None:
    assert list(findings(CAMPAIGN_RULES, CampaignCase({}, ASKED, NAMES))) == []


def test_a_finding_names_its_field_its_values_and_a_code_of_its_own() -> None:
    case = CampaignCase({**GOOD, "sample_two": f"{OTHER} https://bit.ly/x"}, ASKED, NAMES)
    found = [one for one in findings(CAMPAIGN_RULES, case) if one.rule.id == "shortener"]
    assert [(one.field, one.code) for one in found] == [("sample_two", "shortener_sample_two")]
    assert found[0].text == "Public link shorteners are refused: bit.ly. Use your own domain."


@pytest.mark.parametrize(
    ("text", "count", "odd"),
    [
        ("", 0, ""),
        ("a" * 160, 1, ""),
        ("a" * 161, 2, ""),
        ("€" * 80, 1, ""),
        ("€" * 81, 2, ""),
        ("a" * 306, 2, ""),
        ("a" * 307, 3, ""),
        ("ы" * 70, 1, "ы"),
        ("ы" * 71, 2, "ы"),
        ("😀" * 35, 1, "😀"),
        ("😀" * 36, 2, "😀"),
    ],
)
def test_segments_are_counted_as_carriers_count_them(text: str, count: int, odd: str) -> None:
    assert (segments(text).count, segments(text).odd) == (count, odd)


def test_the_page_of_the_rules_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "write it anew: python -m tests.tendlc.rules_page"
