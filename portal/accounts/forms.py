"""Forms about people, clients and keys; each takes a scope where it offers anything of an account."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.actions import KeyFields
from portal.accounts.enums import ROLE_HELP, Role
from portal.accounts.models import ApiKey, Client, Membership, User
from portal.accounts.scope import Scope

ROLES = [(role.value, f"{role.label}: {ROLE_HELP[role]}") for role in Role]


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]


class PlaceForm(forms.Form):
    """A role and the clients it covers; that choice is left out while there is only one client."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLES, widget=forms.RadioSelect)
    all_clients = forms.BooleanField(
        label=_("All clients, those added later too"), required=False, initial=True
    )
    clients = forms.ModelMultipleChoiceField(
        label=_("Only these clients"),
        queryset=Client.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Counts only while “All clients” is not ticked. An admin always works for all clients."),
    )

    def __init__(self, *args: Any, scope: Scope, covered: Collection[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = Client.objects.filter(Q(is_active=True) | Q(pk__in=covered), account=scope.account)
        # Whoever is limited keeps the choice: without it, saving another role would quietly widen their view.
        if covered or choices.count() > 1:
            self.fields["clients"].queryset = choices.order_by("-is_self", "name")  # type: ignore[attr-defined]
        else:
            del self.fields["all_clients"], self.fields["clients"]

    @property
    def chosen_clients(self) -> list[Client] | None:
        """None means all."""
        if self.cleaned_data.get("all_clients", True):
            return None
        return list(self.cleaned_data["clients"])


class MemberForm(PlaceForm):
    def __init__(self, *args: Any, scope: Scope, membership: Membership, **kwargs: Any) -> None:
        covered = [client.pk for client in membership.clients.all()]
        kwargs["initial"] = {
            "role": membership.role,
            "all_clients": membership.all_clients,
            "clients": covered,
        }
        super().__init__(*args, scope=scope, covered=covered, **kwargs)


class InviteForm(PlaceForm):
    email = forms.EmailField(
        label=_("E-mail"), help_text=_("The invitation goes to this address and to no other.")
    )
    field_order = ["email", "role", "all_clients", "clients"]

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"role": Role.EDITOR.value, "all_clients": True})
        super().__init__(*args, scope=scope, **kwargs)


class JoinForm(forms.Form):
    """Name and password of a new user; the e-mail address is the invitation's and cannot be changed."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=" ".join(password_validators_help_texts()),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password"):
            person = User(email=self.email, name=data.get("name", ""))
            try:
                validate_password(data["password"], person)
            except forms.ValidationError as problem:
                self.add_error("password", problem)
        return data


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Colleagues see it beside what you did."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=_zones, help_text=_("Times on all pages are shown in it.")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
        super().__init__(*args, **kwargs)


class ClientForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("How your team calls this business; Vonage does not see it."),
    )


class ApiKeyForm(forms.Form):
    """What can be said of a key. The secret goes in and never comes out: it is not part of the initial data."""

    label = forms.CharField(
        label=_("Label"), max_length=80, required=False, help_text=_("How your team calls this key.")
    )
    secret = forms.CharField(
        label=_("API secret"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    is_primary = forms.BooleanField(
        label=_("This is the key of the primary account"),
        required=False,
        initial=True,
        help_text=_("Untick it for the key of a subaccount."),
    )
    primary_key = forms.CharField(
        label=_("Key of the primary account"),
        max_length=60,
        required=False,
        help_text=_("Needed for a subaccount: brands name the primary account as well."),
    )
    reseller_id = forms.CharField(
        label=_("Reseller id"),
        max_length=20,
        required=False,
        help_text=_("Only if you register for others as a reseller known to The Campaign Registry."),
    )

    def __init__(self, *args: Any, api_key: ApiKey | None = None, **kwargs: Any) -> None:
        if api_key is not None:
            names = ("label", "is_primary", "primary_key", "reseller_id")
            kwargs["initial"] = {name: getattr(api_key, name) for name in names}
        super().__init__(*args, **kwargs)
        self.known_key = api_key.key if api_key else ""
        self.fields["secret"].help_text = self._about_the_secret(api_key)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        primary, own = data.get("primary_key", ""), data.get("key", self.known_key)
        if data.get("is_primary"):
            data["primary_key"] = ""
        elif not primary:
            self.add_error(
                "primary_key", _("Enter the key of the primary account this subaccount belongs to.")
            )
        elif primary == own:
            self.add_error("primary_key", _("This is the key itself. A subaccount belongs to another key."))
        return data

    @property
    def key_fields(self) -> KeyFields:
        names = ("label", "is_primary", "primary_key", "reseller_id")
        return KeyFields(**{name: self.cleaned_data[name] for name in names})

    def _about_the_secret(self, api_key: ApiKey | None) -> Any:
        if api_key is not None and api_key.secret:
            return _("Leave it empty to keep the stored one, which ends in %(hint)s.") % {
                "hint": api_key.secret_hint
            }
        return _(
            "Stored encrypted and never shown again. Without it the key is only listed: nothing can be sent."
        )


class NewApiKeyForm(ApiKeyForm):
    key = forms.CharField(
        label=_("API key"),
        max_length=60,
        help_text=_("As the Vonage dashboard shows it. It cannot be changed later."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ["key", "secret", "label", "is_primary", "primary_key", "reseller_id"]


class AccessTokenForm(forms.Form):
    label = forms.CharField(
        label=_("Label"),
        max_length=80,
        help_text=_("What uses it, such as the name of a service. It is shown in the list and in the audit."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    form_token = forms.CharField(max_length=40, widget=forms.HiddenInput)
