"""The steps of an application profile, a form each; unfinished values are kept as they were typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.forms.application_profiles.offered import Offered
from registry.forms.choices import world
from registry.forms.fields import LONG_LENGTH, line, public_url
from registry.forms.requirements import field_of

REASON_LIMIT: Final = 1000
USE_CASE_LIMIT: Final = 2000


class StepForm(forms.Form):
    """One step; knows what the business profile's operators offer and which features were chosen."""

    key: ClassVar[str]
    title: ClassVar[Any]

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.adapt()

    def adapt(self) -> None:
        """Let the catalogue and earlier answers change the fields."""


class AboutStep(StepForm):
    key, title = "about", gettext_lazy("The application")
    name = line(
        gettext_lazy("Profile name"),
        help_text=gettext_lazy("Give the application a name by which you know it."),
    )
    owner_key = forms.ChoiceField(
        label=gettext_lazy("API key that owns it"),
        help_text=gettext_lazy("It cannot be changed later; other keys of the account can be assigned."),
    )
    category = forms.ChoiceField(label=gettext_lazy("Category"))
    use_case = forms.CharField(
        label=gettext_lazy("Use case description"),
        max_length=USE_CASE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 6, "data-counter": USE_CASE_LIMIT}),
        help_text=gettext_lazy(
            "Describe your application from a consumer's point of view, and how the network features will help "
            "it meet the purpose you select for them."
        ),
    )
    privacy_policy_url = line(
        gettext_lazy("Privacy policy URL"),
        most=LONG_LENGTH,
        help_text=gettext_lazy("Public on the Internet, with https."),
    )
    terms_url = line(
        gettext_lazy("Terms and Conditions URL"),
        most=LONG_LENGTH,
        help_text=gettext_lazy("The online terms and conditions of this application."),
    )

    def adapt(self) -> None:
        keys = [(str(key.pk), str(key)) for key in self.offered.keys]
        only = keys if len(keys) == 1 else [("", "—"), *keys]
        self.fields["owner_key"].choices = only  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", "—"), *self.offered.categories]  # type: ignore[attr-defined]

    def clean_privacy_policy_url(self) -> str:
        return public_url(self.cleaned_data["privacy_policy_url"])

    def clean_terms_url(self) -> str:
        return public_url(self.cleaned_data["terms_url"])


class FeaturesStep(StepForm):
    key, title = "features", gettext_lazy("Network features")
    features = forms.MultipleChoiceField(
        label=gettext_lazy("Select Network Features"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("One or more that you may want to use."),
    )
    locations = forms.MultipleChoiceField(
        label=gettext_lazy("Infrastructure locations"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text=gettext_lazy(
            "All countries where you may process personal data related to the use of these features."
        ),
    )

    def adapt(self) -> None:
        offering, most = self.offered.offering, len(self.offered.operators)
        self.fields["features"].choices = [  # type: ignore[attr-defined]
            (one.code, _said(one.name, len(offering[one.code]), most)) for one in self.offered.available
        ]
        self.fields["locations"].choices = world()  # type: ignore[attr-defined]


def _said(name: str, count: int, most: int) -> str:
    numbers = {"name": name, "count": count, "most": most}
    return _("%(name)s (offered by %(count)d of the %(most)d operators in your countries)") % numbers


class PurposesStep(StepForm):
    """Exactly one purpose for each feature and its reason; what is said for all stands in for empty ones."""

    key, title = "purposes", gettext_lazy("Purposes")
    same_purpose = forms.ChoiceField(label=gettext_lazy("Same purpose for all"), required=False)
    same_reason = forms.CharField(
        label=gettext_lazy("Same reason for all"),
        required=False,
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3, "data-counter": REASON_LIMIT}),
        help_text=gettext_lazy("Holds for every feature below whose own purpose or reason is left empty."),
    )

    def adapt(self) -> None:
        chosen = self.offered.chosen
        self.fields["same_purpose"].choices = [("", "—"), *self.offered.purposes(chosen)]  # type: ignore[attr-defined]
        for feature in chosen:
            self.fields[f"purpose_{feature.code}"] = forms.ChoiceField(
                label=_("%(feature)s: purpose") % {"feature": feature.name},
                required=False,
                choices=[("", "—"), *self.offered.purposes([feature])],
            )
            self.fields[f"reason_{feature.code}"] = forms.CharField(
                label=_("%(feature)s: purpose reason") % {"feature": feature.name},
                required=False,
                max_length=REASON_LIMIT,
                widget=forms.Textarea(attrs={"rows": 3, "data-counter": REASON_LIMIT}),
                help_text=_("How the feature will help your application meet the selected purpose."),
            )
        if len(chosen) < 2:
            del self.fields["same_purpose"], self.fields["same_reason"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for feature in self.offered.chosen:
            for part, complaint in (
                ("purpose", _("Choose exactly one purpose for this feature.")),
                ("reason", _("Say why, in your own words.")),
            ):
                name = f"{part}_{feature.code}"
                data[name] = data.get(name) or data.get(f"same_{part}") or ""
                if not data[name] and name not in self.errors:
                    self.add_error(name, complaint)
        return data

    @property
    def rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """For the template: each feature with its two fields."""
        return [(one, self[f"purpose_{one.code}"], self[f"reason_{one.code}"]) for one in self.offered.chosen]


class QuestionsStep(StepForm):
    key, title = "questions", gettext_lazy("What operators ask")

    def adapt(self) -> None:
        for question in self.offered.questions:
            self.fields[question.field] = field_of(question)


STEPS: Final[Mapping[str, type[StepForm]]] = {
    form.key: form for form in (AboutStep, FeaturesStep, PurposesStep, QuestionsStep)
}
REVIEW: Final = "review"
