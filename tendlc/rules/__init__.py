"""What often goes wrong, found while it is typed: each rule names its fields, its source and its remedy."""

from __future__ import annotations

from tendlc.rules import brand, campaign_answers, campaign_prose, campaign_samples
from tendlc.rules.case import SAMPLES, BrandCase, CampaignCase, Demands
from tendlc.rules.rejections import REJECTIONS, Rejection, codes_in, fields_in
from tendlc.rules.rule import Finding, Hit, Rule, Severity, Source, findings
from tendlc.rules.segments import Segments, segments

BRAND_RULES = brand.RULES
# In the order of the wizard's steps.
CAMPAIGN_RULES = (*campaign_answers.RULES, *campaign_prose.RULES, *campaign_samples.RULES)

__all__ = [
    "BRAND_RULES",
    "CAMPAIGN_RULES",
    "REJECTIONS",
    "SAMPLES",
    "BrandCase",
    "CampaignCase",
    "Demands",
    "Finding",
    "Hit",
    "Rejection",
    "Rule",
    "Segments",
    "Severity",
    "Source",
    "codes_in",
    "fields_in",
    "findings",
    "segments",
]
