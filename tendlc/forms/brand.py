"""The brand form: every documented field, checked and brought into the form in which it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import ApiKey, Client
from portal.accounts.scope import Scope
from portal.drafts.models import Draft
from portal.records.phones import digits_of, phone_number
from tendlc import queries
from tendlc.enums import AltBusinessIdType, EntityType, StockExchange, Vertical
from tendlc.forms import fields as normal
from tendlc.forms.brand_help import HELP, SECTIONS, FieldHelp, Section
from tendlc.forms.cautions import brand_cautions, taken_back_cautions
from tendlc.forms.choices import US_STATES, country_choices, issuer_choices
from tendlc.forms.fields import Caution
from tendlc.messages import path_of
from tendlc.models import Brand

PAYER: Final = ("client", "api_key")
LISTED: Final = ("stock_symbol", "stock_exchange")
MOST: Final = 500  # no rule of the document: only what no honest value reaches


def _text(label: Any, *, required: bool = True, **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=MOST,
        widget=forms.TextInput(attrs={"spellcheck": "false", **attrs}),
    )


def _optional(choices: Any) -> list[tuple[str, Any]]:
    return [("", gettext_lazy("Not stated")), *choices]


class BoundSection(NamedTuple):
    """A section with its fields as they stand, for the page."""

    section: Section
    rows: list[list[tuple[forms.BoundField, FieldHelp]]]


class BrandForm(forms.Form):
    """What a brand is registered with. Client and key are fixed once a draft is saved or the brand exists."""

    client = forms.ModelChoiceField(Client.objects.none(), label=gettext_lazy("Client"), empty_label=None)
    api_key = forms.ModelChoiceField(
        ApiKey.objects.none(),
        label=gettext_lazy("API key that pays"),
        empty_label=None,
        error_messages={
            "required": gettext_lazy("There is no usable API key. An admin adds one in Settings."),
            "invalid_choice": gettext_lazy(
                "This API key cannot be used now. An admin can mend it in Settings, or start a new form."
            ),
        },
    )
    entity_type = forms.ChoiceField(
        label=gettext_lazy("Legal form"), choices=EntityType.choices, widget=forms.RadioSelect
    )
    company_name = _text(gettext_lazy("Legal company name"))
    display_name = _text(gettext_lazy("Brand name"))
    website = _text(gettext_lazy("Website"), inputmode="url")
    vertical = forms.ChoiceField(
        label=gettext_lazy("Line of business"), choices=_optional(Vertical.choices[1:]), required=False
    )
    stock_symbol = _text(gettext_lazy("Stock symbol"), required=False)
    stock_exchange = forms.ChoiceField(
        label=gettext_lazy("Stock exchange"), choices=_optional(StockExchange.choices), required=False
    )
    ein = _text(gettext_lazy("Tax number (EIN)"), autocomplete="off")
    ein_issuing_country = forms.ChoiceField(
        label=gettext_lazy("Country of the tax number"), choices=issuer_choices, required=False
    )
    alt_business_id_type = forms.ChoiceField(
        label=gettext_lazy("Another business number"),
        choices=_optional(AltBusinessIdType.choices),
        required=False,
    )
    alt_business_id = _text(gettext_lazy("That number"), required=False, autocomplete="off")
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=country_choices, initial="US")
    street = _text(gettext_lazy("Street and number"))
    city = _text(gettext_lazy("City"))
    state = _text(gettext_lazy("State or region"), list="us-states")
    postal_code = _text(gettext_lazy("Postal code"))
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=MOST)
    phone = _text(gettext_lazy("Phone"), inputmode="tel")

    def __init__(
        self, *args: Any, scope: Scope, draft: Draft | None = None, brand: Brand | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.scope, self.draft, self.brand = scope, draft, brand
        for name, help_of in HELP.items():
            self.fields[name].help_text = help_of.what
        self._set_client(draft, brand)
        self._set_key()

    def _set_client(self, draft: Draft | None, brand: Brand | None) -> None:
        """The choice is hidden while there is one client, and fixed once something was saved."""
        field: Any = self.fields["client"]
        field.queryset = clients = self.scope.clients()
        fixed = (brand and brand.client) or (draft and draft.client)
        self.only_client = fixed or (clients[0] if len(clients) == 1 else None)
        if self.only_client:
            field.required, field.widget = False, forms.HiddenInput()
            field.initial = self.only_client.pk

    @property
    def fixed_key(self) -> ApiKey | None:
        """The key that pays once there is a brand, or a draft that was saved with one."""
        if self.brand is not None:
            return self.brand.api_key
        return self.draft.api_key if self.draft else None

    def _set_key(self) -> None:
        field: Any = self.fields["api_key"]
        field.queryset = usable = queries.usable_keys(self.scope)
        if self.fixed_key:
            field.disabled, field.initial = True, self.fixed_key.pk
            return
        last = self.scope.membership.last_api_key_id
        keys = [key.pk for key in usable]
        field.initial = last if last in keys else next(iter(keys), None)

    # --- Checks, in the order in which they need each other ---

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, value in data.items():
            if isinstance(value, str):
                data[name] = normal.one_line(value)
        data["client"] = self.only_client or data.get("client")
        self._require_same_payer()
        data["ein_issuing_country"] = data.get("ein_issuing_country") or data.get("country", "")
        country, issuer = data.get("country", ""), data["ein_issuing_country"]
        self._normalise("ein", lambda text: normal.tax_number(text, issuer))
        self._normalise("website", normal.website)
        self._normalise("email", normal.email)
        self._normalise("phone", lambda text: digits_of(phone_number(text, country)))
        if country == "US":
            self._normalise("state", normal.us_state)
            self._normalise("postal_code", normal.us_postal_code)
        self._clean_listing(data)
        self._clean_business_id(data)
        return data

    def _require_same_payer(self) -> None:
        """A tab that still offers the choice must not register for, or pay with, another than the one it shows."""
        draft, fixed = self.draft, self.fixed_key
        if fixed and self._posted("api_key") not in ("", str(fixed.pk)):
            text = _("This is paid for with %(key)s. Start a new form for another key.")
            self.add_error("api_key", text % {"key": fixed})
        if draft and self._posted("client") not in ("", str(draft.client_id)):
            text = _("This draft is for %(client)s. Start a new form for another client.")
            self.add_error("client", text % {"client": draft.client})

    def _posted(self, name: str) -> str:
        return str(self.data.get(name) or "")

    def _normalise(self, name: str, normaliser: Callable[[str], str]) -> None:
        value = self.cleaned_data.get(name)
        if not value:
            return
        try:
            self.cleaned_data[name] = normaliser(value)
        except ValidationError as problem:
            self.add_error(name, problem)

    def _clean_listing(self, data: dict[str, Any]) -> None:
        """A public company needs symbol and exchange; of any other neither is sent."""
        for name in LISTED:
            if data.get("entity_type") != EntityType.PUBLIC_PROFIT:
                data[name] = ""
            elif not data.get(name) and name not in self.errors:
                self.add_error(name, _("A public company needs this."))

    def _clean_business_id(self, data: dict[str, Any]) -> None:
        kind, number = data.get("alt_business_id_type", ""), data.get("alt_business_id", "")
        if kind and not number:
            self.add_error("alt_business_id", _("Enter the number, or choose “Not stated” beside it."))
        elif number and not kind and "alt_business_id_type" not in self.errors:
            self.add_error("alt_business_id_type", _("Say which kind of number this is."))
        elif number:
            self._normalise("alt_business_id", lambda text: normal.business_id(text, kind))

    # --- What the pages need ---

    @property
    def values(self) -> dict[str, str]:
        """The cleaned values as they are wished for: texts under the document's names, nothing empty."""
        return {name: value for name, value in self.cleaned_data.items() if name not in PAYER and value}

    @property
    def typed(self) -> dict[str, str]:
        """Every field as it was typed, to be carried through the summary."""
        shown = {name: self[name].value() for name in self.fields}
        return {name: "" if value is None else str(value) for name, value in shown.items()}

    def cautions(self) -> list[Caution]:
        """What is allowed and should be looked at once more, the same company in this account included."""
        doubts = taken_back_cautions(self.brand) if self.brand else ()
        return [*doubts, *self._twins(), *brand_cautions(self.values, self.typed)]

    def _twins(self) -> Iterator[Caution]:
        values = self.values
        twins = queries.brands(self.scope).filter(
            ein=values["ein"], ein_country=values["ein_issuing_country"], gone_at=None
        )
        for twin in twins.exclude(pk=self.brand.pk if self.brand else 0)[:3]:
            text = _("%(brand)s has the same tax number (%(state)s). A second brand is a second fee.")
            yield Caution(
                f"twin_{twin.pk}",
                "ein",
                text % {"brand": twin, "state": twin.get_state_display()},
                _("your own brands"),
                path_of(twin),
            )

    def sections(self) -> list[BoundSection]:
        """The fields by section, each with its help."""
        return [
            BoundSection(section, [[(self[name], HELP[name]) for name in row] for row in section.rows])
            for section in SECTIONS
        ]

    @property
    def us_states(self) -> Mapping[str, str]:
        return US_STATES

    def show_refusal(self, problems: Mapping[str, str]) -> list[str]:
        """Put what Vonage said at the fields it named; returns what belongs to no field of the form."""
        self.full_clean()
        homeless = []
        for name, said in problems.items():
            if name in self.fields and name not in PAYER:
                self.add_error(
                    name, _("%(ours)s Vonage says: “%(said)s”.") % {"ours": _in_our_words(said), "said": said}
                )
            else:
                homeless.append(f"{name}: {said}" if name else said)
        return homeless


def _in_our_words(said: str) -> str:
    plain = said.casefold()
    if "not unique" in plain or "already" in plain:
        return _("Another brand has this already.")
    if "required" in plain or "empty" in plain or "null" in plain:
        return _("This is needed.")
    return _("This was not accepted.")
