"""Changing and deleting a brand: the fields Vonage lets one change, as they are now, and the name typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.scope import Scope
from tendlc import wire
from tendlc.forms.brand import LISTED, BrandForm
from tendlc.forms.brand_help import HELP, SECTIONS, FieldHelp, Section
from tendlc.forms.cautions import brand_cautions
from tendlc.forms.fields import Caution
from tendlc.lifecycle import concerned_fields
from tendlc.models import Brand

ISSUER: Final = "ein_issuing_country"


class MarkedField(NamedTuple):
    """A field with its help and what the registry's feedback said about it."""

    field: forms.BoundField
    help: FieldHelp
    said: list[str]


class MarkedSection(NamedTuple):
    section: Section
    rows: list[list[MarkedField]]


def facts_of(brand: Brand) -> dict[str, str]:
    """What Vonage holds of the fields that can be changed, as the form shows it."""
    record = wire.Brand.from_json(brand.raw)
    facts = {name: str(getattr(record, name)) for name in sorted(wire.BRAND_PATCH_FIELDS)}
    if facts["phone"]:
        facts["phone"] = f"+{wire.digits(facts['phone'])}"
    return facts


class BrandChangeForm(BrandForm):
    """The brand form over facts: only what changes is checked and sent, and nothing can be emptied."""

    brand: Brand

    def __init__(
        self,
        *args: Any,
        scope: Scope,
        brand: Brand,
        initial: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.facts = facts_of(brand)
        super().__init__(*args, scope=scope, brand=brand, initial={**self.facts, **(initial or {})}, **kwargs)
        for name in set(self.fields) - wire.BRAND_PATCH_FIELDS:
            del self.fields[name]
        for name, field in self.fields.items():
            field.required = bool(self.facts[name])
            self._offer_as_it_is(name, field)

    def _offer_as_it_is(self, name: str, field: Any) -> None:
        """A value that Vonage has and our lists do not know can stay."""
        fact = self.facts[name]
        if fact and isinstance(field, forms.ChoiceField):
            choices: list[tuple[str, Any]] = list(field.choices)  # type: ignore[arg-type]
            if fact not in [value for value, _label in choices]:
                field.choices = [*choices, (fact, fact)]

    def clean(self) -> dict[str, Any]:
        """What nobody touched is not judged: it is not sent either."""
        data = super().clean()
        for name in [name for name in self.errors if name in self.fields and self._is_untouched(name)]:
            del self.errors[name]
            data[name] = self.facts[name]
        return data

    def _is_untouched(self, name: str) -> bool:
        """Symbol and exchange are judged together with the legal form that asks for them."""
        names = (name, "entity_type") if name in LISTED else (name,)
        return all(self._posted(one).strip() == self.facts[one].strip() for one in names)

    @property
    def changes(self) -> dict[str, str]:
        """The fields that are written otherwise than Vonage holds them, as they will be wished for."""
        return {
            name: value
            for name, value in self.values.items()
            if name in self.facts
            and not wire.same_letters(name, value, self.facts[name])
            and (name != ISSUER or self._posted(ISSUER))
        }

    @property
    def values(self) -> dict[str, str]:
        return {name: value for name, value in super().values.items() if name in self.fields}

    def cautions(self) -> list[Caution]:
        """Only about what changes; what stays was there before."""
        changes = self.changes
        whole = {**self.facts, **self.values}
        found = [*brand_cautions(whole, self.typed)]
        if {"ein", ISSUER} & changes.keys() and {"ein", ISSUER} <= self.values.keys():
            found = [*self._twins(), *found]
        return [caution for caution in found if caution.place in changes]

    def marked_sections(self) -> list[MarkedSection]:
        said = concerned_fields(self.brand.feedback) if self.brand.state == "unverified" else {}
        sections = []
        for section in SECTIONS:
            rows = [
                [
                    MarkedField(self[name], HELP[name], said.get(name, []))
                    for name in row
                    if name in self.fields
                ]
                for row in section.rows
            ]
            if any(rows):
                sections.append(MarkedSection(section, [row for row in rows if row]))
        return sections

    def _clean_listing(self, data: dict[str, Any]) -> None:
        """Symbol and exchange of a company that is not public stay at Vonage; they cannot be emptied."""
        super()._clean_listing(data)
        for name in LISTED:
            if not data.get(name) and name not in self.errors:
                data[name] = self.facts[name]


class TypedNameForm(forms.Form):
    """The last step before something that cannot be undone: its name, typed."""

    typed_name = forms.CharField(
        label=gettext_lazy("Type the name to go on"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name
        self.fields["typed_name"].help_text = _("Exactly: %(name)s") % {"name": name}

    def clean_typed_name(self) -> str:
        typed = " ".join(str(self.cleaned_data["typed_name"]).split())
        if typed.casefold() != " ".join(self.name.split()).casefold():
            raise forms.ValidationError(_("This is not its name. Nothing was done."))
        return typed
