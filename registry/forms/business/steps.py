"""The steps of a business profile, a form each; unfinished values are kept as they were typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from registry.forms.business.asked import Asked
from registry.forms.business.numbers import check_registration_id, check_tax_number
from registry.forms.choices import one_country
from registry.forms.fields import LONG_LENGTH, is_yes, line, phone, public_url, yes_no
from registry.models import ContactRole, Country, IssuingAuthority, Operator, OrganisationType
from registry.rules import consent as consent_text

OTHER: Final = "other"


class StepForm(forms.Form):
    """One step: knows what the choice of countries asks for, and takes values as they were typed."""

    key: ClassVar[str]
    title: ClassVar[Any]

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.adapt()

    def adapt(self) -> None:
        """Let the catalogue change the fields."""

    def forget(self, cleaned: dict[str, Any], *names: str) -> None:
        """What belongs to the other answer of a yes or no is neither kept nor complained of."""
        for name in names:
            cleaned[name] = ""
            self.errors.pop(name, None)

    def choose(self, name: str, choices: Any) -> None:
        field: Any = self.fields[name]
        field.choices = choices


class CountriesStep(StepForm):
    key, title = "countries", _("Countries")
    countries = forms.MultipleChoiceField(
        label=_("Where is service required?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Your registration will be shared with the available operators in each country you select."
        ),
        error_messages={"required": _("Select at least one country.")},
    )

    def adapt(self) -> None:
        rows = self.asked.available.items()
        self.choose("countries", [(country.code, self._named(country, found)) for country, found in rows])

    def _named(self, country: Country, operators: list[Operator]) -> str:
        """A country with its operators, and which of them require vetting."""
        names = [
            _("%(operator)s (requires vetting)") % {"operator": one.name}
            if one.requires_vetting
            else one.name
            for one in operators
        ]
        return f"{country.name}: {', '.join(map(str, names))}"


class BusinessStep(StepForm):
    key, title = "business", _("Business details")
    role = line(
        _("Please specify your role"),
        help_text=_("The functional role you perform for, or your relationship with, the organization."),
    )
    name = line(
        _("Business name"),
        help_text=_("The legal entity that owns the applications that will use network features."),
    )
    country = forms.ChoiceField(label=_("Business registered country"))
    registration_id = line(
        _("Business registration ID/number"),
        required=False,
        help_text=_("Optional. An additional registration makes it simpler to validate the organization."),
    )
    issuing_authority = forms.ChoiceField(
        label=_("Issuing authority"),
        required=False,
        help_text=_("Optional. Who issued the business registration ID."),
    )
    issuing_authority_other = line(_("Which other authority?"), required=False)
    organisation_type = forms.ChoiceField(label=_("Organization type"))
    trading_name = line(
        _("Trading name"), required=False, help_text=_("Optional. The name it trades under, if different.")
    )
    tax_number = line(
        _("Business tax number"),
        help_text=_(
            "The tax reference in the registered country; operators validate the organization by it."
        ),
    )

    def adapt(self) -> None:
        self.choose("country", one_country())
        kinds = OrganisationType.objects.filter(is_active=True).values_list("code", "name")
        self.choose("organisation_type", [("", _("Choose the most appropriate")), *kinds])
        self.choose("issuing_authority", self._authorities())
        self.fields["role"].widget.attrs["list"] = "role-suggestions"

    def _authorities(self) -> list[tuple[str, Any]]:
        """Those of every country, since the country may be chosen in the same breath; named with it."""
        rows = IssuingAuthority.objects.filter(is_active=True)
        named = [
            (row.code, f"{row.country_code} · {row.name}" if row.country_code else row.name) for row in rows
        ]
        return [("", "—"), *named, (OTHER, _("Other: specify"))]

    @property
    def role_suggestions(self) -> Any:
        rows = ContactRole.objects.filter(is_active=True).values_list("name")
        return format_html_join("", '<option value="{}"></option>', rows)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        other = cleaned.get("issuing_authority_other", "")
        if cleaned.get("issuing_authority") == OTHER and not other:
            self.add_error("issuing_authority_other", _("Say which authority issued it."))
        elif cleaned.get("issuing_authority") != OTHER:
            cleaned["issuing_authority_other"] = ""
        for name, check in (("registration_id", check_registration_id), ("tax_number", check_tax_number)):
            try:
                check(cleaned)
            except ValidationError as problem:
                self.add_error(name, problem)
        return cleaned


class PrivacyStep(StepForm):
    key, title = "privacy", _("Privacy details")
    dpo_required = yes_no(_("Are you required by law to have a Data Protection Officer?"))
    iso_27001 = yes_no(_("Is your organization ISO 27001 certified?"))
    equivalent_certificate = line(
        _("State the equivalent certification if you have one"),
        required=False,
        help_text=_("Only without ISO 27001. The name of the certificate; may stay empty."),
    )
    privacy_policy_url = line(
        _("Privacy policy URL"), most=LONG_LENGTH, help_text=_("Publicly available on the Internet.")
    )
    privacy_email = forms.EmailField(
        label=_("Privacy Manager's email address"), help_text=_("For questions about the privacy policy.")
    )
    dpo_email = forms.EmailField(
        label=_("Data Protection Officer's email address"),
        required=False,
        help_text=_("Only where one is required by law. Empty means the Privacy Manager's address."),
    )

    def clean_privacy_policy_url(self) -> str:
        return public_url(self.cleaned_data["privacy_policy_url"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("iso_27001"):
            self.forget(cleaned, "equivalent_certificate")
        if cleaned.get("dpo_required") is False:
            self.forget(cleaned, "dpo_email")
        return cleaned


class AddressStep(StepForm):
    key, title = "address", _("Registered address")
    street = line(_("Address line 1"), most=LONG_LENGTH)
    street_more = line(_("Address line 2"), required=False, most=LONG_LENGTH, help_text=_("May stay empty."))
    city = line(_("City"))
    region = line(_("Region, state or province"))
    postal_code = line(_("Postal code"), help_text=_("Write “none” where addresses have no postal code."))
    address_country = forms.ChoiceField(label=_("Country"))

    def adapt(self) -> None:
        self.choose("address_country", one_country())


class ResaleStep(StepForm):
    """Subprocessors are rows of numbered fields: what is filled, and one empty row more."""

    key, title = "resale", _("Onward provider")
    resells = yes_no(
        _("Do you intend to resell network features to other businesses?"),
        _(
            "With “No” you confirm that any access provided may not be used for the resale of network features."
        ),
    )
    processing = forms.CharField(
        label=_("How will you process user data?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "data-counter": 4000}),
        help_text=_("Only if you resell."),
    )
    most_rows = 20

    def adapt(self) -> None:
        for number in range(1, self.rows + 1):
            self.fields[f"sub_{number}_name"] = line(_("Name"), required=False)
            self.fields[f"sub_{number}_country"] = forms.ChoiceField(
                label=_("Country"), required=False, choices=one_country()
            )
            self.fields[f"sub_{number}_role"] = line(_("What it does for you"), required=False)
            self.fields[f"sub_{number}_data"] = line(
                _("Which data it handles"), required=False, most=LONG_LENGTH
            )

    @property
    def rows(self) -> int:
        filled = [number for number in range(1, self.most_rows + 1) if self._typed(number)]
        return min(max(filled, default=0) + 1, self.most_rows)

    def _typed(self, number: int) -> bool:
        source = self.data if self.is_bound else self.initial
        return any(source.get(f"sub_{number}_{part}") for part in PARTS)

    @property
    def subprocessors(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The rows for the template."""
        return [
            (number, [self[f"sub_{number}_{part}"] for part in PARTS]) for number in range(1, self.rows + 1)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("resells") is False:
            self.forget(cleaned, *(name for name in self.fields if name != "resells"))
            return {"resells": False, "processing": "", "subprocessors": []}
        rows = [row for number in range(1, self.rows + 1) if (row := self._row(cleaned, number))]
        if cleaned.get("resells") and not cleaned.get("processing"):
            self.add_error("processing", _("Say how you will process user data."))
        return {**cleaned, "subprocessors": rows}

    def _row(self, cleaned: dict[str, Any], number: int) -> dict[str, str]:
        """One subprocessor; half of one is an error at what is missing."""
        row = {part: cleaned.pop(f"sub_{number}_{part}", "") for part in PARTS}
        if not any(row.values()):
            return {}
        for part, value in row.items():
            if not value and f"sub_{number}_{part}" not in self.errors:
                self.add_error(f"sub_{number}_{part}", _("Fill in the whole row, or leave it empty."))
        return row


PARTS: Final = ("name", "country", "role", "data")


class VettingStep(StepForm):
    """Only where a chosen country has an operator that requires it."""

    key, title = "vetting", _("Vetting")
    consent = forms.TypedChoiceField(
        label=_("Do you consent to vetting?"),
        choices=(("true", _("Yes, I consent")), ("false", _("No, leave these operators out"))),
        coerce=is_yes,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    contact_name = line(
        _("Contact: name"), required=False, help_text=_("Whom the vetting agent may contact, if required.")
    )
    contact_phone = line(_("Contact: phone number"), required=False, most=30)
    contact_email = forms.EmailField(label=_("Contact: email address"), required=False)
    text = consent_text.TEXT
    declining = consent_text.DECLINING

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        names = ("contact_name", "contact_phone", "contact_email")
        if not cleaned.get("consent"):
            self.forget(cleaned, *names)
            return cleaned
        for name in names:
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("The vetting agent needs somebody to contact."))
        if cleaned.get("contact_phone"):
            try:
                cleaned["contact_phone"] = phone(cleaned["contact_phone"])
            except ValidationError as problem:
                self.add_error("contact_phone", problem)
        return cleaned


STEPS: Final[Mapping[str, type[StepForm]]] = {
    form.key: form
    for form in (CountriesStep, BusinessStep, PrivacyStep, AddressStep, ResaleStep, VettingStep)
}
