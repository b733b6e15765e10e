"""The forms of a case and of a vetting check."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.enums import Reason, Ruling
from registry.lifecycle.rulings import REASONED, offered
from registry.models import Case, Decision
from registry.sync.decisions import Line

CORRECTS, NEWER = "correct-", "newer-"
LABELS = {
    "accept": gettext_lazy("Accept"),
    "reject": gettext_lazy("Reject"),
    "ask": gettext_lazy("Ask for more (the clock stops until the applicant answers)"),
    "suspend": gettext_lazy("Suspend"),
    "revoke": gettext_lazy("Revoke"),
    "reinstate": gettext_lazy("Reinstate"),
    "correct-accept": gettext_lazy("Correct a mistake: accept after all"),
    "correct-reject": gettext_lazy("Correct a mistake: reject after all"),
    "newer-accept": gettext_lazy("Accept the newer version"),
    "newer-reject": gettext_lazy("Reject the newer version"),
}


class LineForm(forms.Form):
    """What is said of one line of a case; leaving it empty says nothing."""

    ruling = forms.ChoiceField(label=gettext_lazy("Decision"), required=False)
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), required=False, choices=[("", "—"), *Reason.choices]
    )
    text = forms.CharField(
        label=gettext_lazy("Text for the applicant"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, case: Case, decision: Decision) -> None:
        super().__init__(data, prefix=f"line-{decision.pk}")
        self.case, self.decision = case, decision
        found = offered(state=decision.state, activity=decision.activity)
        names = [f"{CORRECTS if corrects else ''}{ruling}" for ruling, corrects in found]
        if case.newer_snapshot_id and decision.feature_id is None:
            names = [f"{NEWER}accept", f"{NEWER}reject", *names]
        self.fields["ruling"].choices = [("", "—"), *((name, LABELS[name]) for name in names)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = data.get("ruling") or ""
        ruling = chosen.rpartition("-")[2]
        if ruling in REASONED and not data.get("reason"):
            self.add_error("reason", _("Choose the reason."))
        needs_text = ruling in REASONED or ruling == Ruling.ASK or chosen.startswith(CORRECTS)
        if needs_text and not data.get("text"):
            self.add_error("text", _("Say it in words: the applicant reads this."))
        return data

    def line(self) -> Line | None:
        """The ruling, or None where nothing was chosen."""
        chosen = self.cleaned_data["ruling"]
        if not chosen:
            return None
        row, is_newer = self.decision, chosen.startswith(NEWER)
        return Line(
            Ruling(chosen.rpartition("-")[2]),
            row.round + 1 if is_newer else row.round,
            (self.case.newer_snapshot_id or 0) if is_newer else row.snapshot_id,
            row.feature_id,
            reason=self.cleaned_data["reason"],
            text=self.cleaned_data["text"],
            corrects=chosen.startswith(CORRECTS),
        )


class CaseForm(forms.Form):
    """What is said of the case as a whole, beside its lines."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    operator_reference = forms.CharField(
        label=gettext_lazy("Your own reference"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Kept with the first acceptance; what is there already stays."),
    )
    network_application_id = forms.CharField(
        label=gettext_lazy("Network application id"),
        required=False,
        max_length=80,
        help_text=gettext_lazy(
            "Vonage's id for the profile, if it is known: applications need it for Production."
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("Internal note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For your own people; the applicant never sees it."),
    )

    def __init__(self, data: Any = None, *, case: Case) -> None:
        super().__init__(data, initial={"version": case.version})
        if case.application_profile_id is None:
            del self.fields["network_application_id"]
        if case.operator_reference:
            del self.fields["operator_reference"]


class CheckForm(forms.Form):
    """The verdict of a vetting agent."""

    passed = forms.TypedChoiceField(
        label=gettext_lazy("Result"),
        choices=[("yes", gettext_lazy("Passed")), ("no", gettext_lazy("Failed"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: without an end. What was decided stands when it ends."),
    )
    text = forms.CharField(
        label=gettext_lazy("Text for the applicant"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = forms.CharField(
        label=gettext_lazy("Internal note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For your own people; the applicant never sees it."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("passed") is False and not data.get("text"):
            self.add_error("text", _("Say why: the applicant reads this."))
        expires_on = data.get("expires_on")
        if expires_on and expires_on <= timezone.localdate():
            self.add_error("expires_on", _("This day is over."))
        return data

    @property
    def expires_at(self) -> datetime | None:
        day = self.cleaned_data.get("expires_on")
        return datetime.combine(day, time(23, 59), tzinfo=UTC) if day else None
