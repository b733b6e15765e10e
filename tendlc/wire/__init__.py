"""The provider's objects in the provider's spelling: tolerant on the way in, strict on the way out."""

from __future__ import annotations

from portal.vonage.lists import Page
from portal.vonage.values import boolean, digits, moment
from tendlc.wire.answers import (
    Brand,
    Campaign,
    Feedback,
    FeedbackCategory,
    MnoMetadata,
    NumberLink,
    Qualification,
    Vetting,
    VettingClass,
    VettingProvider,
)
from tendlc.wire.bodies import (
    BRAND_FIELDS,
    BRAND_PATCH_FIELDS,
    CAMPAIGN_FIELDS,
    CAMPAIGN_FLAGS,
    CAMPAIGN_PATCH_FIELDS,
    NUMBER_FIELDS,
    VETTING_FIELDS,
    VETTING_IMPORT_FIELDS,
    brand_body,
    brand_patch,
    campaign_body,
    campaign_patch,
    number_body,
    our_field,
    require_documented,
    vetting_body,
    vetting_import_body,
)
from tendlc.wire.normal import same, same_letters, tax_number
from tendlc.wire.owned import OwnedNumber, owned_page

__all__ = [
    "BRAND_FIELDS",
    "BRAND_PATCH_FIELDS",
    "CAMPAIGN_FIELDS",
    "CAMPAIGN_FLAGS",
    "CAMPAIGN_PATCH_FIELDS",
    "NUMBER_FIELDS",
    "VETTING_FIELDS",
    "VETTING_IMPORT_FIELDS",
    "Brand",
    "Campaign",
    "Feedback",
    "FeedbackCategory",
    "MnoMetadata",
    "NumberLink",
    "OwnedNumber",
    "Page",
    "Qualification",
    "Vetting",
    "VettingClass",
    "VettingProvider",
    "boolean",
    "brand_body",
    "brand_patch",
    "campaign_body",
    "campaign_patch",
    "digits",
    "moment",
    "number_body",
    "our_field",
    "owned_page",
    "require_documented",
    "same",
    "same_letters",
    "tax_number",
    "vetting_body",
    "vetting_import_body",
]
