"""The state of any 10DLC object as a chip."""

from __future__ import annotations

from typing import Any, Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.web.templatetags.portal_ui import badge
from tendlc.enums import BrandState, CampaignState, CarrierState, NumberState, VettingState
from tendlc.forms.fields import readable_tax_number
from tendlc.models import Brand, Campaign, CampaignCarrier, NumberLink, Vetting

register = template.Library()
STATES: Final[dict[type, Any]] = {
    Brand: BrandState,
    Vetting: VettingState,
    Campaign: CampaignState,
    CampaignCarrier: CarrierState,
    NumberLink: NumberState,
}


register.simple_tag(readable_tax_number, name="tax_number")


@register.simple_tag
def state_badge(row: Any) -> SafeString:
    """Our word for where it stands; a word of Vonage's that we do not know is shown beside it as it came."""
    state = STATES[type(row)](row.state)
    if getattr(row, "is_taken_back", False):  # noted by tendlc.views.shown
        chip = badge(_("taken back"), "secondary")
    else:
        chip = badge(state.label, state.badge)
    if state.value == "unknown" and row.remote_status:
        chip = format_html("{} <code>{}</code>", chip, row.remote_status)
    if getattr(row, "gone_at", None):
        chip = format_html("{} {}", chip, badge(_("Gone at Vonage"), "orange"))
    return chip
