"""10DLC: what people wish for and, in columns of their own, what Vonage says is so."""

from __future__ import annotations

from tendlc.models.beside import (
    CampaignTemplate,
    Deadline,
    OwnedNumber,
    Qualification,
    SyncRun,
    VettingClass,
    VettingProvider,
)
from tendlc.models.registered import Brand, Campaign, CampaignCarrier, NumberLink, Owned, Vetting

__all__ = [
    "Brand",
    "Campaign",
    "CampaignCarrier",
    "CampaignTemplate",
    "Deadline",
    "NumberLink",
    "Owned",
    "OwnedNumber",
    "Qualification",
    "SyncRun",
    "Vetting",
    "VettingClass",
    "VettingProvider",
]
