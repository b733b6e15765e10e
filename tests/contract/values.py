"""Closed lists of the document, and the fields of what it answers."""

from __future__ import annotations

ENTITY_TYPES = ("PRIVATE_PROFIT", "PUBLIC_PROFIT", "NON_PROFIT")
ALT_BUSINESS_ID_TYPES = ("DUNS", "GIIN", "LEI")
USE_CASES = (
    "CUSTOMER_CARE",
    "POLLING_VOTING",
    "HIGHER_EDUCATION",
    "PUBLIC_SERVICE_ANNOUNCEMENT",
    "MARKETING",
    "SECURITY_ALERT",
    "DELIVERY_NOTIFICATION",
    "ACCOUNT_NOTIFICATION",
    "2FA",
    "FRAUD_ALERT",
    "TRIAL",
    "CHARITY",
    "POLITICAL",
    "EMERGENCY",
    "SWEEPSTAKE",
    "CONVERSATIONAL",
    "MIXED",
    "CARRIER_EXEMPT",
    "SOCIAL",
    "LOW_VOLUME",
)
VERTICALS = (
    "UNKNOWN",
    "REAL_ESTATE",
    "HEALTHCARE",
    "ENERGY",
    "ENTERTAINMENT",
    "RETAIL",
    "AGRICULTURE",
    "INSURANCE",
    "EDUCATION",
    "HOSPITALITY",
    "FINANCIAL",
    "GAMBLING",
    "CONSTRUCTION",
    "NGO",
    "MANUFACTURING",
    "GOVERNMENT",
    "TECHNOLOGY",
    "COMMUNICATION",
)
NO_EXCHANGE = "NONE"
EXCHANGES = (
    *("AMEX", "AMX", "ASX", "B3", "BME", "BSE", "FRA", "ICEX", "JSE", "KRX", "LON", "NASDAQ"),
    *("NSE", "NYSE", "OMX", "SEHK", "SSE", "STO", "SWX", "SZSE", "TSX", "TWSE", "VSE"),
)
NUMBER_STATUSES = ("UNKNOWN", "APPROVED", "REJECTED", "PENDING")

PAGE_ANSWER = ("page_size", "page", "total_pages", "total_items")
BRAND_ANSWER = (
    *("account_id", "primary_account_id", "entity_type", "display_name", "company_name", "ein"),
    *("ein_issuing_country", "universal_ein", "alt_business_id_type", "alt_business_id", "phone"),
    *("street", "city", "state", "postal_code", "country", "email", "stock_symbol", "stock_exchange"),
    *("website", "vertical", "campaign_count", "brand_relationship", "partner", "shared", "owner"),
    *("status", "reference_id", "brand_id", "created_date", "last_updated"),
)
CAMPAIGN_ANSWER = (
    *("account_id", "vertical", "usecase", "sub_usecases", "reseller_id", "description", "embedded_link"),
    *("embedded_phone", "number_pool", "age_gated", "direct_lending", "subscriber_opt_in"),
    *("subscriber_opt_out", "subscriber_help", "sample_one", "sample_two", "sample_three", "sample_four"),
    *("sample_five", "message_flow", "help_message", "affiliate_marketing", "label", "auto_renewal"),
    *("brand_id", "mno_metadata", "status", "campaign_id", "created_date", "last_updated"),
)
MNO_ANSWER_OF_CAMPAIGN = (
    *("network_id", "min_msg_samples", "msg_class", "req_subscriber_opt_out", "mno_review"),
    *("no_embedded_phone", "mno", "tpm", "req_subscriber_help", "req_subscriber_opt_in", "mno_support"),
    *("no_embedded_link", "qualify", "status", "brand_tier"),
)
MNO_ANSWER_OF_CHECK = (
    *("network_id", "min_msg_samples", "att_msg_class", "req_subscriber_opt_in", "req_subscriber_help"),
    *("req_subscriber_opt_out", "mno", "att_tpm", "mno_support", "mno_review", "no_embedded_link"),
    *("no_embedded_phone", "qualify", "tmo_brand_tier"),
)
QUALIFICATION_ANSWER = ("usecase", "quarterly_fee", "annual_fee", "mno_metadata")
VETTING_ANSWER = (
    *("account_id", "evp_id", "vetting_id", "vetting_token", "vetting_score", "vetting_class"),
    *("vetting_status", "vetted_date", "create_date"),
)
NUMBER_ANSWER = ("number", "country", "status", "compliance")
FEEDBACK_ANSWER = ("categories",)
FEEDBACK_CATEGORY_ANSWER = ("name", "description", "fields")
VETTING_CLASS_ANSWER = ("id", "enabled", "display_name", "description", "validity_months")
VETTING_PROVIDER_ANSWER = (
    *("evp_id", "display_name", "tcr_billable", "vetting_classes", "vetting_instruction"),
)
