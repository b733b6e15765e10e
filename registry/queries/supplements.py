"""What operators began to ask after a profile was submitted: the profile is frozen, its answers are added to."""

from __future__ import annotations

from datetime import date

from registry.enums import UNCOUNTED, Level
from registry.models import BusinessProfile, Operator, RequirementAnswer
from registry.queries.requirements import questions
from registry.queries.standing import business_decisions
from registry.rules.questions import Question


def open_questions(profile: BusinessProfile, *, on: date) -> list[Question]:
    """Questions of the operators that hold the profile which nobody has answered, or not for this version of terms."""
    rows = business_decisions(profile).exclude(state__in=UNCOUNTED)
    operators: list[Operator] = [decision.operator for decision in rows]
    if not operators:
        return []
    answers = RequirementAnswer.objects.filter(business_profile=profile, application_profile=None)
    known = dict(answers.order_by("pk").values_list("requirement__code", "terms_version"))
    asked = questions(Level.BUSINESS, operators, on=on)
    return [each for each in asked if any(known.get(code) != each.terms_version for code in each.codes)]
