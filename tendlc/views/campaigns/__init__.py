"""Campaigns in the browser: the list, one campaign, the wizard, and changes of what exists."""

from __future__ import annotations

from tendlc.views.campaigns.changes import campaign_comment, campaign_edit, campaign_stop
from tendlc.views.campaigns.checks import campaign_check, campaign_edit_check
from tendlc.views.campaigns.listing import campaign_start, campaigns
from tendlc.views.campaigns.page import campaign, campaign_sync
from tendlc.views.campaigns.patterns import (
    campaign_copy,
    starter_use,
    template_remove,
    template_save,
    template_use,
    templates,
)
from tendlc.views.campaigns.wizard import campaign_again, campaign_new

__all__ = [
    "campaign",
    "campaign_again",
    "campaign_check",
    "campaign_comment",
    "campaign_copy",
    "campaign_edit",
    "campaign_edit_check",
    "campaign_new",
    "campaign_start",
    "campaign_stop",
    "campaign_sync",
    "campaigns",
    "starter_use",
    "template_remove",
    "template_save",
    "template_use",
    "templates",
]
