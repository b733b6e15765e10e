"""Changing and stopping a campaign that exists at Vonage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tendlc import wire
from tendlc.forms.campaign.review import LABELS, LONG, shown
from tendlc.forms.campaign.said import point_to_remarks
from tendlc.forms.campaign.steps import FLOW_LIMIT, HELP_LIMIT, SAMPLE_LIMIT, area, yes_no
from tendlc.forms.campaign.values import Values
from tendlc.models import Campaign
from tendlc.rules import SAMPLES

TEXTS: Final = {**dict.fromkeys(SAMPLES, (3, SAMPLE_LIMIT)), "message_flow": (9, FLOW_LIMIT)}
ORDER: Final = (*SAMPLES, "message_flow", "help_message", "label", "reseller_id", "auto_renewal")


class EditForm(forms.Form):
    """The ten fields that Vonage lets us change, filled with what is registered."""

    help_message = forms.CharField(
        label=gettext_lazy("Answer to HELP"), required=False, widget=area(3, HELP_LIMIT, segments=True)
    )
    label = forms.CharField(
        label=gettext_lazy("Label"),
        required=False,
        max_length=150,
        help_text=gettext_lazy("Your own name for it. The code at its end stays as it is."),
    )
    reseller_id = forms.CharField(
        label=gettext_lazy("Reseller id"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Once it is set Vonage does not let anybody change it."),
    )
    auto_renewal = yes_no(
        gettext_lazy("Renew automatically?"),
        gettext_lazy("With no, the campaign ends after the period that is paid for."),
    )

    def __init__(self, *args: Any, registered: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.registered = registered
        for name, (rows, limit) in TEXTS.items():
            self.fields[name] = forms.CharField(
                label=LABELS[name], required=False, widget=area(rows, limit, segments=name in SAMPLES)
            )
        self.fields["auto_renewal"].required = False
        self.order_fields(ORDER)
        point_to_remarks(self)

    def clean(self) -> Values:
        """A field cannot be emptied: the document has no word for that, and nothing empty is sent."""
        for name, value in list(self.cleaned_data.items()):
            if value in ("", None) and self.registered.get(name) not in ("", None):
                self.add_error(
                    name, _("A field cannot be emptied. Write another text, or put the old one back.")
                )
        return self.cleaned_data

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What was typed, for the page that asks whether to send it."""
        return [(name, str(self[name].value() or "")) for name in self.fields]


def as_typed(values: Mapping[str, Any]) -> Values:
    """Values as a form shows them: yes and no are chosen by their words."""
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()}


def texts_of(values: Mapping[str, Any]) -> dict[str, str]:
    """The same as texts alone, which a draft keeps."""
    return {name: "" if value is None else str(value) for name, value in as_typed(values).items()}


def same_text(name: str, one: str, other: str) -> bool:
    """White space makes no difference."""
    return one.split() == other.split()


@dataclass(frozen=True)
class Changed:
    """One field before and after, in the words of the form."""

    name: str
    label: Any
    before: str
    after: str
    long: bool


def diff_of(changes: Mapping[str, Any], registered: Mapping[str, Any]) -> list[Changed]:
    """What differs, in the order of the form."""
    return [
        Changed(
            name, LABELS[name], shown(name, registered.get(name)), shown(name, changes[name]), name in LONG
        )
        for name in ORDER
        if name in changes
    ]


def facts_of(campaign: Campaign) -> Values:
    """What is registered, or was asked for while nothing is, under our names: what rules compare with."""
    if not campaign.raw:
        return {name: value for name, value in campaign.wished.items() if name != "flow"}
    facts = wire.Campaign.from_json(campaign.raw)
    named = {wire.our_field(name): getattr(facts, name) for name in wire.CAMPAIGN_FIELDS}
    return {name: value for name, value in named.items() if value is not None}


class StopForm(forms.Form):
    """The name typed: nobody stops a campaign by a slip."""

    typed = forms.CharField(label="", strip=True)

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected
        self.fields["typed"].label = _("Type “%(name)s” to stop it") % {"name": expected}

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"])
        if " ".join(typed.split()).casefold() != " ".join(self.expected.split()).casefold():
            raise forms.ValidationError(_("This is not its name. Nothing was stopped."))
        return typed


class CommentForm(forms.Form):
    """What the reviewers wrote, copied from Vonage's dashboard or a mail."""

    text = forms.CharField(
        label=gettext_lazy("The reviewers' comment"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Vonage's API does not carry it. Copy it from the campaign's activity in Vonage's dashboard, "
            "or from a mail."
        ),
    )
