"""Who says what a rule says, and as of when it was read or came into force."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from tendlc.rules.rule import Source

DOCUMENT: Final = Source(_("Vonage's 10DLC API reference"), date(2026, 11, 1))
ANSWER: Final = Source(_("the carriers' answer to the use case check"), date(2026, 11, 1))
VONAGE: Final = Source(_("Vonage's campaign requirements"), date(2024, 1, 1))
VONAGE_RESELLERS: Final = Source(_("Vonage's rules for reseller ids"), date(2025, 1, 1))
VONAGE_BRANDS: Final = Source(_("Vonage's brand guidelines"), date(2024, 1, 1))
OLD_DEFINITION: Final = Source(
    _("an older definition of Vonage's API; newer copies allow more"), date(2021, 5, 1)
)
REGISTRY: Final = Source(
    _("The Campaign Registry's limits, as its resellers publish them"), date(2026, 11, 1)
)
ALPHABET: Final = Source(_("GSM 03.38, the alphabet of text messages"), date(2012, 9, 1))
TWILIO: Final = Source(_("Twilio's rejections for the same registry"), date(2026, 11, 1))
TELNYX: Final = Source(_("Telnyx's decline codes for the same registry"), date(2026, 11, 1))
BANDWIDTH: Final = Source(_("Bandwidth's review criteria for the same registry"), date(2026, 11, 1))
AWS: Final = Source(_("AWS's registration guide for the same registry"), date(2026, 11, 1))
SINCH: Final = Source(_("Sinch's list of brand feedback"), date(2026, 11, 1))
INFOBIP: Final = Source(_("Infobip's brand guidelines"), date(2026, 11, 1))
NUMBERING: Final = Source(_("Google's libphonenumber"), date(2026, 11, 1))
