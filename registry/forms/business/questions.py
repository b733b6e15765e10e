"""The step with what operators and countries ask beyond the guide."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from registry.forms.business.steps import StepForm
from registry.forms.requirements import field_of


class QuestionsStep(StepForm):
    key, title = "questions", _("What operators ask")

    def adapt(self) -> None:
        for question in self.asked.questions:
            self.fields[question.field] = field_of(question)
