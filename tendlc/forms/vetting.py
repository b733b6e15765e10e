"""Requesting a vetting and bringing one in: what is offered comes from Vonage's own lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.scope import Scope
from portal.records.money import Fee
from tendlc import prices, queries
from tendlc.models import VettingClass, VettingProvider


@dataclass(frozen=True)
class Offer:
    """One provider with one class, what it costs by the list and whether it can be ordered here."""

    provider: VettingProvider
    vetting_class: VettingClass

    @property
    def value(self) -> str:
        return f"{self.provider.evp_id}:{self.vetting_class.class_id}"

    @property
    def fee(self) -> Fee:
        return prices.vetting_fee(self.provider.evp_id, self.vetting_class.class_id)

    @property
    def only_imported(self) -> bool:
        """A provider that is not billed through the registry takes no orders from here."""
        return self.provider.tcr_billable is False


def offers(scope: Scope) -> list[Offer]:
    """Every enabled class of every provider, in Vonage's order."""
    enabled = {one.class_id: one for one in queries.vetting_classes(scope) if one.enabled}
    return [
        Offer(provider, enabled[class_id])
        for provider in queries.vetting_providers(scope)
        for class_id in provider.vetting_classes
        if class_id in enabled
    ]


class AuthoriseForm(forms.Form):
    """The tick that lets a provider see a brand's data."""

    authorised = forms.BooleanField(
        error_messages={
            "required": gettext_lazy("Nothing was sent. Without this tick no vetting can be requested.")
        }
    )

    def __init__(self, *args: Any, provider: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("I authorise Vonage to give %(provider)s access to the brand's data listed above")
        self.fields["authorised"].label = label % {"provider": provider}


class VettingImportForm(forms.Form):
    """A vetting that was done elsewhere. The token is never shown again, not even after a mistake."""

    evp_id = forms.ChoiceField(label=gettext_lazy("Provider"))
    vetting_class = forms.ChoiceField(label=gettext_lazy("Class"))
    vetting_id = forms.RegexField(
        regex=r"^[^\s/?#%]{1,200}$",
        label=gettext_lazy("Id of the vetting"),
        help_text=gettext_lazy("As the provider gave it to you."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid": gettext_lazy("An id has no spaces, slashes or question marks.")},
    )
    vetting_token = forms.CharField(
        label=gettext_lazy("Token"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy(
            "Not every provider gives one; Campaign Verify does. It is stored encrypted until it was sent, and "
            "never shown again."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, offered: Sequence[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        providers = {one.provider.evp_id: str(one.provider) for one in offered}
        classes = {one.vetting_class.class_id: str(one.vetting_class) for one in offered}
        self._choose("evp_id", providers)
        self._choose("vetting_class", classes)

    def _choose(self, name: str, choices: dict[str, str]) -> None:
        field: Any = self.fields[name]
        field.choices = list(choices.items())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        pair = f"{data.get('evp_id')}:{data.get('vetting_class')}"
        both = "evp_id" in data and "vetting_class" in data
        if both and pair not in {one.value for one in self.offered}:
            self.add_error("vetting_class", _("This provider does not do vettings of this class."))
        return data
