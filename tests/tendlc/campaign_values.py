"""What a person types into the campaign wizard, step by step, and the carriers' answer to the check."""

from __future__ import annotations

from typing import Any

SAMPLE = "Vonage Bakery: your order [number] is ready, see https://bakery.example/o. Reply STOP to opt out."
OTHER = "Vonage Bakery: we open at 7 tomorrow, see https://bakery.example/hours. Reply STOP to opt out."
STEPS: dict[str, dict[str, Any]] = {
    "use_case": {"use_case": "CUSTOMER_CARE"},
    "about": {
        "vertical": "RETAIL",
        "description": "Vonage Bakery answers its customers' questions about orders and opening hours, "
        "which they asked by text message or on its website.",
        "sub_use_cases": ["ACCOUNT_NOTIFICATION"],
    },
    "flags": {
        "embedded_link": "true",
        "embedded_phone": "false",
        "number_pool": "false",
        "age_gated": "false",
        "direct_lending": "false",
        "subscriber_opt_in": "true",
        "subscriber_opt_out": "true",
        "subscriber_help": "true",
        "affiliate_marketing": "false",
    },
    "consent": {
        "flow_methods": ["web_form"],
        "flow_web_form_details": "on the checkout page",
        "flow_web_form_link": "https://bakery.example/sms",
        "flow_program": "Vonage Bakery",
        "flow_message_types": "answers and order updates",
        "flow_frequency": "up to 4 messages a month",
        "flow_says_rates": "on",
        "flow_says_help": "on",
        "flow_says_stop": "on",
        "flow_privacy_url": "https://bakery.example/privacy",
        "flow_terms_url": "https://bakery.example/terms",
        "help_message": "Vonage Bakery: call us at the shop or write to hello@bakery.example.",
    },
    "messages": {
        "sample_one": SAMPLE,
        "sample_two": OTHER,
        "label": "Opening hours",
        "auto_renewal": "true",
    },
}
ALL: dict[str, Any] = {name: value for step in STEPS.values() for name, value in step.items()}
TERMS: dict[str, Any] = {
    "usecase": "CUSTOMER_CARE",
    "quarterly_fee": 30,
    "annual_fee": 120,
    "mno_metadata": [
        {
            "network_id": "10017",
            "mno": "AT&T",
            "qualify": True,
            "mno_support": True,
            "min_msg_samples": 1,
            "att_msg_class": "E",
            "att_tpm": 240,
            "req_subscriber_opt_in": "true,",
        },
        {
            "network_id": "10035",
            "mno": "TMO",
            "qualify": True,
            "mno_support": True,
            "mno_review": "false,",
            "min_msg_samples": 2,
            "tmo_brand_tier": "LOW",
            "no_embedded_link": False,
        },
    ],
}
