"""Questions of operators and countries as form fields, and their answers by requirement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from registry.enums import AnswerType
from registry.forms.choices import world
from registry.forms.fields import LONG_LENGTH
from registry.rules.questions import Question

_KINDS: Final[Mapping[str, tuple[type[forms.Field], dict[str, Any]]]] = {
    AnswerType.EMAIL: (forms.EmailField, {}),
    AnswerType.URL: (forms.URLField, {"assume_scheme": "https", "max_length": LONG_LENGTH}),
    AnswerType.CHOICE: (forms.ChoiceField, {}),
    AnswerType.COUNTRIES: (forms.MultipleChoiceField, {}),
    AnswerType.TERMS: (forms.BooleanField, {}),
}


def field_of(question: Question) -> forms.Field:
    """The field in which a question is answered; every question has to be."""
    asked_by = _("Asked by %(who)s.") % {"who": ", ".join(question.asked_by)}
    kind, extra = _KINDS.get(question.answer_type, (forms.CharField, {"max_length": LONG_LENGTH}))
    options: dict[str, Any] = {"label": question.text, "help_text": asked_by, **extra}
    if question.answer_type == AnswerType.CHOICE:
        options["choices"] = [("", "—"), *((choice, choice) for choice in question.choices)]
    elif question.answer_type == AnswerType.COUNTRIES:
        options["choices"] = world()
    elif question.answer_type == AnswerType.TERMS:
        terms = {"id": question.terms_id, "version": question.terms_version}
        options["help_text"] = f"{asked_by} {_('Terms %(id)s, version %(version)s.') % terms}"
    return kind(**options)


def answers_of(
    questions: Iterable[Question], cleaned: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answers by requirement: those that are not personal, and those that are."""
    plain: dict[str, Any] = {}
    personal: dict[str, Any] = {}
    for question in questions:
        if question.field in cleaned:
            kept = personal if question.is_personal else plain
            kept.update(dict.fromkeys(question.codes, cleaned[question.field]))
    return plain, personal
