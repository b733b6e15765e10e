"""The business profile's forms, step by step, and what is shown before it is submitted."""

from __future__ import annotations

from registry.forms.business.asked import Asked
from registry.forms.business.review import Hint, Row, Section, hints, sections, shown
from registry.forms.business.search import BusinessFilter
from registry.forms.business.steps import StepForm
from registry.forms.business.values import (
    FORMS,
    REVIEW,
    Checked,
    as_data,
    as_initial,
    asked_by,
    check,
    from_registration,
    steps_for,
    typed,
)

__all__ = [
    "FORMS",
    "REVIEW",
    "Asked",
    "BusinessFilter",
    "Checked",
    "Hint",
    "Row",
    "Section",
    "StepForm",
    "as_data",
    "as_initial",
    "asked_by",
    "check",
    "from_registration",
    "hints",
    "sections",
    "shown",
    "steps_for",
    "typed",
]
