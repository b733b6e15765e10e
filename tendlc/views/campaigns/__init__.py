"""Campaigns in the browser: the list, one campaign, and the wizard."""

from __future__ import annotations

from tendlc.views.campaigns.listing import campaign_start, campaigns
from tendlc.views.campaigns.page import campaign, campaign_sync
from tendlc.views.campaigns.wizard import campaign_again, campaign_new

__all__ = ["campaign", "campaign_again", "campaign_new", "campaign_start", "campaign_sync", "campaigns"]
