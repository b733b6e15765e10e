"""Every closed list of 10DLC: the values the document names, and where things stand with *us*.

The provider's own word for a state is `remote_status` and is never compared outside lifecycle.
"""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class EntityType(models.TextChoices):
    """The form of business behind a brand; it decides which other fields are required."""

    PRIVATE_PROFIT = "PRIVATE_PROFIT", _("Private company")
    PUBLIC_PROFIT = "PUBLIC_PROFIT", _("Public company (listed)")
    NON_PROFIT = "NON_PROFIT", _("Non-profit organisation")


class Vertical(models.TextChoices):
    UNKNOWN = "UNKNOWN", _("Not stated")
    REAL_ESTATE = "REAL_ESTATE", _("Real estate")
    HEALTHCARE = "HEALTHCARE", _("Healthcare")
    ENERGY = "ENERGY", _("Energy and utilities")
    ENTERTAINMENT = "ENTERTAINMENT", _("Entertainment")
    RETAIL = "RETAIL", _("Retail and consumer goods")
    AGRICULTURE = "AGRICULTURE", _("Agriculture")
    INSURANCE = "INSURANCE", _("Insurance")
    EDUCATION = "EDUCATION", _("Education")
    HOSPITALITY = "HOSPITALITY", _("Hospitality and travel")
    FINANCIAL = "FINANCIAL", _("Financial services")
    GAMBLING = "GAMBLING", _("Gambling and lottery")
    CONSTRUCTION = "CONSTRUCTION", _("Construction")
    NGO = "NGO", _("Non-governmental organisation")
    MANUFACTURING = "MANUFACTURING", _("Manufacturing")
    GOVERNMENT = "GOVERNMENT", _("Government")
    TECHNOLOGY = "TECHNOLOGY", _("Information technology")
    COMMUNICATION = "COMMUNICATION", _("Communication and media")


class UseCase(models.TextChoices):
    CUSTOMER_CARE = "CUSTOMER_CARE", _("Customer care")
    POLLING_VOTING = "POLLING_VOTING", _("Polling and voting")
    HIGHER_EDUCATION = "HIGHER_EDUCATION", _("Higher education")
    PUBLIC_SERVICE_ANNOUNCEMENT = "PUBLIC_SERVICE_ANNOUNCEMENT", _("Public service announcement")
    MARKETING = "MARKETING", _("Marketing")
    SECURITY_ALERT = "SECURITY_ALERT", _("Security alert")
    DELIVERY_NOTIFICATION = "DELIVERY_NOTIFICATION", _("Delivery notification")
    ACCOUNT_NOTIFICATION = "ACCOUNT_NOTIFICATION", _("Account notification")
    TWO_FACTOR = "2FA", _("Two-factor authentication (2FA)")
    FRAUD_ALERT = "FRAUD_ALERT", _("Fraud alert")
    TRIAL = "TRIAL", _("Trial")
    CHARITY = "CHARITY", _("Charity")
    POLITICAL = "POLITICAL", _("Political")
    EMERGENCY = "EMERGENCY", _("Emergency")
    SWEEPSTAKE = "SWEEPSTAKE", _("Sweepstake")
    CONVERSATIONAL = "CONVERSATIONAL", _("Conversational")
    MIXED = "MIXED", _("Mixed")
    CARRIER_EXEMPT = "CARRIER_EXEMPT", _("Carrier exempt")
    SOCIAL = "SOCIAL", _("Social")
    LOW_VOLUME = "LOW_VOLUME", _("Low volume")


