"""A Vonage application as the dashboard asks for it: name, authentication, key, privacy, Network Registry."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import ApiKey, Client
from portal.accounts.scope import Scope
from registry.actions.network_applications import Wanted
from registry.enums import Access
from registry.models import ApplicationProfile, NetworkApplication
from registry.queries import network_applications as queries
from registry.rules.public_key import UnusableKey, canonical_pem, holds_private_key

KEY_PROBLEMS: Final = {
    "private": _(
        "This is a private key. Nothing of it was kept. It must not leave your computer: if it is in use "
        "elsewhere, replace it, then paste the public key here."
    ),
    "unreadable": _("This is no public key in PEM form. It begins with -----BEGIN PUBLIC KEY-----."),
    "not_rsa": _("Applications need an RSA key. This key is of another kind."),
    "short": _("This RSA key is too short. It needs at least 2048 bits."),
}
SWITCH: Final = {"role": "switch", "class": "form-check-input"}


class PublicKeyField(forms.CharField):
    """A box for a public key; a private one that somebody pastes is never shown again."""

    def bound_data(self, data: Any, initial: Any) -> Any:
        return "" if holds_private_key(str(data)) else super().bound_data(data, initial)


class ApplicationForm(forms.Form):
    """Creates an application, for a `profile` (its pk as text) if one is given; or changes `application`.

    The API key of an application stays what it is.
    """

    form_token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("Give the application a name by which you recognise it."),
    )
    public_key = PublicKeyField(
        label=_("Public key"),
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 9, "spellcheck": "false", "autocomplete": "off", "class": "font-monospace"}
        ),
        help_text=_("The public half of an RSA key in PEM form. The private half stays with you."),
    )
    api_key = forms.ModelChoiceField(
        ApiKey.objects.none(),
        label=_("API key"),
        empty_label=None,
        help_text=_("The application is connected to this API key of your account."),
    )
    client = forms.ModelChoiceField(Client.objects.none(), label=_("Client"), empty_label=None)
    improve_ai = forms.BooleanField(
        label=_("Artificial intelligence"),
        required=False,
        widget=forms.CheckboxInput(attrs=SWITCH),
        help_text=_("Allow Vonage to use data of this application for AI training."),
    )
    network_registry = forms.BooleanField(
        label=_("Network Registry"),
        required=False,
        widget=forms.CheckboxInput(attrs=SWITCH),
        help_text=_("Let this application use network features."),
    )
    access = forms.ChoiceField(
        label=_("Access type"),
        choices=Access.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("The Playground needs no approval: up to five test numbers and virtual numbers (+990)."),
    )
    application_profile = forms.ModelChoiceField(
        ApplicationProfile.objects.none(),
        label=_("Business profile and application profile"),
        required=False,
        help_text=_("Profiles that at least one operator has accepted."),
    )
    redirect_uri = forms.URLField(
        label=_("Redirect URI"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_(
            "Where people come back to, for features that send them away, such as Silent Authentication."
        ),
    )

    def __init__(
        self,
        *args: Any,
        scope: Scope,
        application: NetworkApplication | None = None,
        profile: str = "",
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {**_initial(scope, application), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.scope, self.application = scope, application
        self._offer()
        if profile in {
            str(pk) for pk in self._field("application_profile").queryset.values_list("pk", flat=True)
        }:
            self.initial = {
                **self.initial,
                "network_registry": True,
                "access": Access.PRODUCTION,
                "application_profile": int(profile),
            }

    def _offer(self) -> None:
        clients, profile = list(self.scope.clients()), self._field("application_profile")
        linked = self.application.application_profile_id if self.application else None
        profile.queryset = queries.accepted_profiles(self.scope, kept=linked)
        profile.choices = [("", _("Choose a profile")), *_by_business_profile(profile.queryset)]
        if self.application is not None:
            del self.fields["api_key"], self.fields["client"]
            self.fields["public_key"].required = not self.application.remote_id
            return
        self._field("api_key").queryset = queries.usable_keys(self.scope)
        if len(clients) < 2:
            del self.fields["client"]
        else:
            self._field("client").queryset = self.scope.clients()

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def clean_public_key(self) -> str:
        text: str = self.cleaned_data["public_key"]
        if not text.strip():
            return ""
        try:
            return canonical_pem(text)
        except UnusableKey as problem:
            raise forms.ValidationError(KEY_PROBLEMS[problem.reason]) from None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("network_registry"):
            self._ask_for("access", data.get("access"), _("Choose Playground or Production."))
            if data.get("access") == Access.PRODUCTION:
                chosen = data.get("application_profile")
                text = _("Choose the profile that Production is linked to.")
                self._ask_for("application_profile", chosen, text)
        return data

    def _ask_for(self, name: str, value: Any, text: Any) -> None:
        if not value and name not in self.errors:
            self.add_error(name, text)

    @property
    def client_chosen(self) -> Client:
        """The client the application is for: chosen, or the only one there is."""
        return self.cleaned_data.get("client") or self.scope.clients()[0]

    @property
    def wanted(self) -> Wanted:
        data = self.cleaned_data
        access = data["access"] if data["network_registry"] else ""
        profile = data["application_profile"] if access == Access.PRODUCTION else None
        return Wanted(
            name=" ".join(data["name"].split()),
            public_key=data["public_key"],
            improve_ai=data["improve_ai"],
            access=access,
            application_profile=profile.pk if profile else None,
            redirect_uri=data["redirect_uri"] if access else "",
            keeps_link=self.application is not None and not (access or self.application.access),
        )


def _by_business_profile(rows: Any) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Application profiles under the business profile they belong to; rows come in that order."""
    for business, profiles in groupby(rows, key=lambda row: row.business_profile):
        yield str(business), [(row.pk, str(row)) for row in profiles]


def _initial(scope: Scope, row: NetworkApplication | None) -> dict[str, Any]:
    """What the form begins with: an application as it is, or as it was wished where Vonage refused it."""
    token = {"form_token": secrets.token_urlsafe(24)}
    if row is None:
        return {**token, "api_key": scope.membership.last_api_key_id, "access": Access.PLAYGROUND}
    if not row.remote_id:
        access = row.wished["access"]
        return {**token, **row.wished, "access": access, "network_registry": bool(access)}
    return {
        **token,
        "name": row.name,
        "improve_ai": row.improve_ai,
        "network_registry": bool(row.access),
        "access": row.access or Access.PLAYGROUND,
        "application_profile": row.application_profile_id,
        "redirect_uri": row.redirect_uri,
    }
