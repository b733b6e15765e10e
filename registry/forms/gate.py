"""Asking the gate by hand, and looking through what it answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters
import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.enums import Access
from registry.gate import Denial, Question
from registry.gate.values import LONGEST, VIRTUAL
from registry.models import Feature, GateAnswer, Operator, Purpose

Choices = list[tuple[str, str]]
FREE = {"autocomplete": "off", "spellcheck": "false"}
UNREADABLE = _("This cannot be read. Use what the catalogue or Vonage's dashboard shows.")


class WhyForm(forms.Form):
    """Any question, also one with words nobody knows: those are what it explains."""

    application_id = forms.CharField(
        label=_("Application id"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={**FREE, "list": "applications"}),
        help_text=_("Vonage's id of the application that sent the request."),
    )
    api_key = forms.CharField(
        label=_("API key"), max_length=60, widget=forms.TextInput(attrs={**FREE, "list": "api-keys"})
    )
    feature = forms.CharField(label=_("Network feature"), max_length=LONGEST, widget=forms.Select)
    purpose = forms.CharField(label=_("Purpose"), max_length=LONGEST, required=False, widget=forms.Select)
    operator = forms.CharField(label=_("Operator"), max_length=LONGEST, required=False, widget=forms.Select)
    mode = forms.ChoiceField(
        label=_("Access the request asked for"),
        required=False,
        choices=[("", _("the application's")), *Access.choices],
    )
    number = forms.CharField(
        label=_("Phone number"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={**FREE, "inputmode": "tel"}),
        help_text=_("Only for the Playground, with country code. It is not kept."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("feature", _named(Feature.objects.filter(is_active=True)))
        self._offer("purpose", _named(Purpose.objects.filter(is_active=True)))
        self._offer("operator", _named(Operator.objects.filter(is_active=True)))

    def _offer(self, name: str, choices: Choices) -> None:
        """What was asked stays chosen, even if it is in no list."""
        given = str(self.data.get(name, ""))
        if given and given not in dict(choices):
            choices = [*choices, (given, given)]
        widget: Any = self.fields[name].widget
        widget.choices = [("", "---------"), *choices]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and (wrong := self.question.malformed()):
            self.add_error(wrong, UNREADABLE)
        return data

    @property
    def question(self) -> Question:
        words = {name: self.cleaned_data[name] for name in Question.__dataclass_fields__}
        return Question(**words | {"number": words["number"].replace(" ", "")})


class _Day(forms.DateInput):
    input_type = "date"


class AnswerFilter(django_filters.FilterSet):  # type: ignore[misc]
    allowed = django_filters.ChoiceFilter(
        label=_("Answer"), choices=[(True, _("allowed")), (False, _("denied"))], empty_label=_("any")
    )
    reason = django_filters.ChoiceFilter(label=_("Reason"), choices=Denial.choices, empty_label=_("any"))
    operator_code = django_filters.ChoiceFilter(label=_("Operator"), empty_label=_("any"))
    feature_code = django_filters.ChoiceFilter(label=_("Network feature"), empty_label=_("any"))
    application_id_asked = django_filters.CharFilter(label=_("Application id"))
    since = django_filters.DateFilter(label=_("From"), field_name="at", lookup_expr="date__gte", widget=_Day)
    until = django_filters.DateFilter(label=_("To"), field_name="at", lookup_expr="date__lte", widget=_Day)

    class Meta:
        model = GateAnswer
        fields = [
            "allowed",
            "reason",
            "operator_code",
            "feature_code",
            "application_id_asked",
            "since",
            "until",
        ]

    def __init__(self, *args: Any, answers: models.QuerySet[GateAnswer], **kwargs: Any) -> None:
        super().__init__(*args, queryset=answers, **kwargs)
        self.filters["operator_code"].extra["choices"] = _named(Operator.objects.all())
        self.filters["feature_code"].extra["choices"] = _named(Feature.objects.all())


class PlaygroundNumberForm(forms.Form):
    number = forms.CharField(
        label=_("Phone number"),
        max_length=30,
        widget=forms.TextInput(attrs={**FREE, "inputmode": "tel"}),
        help_text=_("With country code, such as +34 600 000 001."),
    )
    attested = forms.BooleanField(
        label=_("I attest that this number is ours, or that whoever uses it agreed to tests with it."),
        error_messages={"required": _("Without this the number cannot be used for tests.")},
    )

    def clean_number(self) -> str:
        """Digits without the plus."""
        text = self.cleaned_data["number"].strip()
        if "".join(filter(str.isdigit, text)).startswith(VIRTUAL):
            raise ValidationError(
                _("Virtual numbers (+990) work in the Playground by themselves and are not listed.")
            )
        try:
            number = phonenumbers.parse(text)
        except phonenumbers.NumberParseException:
            raise ValidationError(_("Enter the number with its country code, beginning with +.")) from None
        if not phonenumbers.is_possible_number(number):
            raise ValidationError(_("There can be no such number. Check it for typing errors."))
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")


def _named(rows: Iterable[Feature] | Iterable[Purpose] | Iterable[Operator]) -> Choices:
    return [(row.code, row.name) for row in rows]