class StockExchange(models.TextChoices):
    NONE = "NONE", _("None")
    AMEX = "AMEX", _("AMEX – NYSE American")
    AMX = "AMX", _("AMX")
    ASX = "ASX", _("ASX – Australian Securities Exchange")
    B3 = "B3", _("B3 – Brazil")
    BME = "BME", _("BME – Madrid")
    BSE = "BSE", _("BSE – Bombay")
    FRA = "FRA", _("FRA – Frankfurt")
    ICEX = "ICEX", _("ICEX – Iceland")
    JSE = "JSE", _("JSE – Johannesburg")
    KRX = "KRX", _("KRX – Korea")
    LON = "LON", _("LON – London")
    NASDAQ = "NASDAQ", _("NASDAQ")
    NSE = "NSE", _("NSE – National Stock Exchange of India")
    NYSE = "NYSE", _("NYSE – New York")
    OMX = "OMX", _("OMX – Nasdaq Nordic")
    SEHK = "SEHK", _("SEHK – Hong Kong")
    SSE = "SSE", _("SSE – Shanghai")
    STO = "STO", _("STO – Stockholm")
    SWX = "SWX", _("SWX – Switzerland")
    SZSE = "SZSE", _("SZSE – Shenzhen")
    TSX = "TSX", _("TSX – Toronto")
    TWSE = "TWSE", _("TWSE – Taiwan")
    VSE = "VSE", _("VSE – Vienna")


class AltBusinessIdType(models.TextChoices):
    DUNS = "DUNS", _("DUNS number")
    GIIN = "GIIN", _("GIIN")
    LEI = "LEI", _("Legal entity identifier (LEI)")


class Axis(models.TextChoices):
    """The five lines along which something here moves; each has its own states."""

    BRAND = "brand", _("Brand")
    VETTING = "vetting", _("Vetting")
    CAMPAIGN = "campaign", _("Campaign")
    CARRIER = "carrier", _("Campaign at a carrier")
    NUMBER = "number", _("Number")


class Presence(models.TextChoices):
    """What was seen of something that Vonage had; the word stands as the reason of the change it is noted by."""

    GONE = "gone", _("No longer at Vonage")
    RETURNED = "returned", _("At Vonage again")

    @property
    def badge(self) -> str:
        return _PRESENCE_BADGES[self]


class WaitingOn(models.TextChoices):
    """Who has to move next."""

    US = "us", _("You")
    VONAGE = "vonage", _("Vonage")
    PROVIDER = "provider", _("The vetting provider")
    CARRIERS = "carriers", _("The carriers")
    NOBODY = "nobody", _("Nobody")


class DeadlineKind(models.TextChoices):
    """What a day on the calendar is about."""

    VETTING_EXPIRY = "vetting_expiry", _("Vetting expires")
    EMAIL_CONFIRMATION = "email_confirmation", _("Public company confirms by e-mail")
    UPDATES_REQUIRED = "updates_required", _("Campaign must be corrected")
    NO_NUMBER = "no_number", _("Campaign without a number")
    LINK_PENDING = "link_pending", _("Number link hangs")
    RENEWAL = "renewal", _("Campaign renews")


class BrandState(models.TextChoices):
    SUBMITTING = "submitting", _("Being submitted")
    PENDING = "pending", _("Being checked")
    UNVERIFIED = "unverified", _("Not verified")
    VERIFIED = "verified", _("Verified")
    VETTED = "vetted", _("Verified and vetted")
    REFUSED = "refused", _("Refused")
    UNKNOWN = "unknown", _("Unclear")

    @property
    def badge(self) -> str:
        """The colour it is shown in; `unknown` never has a reassuring one."""
        return _BRAND_BADGES[self]


class VettingState(models.TextChoices):
    SUBMITTING = "submitting", _("Being submitted")
    PENDING = "pending", _("In progress")
    SCORED = "scored", _("Scored")
    UNSCORED = "unscored", _("Without a score")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Expired")
    REFUSED = "refused", _("Refused")
    UNKNOWN = "unknown", _("Unclear")

    @property
    def badge(self) -> str:
        return _VETTING_BADGES[self]


class CampaignState(models.TextChoices):
    SUBMITTING = "submitting", _("Being submitted")
    IN_REVIEW = "in_review", _("In review")
    ACTIVE = "active", _("Active")
    REJECTED = "rejected", _("Rejected")
    SUSPENDED = "suspended", _("Suspended")
    STOPPING = "stopping", _("Being stopped")
    STOPPED = "stopped", _("Stopped")
    EXPIRED = "expired", _("Expired")
    REFUSED = "refused", _("Refused")
    UNKNOWN = "unknown", _("Unclear")

    @property
    def badge(self) -> str:
        return _CAMPAIGN_BADGES[self]


