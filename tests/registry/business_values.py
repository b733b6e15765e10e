"""What a person types into the business profile's steps, as a browser sends it."""

from __future__ import annotations

from typing import Any

STEPS: dict[str, dict[str, Any]] = {
    "countries": {"countries": ["DE"]},
    "business": {
        "role": "Compliance manager",
        "name": "Acme Retail GmbH",
        "country": "DE",
        "registration_id": "",
        "issuing_authority": "",
        "issuing_authority_other": "",
        "organisation_type": "forProfitOrganisation",
        "trading_name": "",
        "tax_number": "DE136695976",
    },
    "privacy": {
        "dpo_required": "false",
        "iso_27001": "true",
        "equivalent_certificate": "",
        "privacy_policy_url": "https://acme.example.com/privacy",
        "privacy_email": "privacy@acme.example",
        "dpo_email": "",
    },
    "address": {
        "street": "1 Main Street",
        "street_more": "",
        "city": "Berlin",
        "region": "Berlin",
        "postal_code": "10115",
        "address_country": "DE",
    },
    "resale": {"resells": "false", "processing": ""},
    "vetting": {"consent": "false", "contact_name": "", "contact_phone": "", "contact_email": ""},
}
CONSENT = {
    "consent": "true",
    "contact_name": "Ada Lovelace",
    "contact_phone": "+49 30 123456",
    "contact_email": "ada@acme.example",
}


def typed(**changes: Any) -> dict[str, Any]:
    """Everything together as a draft keeps it, with some answers replaced."""
    values: dict[str, Any] = {}
    for step in STEPS.values():
        values.update(step)
    return {**values, **changes}
