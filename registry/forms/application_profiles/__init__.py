"""The application profile's forms, step by step."""

from __future__ import annotations

from registry.forms.application_profiles.offered import Offered
from registry.forms.application_profiles.steps import REVIEW, STEPS, StepForm
from registry.forms.application_profiles.values import (
    Checked,
    as_data,
    as_initial,
    check,
    chosen_features,
    from_wish,
    steps_for,
    typed,
)

__all__ = [
    "REVIEW",
    "STEPS",
    "Checked",
    "Offered",
    "StepForm",
    "as_data",
    "as_initial",
    "check",
    "chosen_features",
    "from_wish",
    "steps_for",
    "typed",
]
