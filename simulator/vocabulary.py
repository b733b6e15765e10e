"""The words and numbers of the documented API, and the status words chosen where it gives none."""

from __future__ import annotations

from typing import Any

ENTITY_TYPES = ("PRIVATE_PROFIT", "PUBLIC_PROFIT", "NON_PROFIT")
ALT_BUSINESS_ID_TYPES = ("DUNS", "GIIN", "LEI")
STOCK_EXCHANGES = (
    *("NONE", "AMEX", "AMX", "ASX", "B3", "BME", "BSE", "FRA", "ICEX", "JSE", "KRX", "LON"),
    *("NASDAQ", "NSE", "NYSE", "OMX", "SEHK", "SSE", "STO", "SWX", "SZSE", "TSX", "TWSE", "VSE"),
)
VERTICALS = (
    *("UNKNOWN", "REAL_ESTATE", "HEALTHCARE", "ENERGY", "ENTERTAINMENT", "RETAIL", "AGRICULTURE"),
    *("INSURANCE", "EDUCATION", "HOSPITALITY", "FINANCIAL", "GAMBLING", "CONSTRUCTION", "NGO"),
    *("MANUFACTURING", "GOVERNMENT", "TECHNOLOGY", "COMMUNICATION"),
)
USE_CASES = (
    *("CUSTOMER_CARE", "POLLING_VOTING", "HIGHER_EDUCATION", "PUBLIC_SERVICE_ANNOUNCEMENT", "MARKETING"),
    *("SECURITY_ALERT", "DELIVERY_NOTIFICATION", "ACCOUNT_NOTIFICATION", "2FA", "FRAUD_ALERT", "TRIAL"),
    *("CHARITY", "POLITICAL", "EMERGENCY", "SWEEPSTAKE", "CONVERSATIONAL", "MIXED", "CARRIER_EXEMPT"),
    *("SOCIAL", "LOW_VOLUME"),
)

ATT = "10017"
TMO = "10035"
CARRIERS = {ATT: "AT&T", TMO: "TMO"}

APPLICATION_CAPABILITIES = ("voice", "rtc", "messages", "vbc", "network_apis", "meetings", "verify", "video")
NETWORK_OPTIONS = ("network_application_id", "redirect_uri")

# Seconds at speed 1, counted from the request that starts the wait.
DELAYS = {
    "brand": 20.0,
    "revet": 20.0,
    "vetting": 30.0,
    "vetting_import": 15.0,
    "vetting_expiry": 60.0,
    "campaign_review": 10.0,
    "carrier_att": 20.0,
    "carrier_tmo": 30.0,
    "campaign_suspension": 60.0,
    "campaign_expiry": 60.0,
    "campaign_stop": 20.0,
    "number": 10.0,
}

# No status stops a link except these, in which the campaign carries no traffic and will not again by itself.
CLOSED_CAMPAIGN = frozenset({"REJECTED", "SUSPENDED", "EXPIRED", "PENDING_CANCELLATION", "CANCELED"})
STOPPED_CAMPAIGN = frozenset({"PENDING_CANCELLATION", "CANCELED"})
CAMPAIGN_IN_REVIEW = frozenset({"PENDING_REVIEW", "CARRIERS_REVIEW", "UPDATES_REQUIRED"})

PROVIDERS: tuple[dict[str, Any], ...] = (
    {
        "evp_id": "AEGIS",
        "display_name": "Aegis Mobile",
        "tcr_billable": True,
        "vetting_classes": ["STANDARD", "ENHANCED", "POLITICAL"],
        "vetting_instruction": "Have the tax registration letter of the brand at hand.",
    },
    {
        "evp_id": "WMC",
        "display_name": "WMC Global",
        "tcr_billable": True,
        "vetting_classes": ["STANDARD"],
        "vetting_instruction": "For private and public companies in the United States.",
    },
    {
        "evp_id": "CV",
        "display_name": "Campaign Verify",
        "tcr_billable": False,
        "vetting_classes": ["POLITICAL"],
        "vetting_instruction": "Ordered at Campaign Verify itself; import the result with its token.",
    },
)
VETTING_CLASSES: tuple[dict[str, Any], ...] = (
    {
        "id": "STANDARD",
        "enabled": True,
        "display_name": "Standard",
        "description": "A score that sets the throughput of the brand's campaigns.",
        "validity_months": 12,
    },
    {
        "id": "ENHANCED",
        "enabled": True,
        "display_name": "Enhanced",
        "description": "A standard vetting with a deeper look at the company.",
        "validity_months": 12,
    },
    {
        "id": "POLITICAL",
        "enabled": True,
        "display_name": "Political",
        "description": "For organisations that send political messages.",
        "validity_months": 12,
    },
    {
        "id": "LEGACY",
        "enabled": False,
        "display_name": "Legacy",
        "description": "No longer offered; imported results stay valid.",
        "validity_months": 6,
    },
)
