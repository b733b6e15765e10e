"""The steps of the campaign wizard, a form each; unfinished values are kept as they were typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tendlc.enums import UseCase, Vertical
from tendlc.forms.campaign.said import point_to_remarks
from tendlc.forms.campaign.terms import Terms
from tendlc.forms.campaign.texts import FLAGS
from tendlc.message_flow import METHODS
from tendlc.models import Brand
from tendlc.rules import SAMPLES

# What the counters count to. Not in the document, so that going over warns and does not stop.
DESCRIPTION_LIMIT, SAMPLE_LIMIT, FLOW_LIMIT, HELP_LIMIT = 4096, 1024, 2048, 255
YES_NO: Final = (("true", _("Yes")), ("false", _("No")))
NOT_SUB: Final = (UseCase.MIXED, UseCase.LOW_VOLUME)


def is_yes(value: Any) -> bool:
    return str(value).lower() == "true"


def yes_no(label: Any, help_text: Any) -> forms.TypedChoiceField:
    """Yes or no, chosen by a person: neither is preselected."""
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=YES_NO,
        coerce=is_yes,
        empty_value=None,
        widget=forms.RadioSelect,
    )


def area(rows: int, counter: int, *, segments: bool = False) -> forms.Textarea:
    """A text with a live count of its characters and, for an SMS, of its segments."""
    counted = {"data-segments": "", "data-segments-text": str(_("{n} SMS"))} if segments else {}
    return forms.Textarea(attrs={"rows": rows, "data-counter": counter, **counted})


class StepForm(forms.Form):
    """One step: knows the brand and the terms of the chosen use case, and takes values as they were typed."""

    key: ClassVar[str]
    title: ClassVar[Any]

    def __init__(self, *args: Any, brand: Brand, terms: Terms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brand, self.terms = brand, terms
        self.adapt()
        point_to_remarks(self)
        for name, field in self.fields.items():
            if not kwargs.get("initial", {}).get(name):
                self.initial[name] = self.suggested(name) or field.initial

    def adapt(self) -> None:
        """Let brand and terms change the fields."""

    def suggested(self, name: str) -> Any:
        """What to put into an empty field."""
        return None


class UseCaseStep(StepForm):
    key, title = "use_case", _("Use case")
    use_case = forms.ChoiceField(
        label=_("What the messages are for"),
        choices=[("", "—"), *UseCase.choices],
        help_text=_("It cannot be changed later: another use case means a new campaign and a new fee."),
    )


class AboutStep(StepForm):
    key, title = "about", _("What it is")
    vertical = forms.ChoiceField(
        label=_("Industry"),
        choices=[("", "—"), *Vertical.choices],
        help_text=_("Taken from the brand; change it if this campaign belongs elsewhere."),
    )
    description = forms.CharField(
        label=_("Description"),
        widget=area(5, DESCRIPTION_LIMIT),
        help_text=_(
            "In English: who sends to whom, what, and why. Reviewers want at least 40 characters; 100 or more "
            "fare better."
        ),
    )
    sub_use_cases = forms.MultipleChoiceField(
        label=_("Purposes within this campaign"),
        choices=[choice for choice in UseCase.choices if choice[0] not in NOT_SUB],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Mixed campaigns name two to five, low volume ones one to five. Others usually name none."
        ),
    )

    def suggested(self, name: str) -> Any:
        return self.brand.vertical if name == "vertical" else None


class FlagsStep(StepForm):
    key, title = "flags", _("Yes or no")

    def adapt(self) -> None:
        demands = (
            (self.terms.requiring, _("Required to be yes by: %s.")),
            (self.terms.banning, _("Has to be no for: %s.")),
        )
        for name, (label, help_text) in FLAGS.items():
            notes = [str(text) % ", ".join(found[name]) for found, text in demands if found.get(name)]
            self.fields[name] = yes_no(label, " ".join([str(help_text), *notes]))

    def suggested(self, name: str) -> Any:
        """Only what a carrier's answer demands is filled in; everything else is a person's to say."""
        return "true" if self.terms.requiring.get(name) else None


class ConsentStep(StepForm):
    """How people opt in: answers, and the text written from them, which a person may edit."""

    key, title = "consent", _("How people opt in")
    flow_methods = forms.MultipleChoiceField(
        label=_("How do people sign up?"),
        choices=list(METHODS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick every way there is. Reviewers look at each of them."),
    )
    flow_program = forms.CharField(
        label=_("Name of the brand or the messaging program"),
        required=False,
        max_length=200,
        help_text=_("As it is shown to people when they sign up."),
    )
    flow_message_types = forms.CharField(
        label=_("What they get"),
        required=False,
        max_length=300,
        help_text=_("For example: order confirmations and delivery updates."),
    )
    flow_frequency = forms.CharField(
        label=_("How often"),
        required=False,
        max_length=120,
        help_text=_("For example: up to 4 messages a month; one message per request."),
    )
    flow_says_rates = forms.BooleanField(
        label=_("People are told that message and data rates may apply"), required=False
    )
    flow_says_help = forms.BooleanField(label=_("People are told to reply HELP for help"), required=False)
    flow_says_stop = forms.BooleanField(label=_("People are told to reply STOP to opt out"), required=False)
    flow_privacy_url = forms.URLField(
        label=_("Privacy policy"),
        required=False,
        assume_scheme="https",
        help_text=_("Its public address. It should say that numbers are not shared for marketing."),
    )
    flow_terms_url = forms.URLField(
        label=_("Terms and conditions"),
        required=False,
        assume_scheme="https",
        help_text=_("Their public address."),
    )
    message_flow = forms.CharField(
        label=_("Message flow as it is sent"),
        required=False,
        widget=area(9, FLOW_LIMIT),
        help_text=_("Written from the answers above, in English. You may change it; your text is then kept."),
    )
    # The text as it was last written from the answers: whoever edited it is not overwritten.
    message_flow_made = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    help_message = forms.CharField(
        label=_("Answer to HELP"),
        required=False,
        widget=area(3, HELP_LIMIT, segments=True),
        help_text=_("The brand's name and how to reach it: telephone, e-mail or web address."),
    )

    def adapt(self) -> None:
        for method, label in METHODS.items():
            self.fields[f"flow_{method}_details"] = forms.CharField(
                label=_("%(method)s: where and how") % {"method": label},
                required=False,
                max_length=600,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"flow_{method}_link"] = forms.URLField(
                label=_("%(method)s: link to it, or to a picture of it") % {"method": label},
                required=False,
                assume_scheme="https",
            )

    def suggested(self, name: str) -> Any:
        return self.brand.display_name if name == "flow_program" else None

    @property
    def methods(self) -> list[tuple[str, Any, Any, Any]]:
        """For each way to sign up its name, its label and its two fields, for the template."""
        return [
            (method, label, self[f"flow_{method}_details"], self[f"flow_{method}_link"])
            for method, label in METHODS.items()
        ]


class MessagesStep(StepForm):
    key, title = "messages", _("Messages")
    auto_renewal = yes_no(
        _("Renew automatically?"),
        _("A campaign runs at least three months. With no, it ends after the period that is paid for."),
    )
    label = forms.CharField(
        label=_("Label"),
        required=False,
        max_length=150,
        help_text=_(
            "Your own name for it. A short code is added at its end when it is sent, so that the portal "
            "recognises the campaign at Vonage even if an answer is lost, and nothing is paid for twice."
        ),
    )
    field_order = [*SAMPLES, "label", "auto_renewal"]

    def adapt(self) -> None:
        least = max(self.terms.min_samples, 1)
        for number, name in enumerate(SAMPLES, 1):
            self.fields[name] = forms.CharField(
                label=_("Sample message %(number)s") % {"number": number},
                required=False,
                widget=area(3, SAMPLE_LIMIT, segments=True),
            )
        self.fields[SAMPLES[0]].help_text = ngettext(
            "As people will get it, with the brand's name; placeholders in [brackets]. "
            "At least %(least)d sample is needed.",
            "As people will get it, with the brand's name; placeholders in [brackets]. "
            "At least %(least)d samples are needed.",
            least,
        ) % {"least": least}
        self.order_fields(self.field_order)


STEPS: Final[Mapping[str, type[StepForm]]] = {
    form.key: form for form in (UseCaseStep, AboutStep, FlagsStep, ConsentStep, MessagesStep)
}
REVIEW: Final = "review"
TITLES: Final[Mapping[str, Any]] = {
    **{key: form.title for key, form in STEPS.items()},
    REVIEW: _("Review and submit"),
}
# Where a field that Vonage complains about is asked.
STEP_OF: Final[Mapping[str, str]] = {
    "use_case": "use_case",
    **dict.fromkeys(("vertical", "description", "sub_use_cases"), "about"),
    **dict.fromkeys(FLAGS, "flags"),
    **dict.fromkeys(("message_flow", "help_message"), "consent"),
    **dict.fromkeys((*SAMPLES, "label", "auto_renewal"), "messages"),
}
