"""The campaign wizard's forms, what they are checked against, and what is worth a second thought."""

from __future__ import annotations

from tendlc.forms.campaign.review import ReviewForm, Row, Section, review_sections
from tendlc.forms.campaign.said import at_fields, blocking, campaign_findings, names_of, to_confirm
from tendlc.forms.campaign.search import CampaignFilter
from tendlc.forms.campaign.steps import REVIEW, STEP_OF, STEPS, TITLES, StepForm
from tendlc.forms.campaign.terms import Terms, carrier_name
from tendlc.forms.campaign.texts import FLAGS, USE_CASES
from tendlc.forms.campaign.values import (
    Checked,
    Values,
    as_data,
    as_initial,
    check,
    flow_is_behind,
    from_wished,
    typed,
    with_written_flow,
)
from tendlc.rules import SAMPLES

__all__ = [
    "FLAGS",
    "REVIEW",
    "SAMPLES",
    "STEPS",
    "STEP_OF",
    "TITLES",
    "USE_CASES",
    "CampaignFilter",
    "Checked",
    "ReviewForm",
    "Row",
    "Section",
    "StepForm",
    "Terms",
    "Values",
    "as_data",
    "as_initial",
    "at_fields",
    "blocking",
    "campaign_findings",
    "carrier_name",
    "check",
    "flow_is_behind",
    "from_wished",
    "names_of",
    "review_sections",
    "to_confirm",
    "typed",
    "with_written_flow",
]
