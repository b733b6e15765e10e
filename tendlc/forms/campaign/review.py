"""The last look before a campaign is sent: everything as it will go out, and a tick for every doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tendlc import wire
from tendlc.enums import UseCase, Vertical
from tendlc.forms.campaign.steps import SAMPLES, STEP_OF, TITLES
from tendlc.forms.campaign.texts import FLAGS
from tendlc.forms.fields import Caution

LABELS: Final[Mapping[str, Any]] = {
    "use_case": gettext_lazy("Use case"),
    "vertical": gettext_lazy("Industry"),
    "description": gettext_lazy("Description"),
    "sub_use_cases": gettext_lazy("Purposes"),
    **{name: question for name, (question, _help) in FLAGS.items()},
    "message_flow": gettext_lazy("Message flow"),
    "help_message": gettext_lazy("Answer to HELP"),
    "sample_one": gettext_lazy("Sample 1"),
    "sample_two": gettext_lazy("Sample 2"),
    "sample_three": gettext_lazy("Sample 3"),
    "sample_four": gettext_lazy("Sample 4"),
    "sample_five": gettext_lazy("Sample 5"),
    "label": gettext_lazy("Label"),
    "auto_renewal": gettext_lazy("Renews automatically"),
    "reseller_id": gettext_lazy("Reseller id"),
    "account_id": gettext_lazy("API key"),
}
LONG: Final = frozenset({"description", "message_flow", "help_message", *SAMPLES})


@dataclass(frozen=True, slots=True)
class Row:
    """One field for people to read; `fixed` says that Vonage lets nobody change it later."""

    name: str
    label: Any
    text: str
    fixed: bool
    long: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """The fields of one step; `step` is "" for what is not typed."""

    step: str
    title: Any
    rows: tuple[Row, ...]

    @property
    def is_fixed(self) -> bool:
        """Nothing of it can be changed later, which is then said once."""
        return all(row.fixed for row in self.rows)


class ReviewForm(forms.Form):
    """A tick for each caution; unticked ones stop the submission, since nobody may have read them."""

    def __init__(self, *args: Any, cautions: Sequence[Caution], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cautions = cautions
        for caution in cautions:
            self.fields[f"confirm_{caution.code}"] = forms.BooleanField(
                label=caution.text,
                error_messages={"required": _("Tick that you have read this, or change what it names.")},
            )

    @property
    def confirmations(self) -> list[tuple[Caution, forms.BoundField]]:
        return [(caution, self[f"confirm_{caution.code}"]) for caution in self.cautions]


def shown(name: str, value: Any) -> str:
    """A value in the words of the form."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list | tuple):
        return ", ".join(shown("use_case", item) for item in value)
    choices: Mapping[str, Any] = {"use_case": UseCase, "vertical": Vertical}
    if name in choices and value in choices[name].values:
        return str(choices[name](value).label)
    return str(value if value is not None else "")


def review_sections(payload: Mapping[str, Any]) -> list[Section]:
    """A request body, step by step, in the order in which it was asked; empty fields are not sent."""
    named = {wire.our_field(name): (name, value) for name, value in payload.items()}
    rows: dict[str, list[Row]] = {step: [] for step in (*TITLES, "")}
    for name in (*STEP_OF, "reseller_id", "account_id"):
        if name in named:
            wire_name, value = named[name]
            fixed = wire_name not in wire.CAMPAIGN_PATCH_FIELDS
            row = Row(name, LABELS[name], shown(name, value), fixed, name in LONG)
            rows[STEP_OF.get(name, "")].append(row)
    titles = {**TITLES, "": _("Filled in from the API key")}
    return [Section(step, titles[step], tuple(found)) for step, found in rows.items() if found]