class NumberState(models.TextChoices):
    SUBMITTING = "submitting", _("Being submitted")
    PENDING = "pending", _("Being linked")
    LINKED = "linked", _("Linked")
    REJECTED = "rejected", _("Rejected")
    UNLINKING = "unlinking", _("Being unlinked")
    UNLINKED = "unlinked", _("Unlinked")
    REFUSED = "refused", _("Refused")
    UNKNOWN = "unknown", _("Unclear")

    @property
    def badge(self) -> str:
        return _NUMBER_BADGES[self]


class CarrierState(models.TextChoices):
    REVIEW = "review", _("In review")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    SUSPENDED = "suspended", _("Suspended")
    UNKNOWN = "unknown", _("Unclear")

    @property
    def badge(self) -> str:
        return _CARRIER_BADGES[self]


_BRAND_BADGES: Final = {
    BrandState.SUBMITTING: "azure",
    BrandState.PENDING: "blue",
    BrandState.UNVERIFIED: "orange",
    BrandState.VERIFIED: "green",
    BrandState.VETTED: "green",
    BrandState.REFUSED: "red",
    BrandState.UNKNOWN: "yellow",
}
_VETTING_BADGES: Final = {
    VettingState.SUBMITTING: "azure",
    VettingState.PENDING: "blue",
    VettingState.SCORED: "green",
    VettingState.UNSCORED: "yellow",
    VettingState.FAILED: "red",
    VettingState.EXPIRED: "orange",
    VettingState.REFUSED: "red",
    VettingState.UNKNOWN: "yellow",
}
_CAMPAIGN_BADGES: Final = {
    CampaignState.SUBMITTING: "azure",
    CampaignState.IN_REVIEW: "blue",
    CampaignState.ACTIVE: "green",
    CampaignState.REJECTED: "red",
    CampaignState.SUSPENDED: "orange",
    CampaignState.STOPPING: "azure",
    CampaignState.STOPPED: "secondary",
    CampaignState.EXPIRED: "secondary",
    CampaignState.REFUSED: "red",
    CampaignState.UNKNOWN: "yellow",
}
_NUMBER_BADGES: Final = {
    NumberState.SUBMITTING: "azure",
    NumberState.PENDING: "blue",
    NumberState.LINKED: "green",
    NumberState.REJECTED: "red",
    NumberState.UNLINKING: "azure",
    NumberState.UNLINKED: "secondary",
    NumberState.REFUSED: "red",
    NumberState.UNKNOWN: "yellow",
}
_PRESENCE_BADGES: Final = {Presence.GONE: "orange", Presence.RETURNED: "azure"}
_CARRIER_BADGES: Final = {
    CarrierState.REVIEW: "blue",
    CarrierState.APPROVED: "green",
    CarrierState.REJECTED: "red",
    CarrierState.SUSPENDED: "orange",
    CarrierState.UNKNOWN: "yellow",
}


# The API's own short names; anything else is shown as it comes.
class OwnedType(models.TextChoices):
    """Kinds of numbers as the Numbers API spells them."""

    MOBILE = "mobile-lvn", _("Mobile")
    SHORT_CODE = "mobile-shortcode", _("Short code")
    LANDLINE = "landline", _("Landline")
    TOLL_FREE = "landline-toll-free", _("Toll-free")


_CARRIER_LABELS: Final = {"TMO": "T-Mobile", "ATT": "AT&T", "VZW": "Verizon", "USC": "US Cellular"}


def carrier_label(word: str) -> str:
    """The name people know a carrier under."""
    return _CARRIER_LABELS.get(word, word)


def voice_of(said_by: str) -> str:
    """Who said a no, as a refusal names them; a carrier by the name people know."""
    who, _colon, network = said_by.partition(":")
    return carrier_label(network) if who == Axis.CARRIER else said_by.capitalize()
