"""From what was typed so far to what an action takes, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from tendlc.forms.campaign.steps import STEPS, StepForm
from tendlc.forms.campaign.terms import Terms
from tendlc.message_flow import read_flow, write_text
from tendlc.models import Brand

Values = dict[str, Any]
LISTS = frozenset({"sub_use_cases", "flow_methods"})
# Kept with a draft for the wizard itself; no field of a campaign.
FLOW, MADE = "flow_", "message_flow_made"


@dataclass
class Checked:
    """All steps together: values for submit_campaign, or the forms that still have errors, by step."""

    values: Values = field(default_factory=dict)
    unfinished: dict[str, StepForm] = field(default_factory=dict)


def as_data(values: Mapping[str, Any]) -> QueryDict:
    """Kept values as a browser would send them; an unticked box is absent."""
    data = QueryDict(mutable=True)
    for name, value in values.items():
        if isinstance(value, list):
            data.setlist(name, [str(item) for item in value])
        elif value not in (None, "", False):
            data[name] = str(value)
    return data


def as_initial(values: Mapping[str, Any]) -> Values:
    """Kept values as a form is filled with them: a draft keeps a list of one as a plain text."""
    return {
        name: [value] if name in LISTS and isinstance(value, str) and value else value
        for name, value in values.items()
    }


def typed(form: StepForm, data: QueryDict) -> Values:
    """What a browser sent for the fields of one step, exactly as it was typed."""
    return {name: data.getlist(name) if name in LISTS else data.get(name, "") for name in form.fields}


def with_written_flow(values: Mapping[str, Any], *, anew: bool = False) -> Values:
    """Write the message flow from the answers, unless a person has edited it since (`anew` does it all the same)."""
    text, made = _plain(values.get("message_flow")), _plain(values.get(MADE))
    written = write_text(read_flow(values))
    if anew or not text or text == made:
        return {**values, "message_flow": written, MADE: written}
    return dict(values)


def flow_is_behind(values: Mapping[str, Any]) -> bool:
    """Whether the text was edited and the answers have changed since it was last written from them."""
    text, made = _plain(values.get("message_flow")), _plain(values.get(MADE))
    return bool(text) and text != made and write_text(read_flow(values)) != made


def check(values: Mapping[str, Any], *, brand: Brand, terms: Terms) -> Checked:
    """Validate every step. Cleaned values come under our names, with the answers of the flow as `flow`."""
    checked, data = Checked(), as_data(values)
    for key, step in STEPS.items():
        form = step(data, brand=brand, terms=terms)
        if not form.is_valid():
            checked.unfinished[key] = form
        checked.values |= form.cleaned_data
    checked.values.pop(MADE, None)
    flow = {name: checked.values.pop(name) for name in list(checked.values) if name.startswith(FLOW)}
    checked.values["flow"] = {name: value for name, value in flow.items() if value}
    return checked


def from_wished(wished: Mapping[str, Any]) -> Values:
    """The values of an earlier submission as the wizard keeps them."""
    flow = wished.get("flow") or {}
    values = {**{name: value for name, value in wished.items() if name != "flow"}, **flow}
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()}


def _plain(text: Any) -> str:
    """Browsers send line ends in their own way."""
    return str(text or "").replace("\r\n", "\n").strip()
