"""Support's view of people, accounts and keys; and the door of the admin site."""

from __future__ import annotations

from importlib import import_module
from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import actions
from portal.accounts.models import (
    AccessToken,
    Account,
    ApiKey,
    Client,
    Invitation,
    Membership,
    MembershipClient,
    User,
)
from portal.accounts.problems import Refused
from portal.history.admin import KeptAdmin, ReadOnlyAdmin

SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_second_factor(user: Any) -> bool:
    """Recovery codes alone do not count: they are the way back to a factor, not one."""
    return bool(is_mfa_enabled(user, types=SECOND_FACTORS))


def may_enter(request: HttpRequest) -> bool:
    """Active staff, in production with a second factor; allauth asks for it at every sign-in once it is set up."""
    user = request.user
    if not (user.is_active and user.is_staff):
        return False
    return not settings.STAFF_SECOND_FACTOR_REQUIRED or has_second_factor(user)


def door(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """The admin site has no sign-in of its own: everyone comes through the portal's."""
    user = request.user
    if user.is_active and user.is_staff and not may_enter(request):
        text = _("The admin site needs a second factor. Set one up here, then open it again.")
        get_adapter().add_message(request, messages.WARNING, message=text)
        return redirect("mfa_index")
    if may_enter(request):
        return redirect("admin:index")
    answer: HttpResponse = secure_admin_login(admin.site.login)(request)
    return answer


# The default site stays, so that other apps' `admin.site.register` finds it; only its door is ours.
admin.site.has_permission = may_enter  # type: ignore[method-assign]
admin.site.login = door  # type: ignore[method-assign]
admin.site.site_header = gettext_lazy("Registration portal: administration")
admin.site.site_title = gettext_lazy("Administration")


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """Needs an admin's address for a new account; later it is the way back for one without admins."""

    admin_email = forms.EmailField(
        label=gettext_lazy("Invite an admin"),
        required=False,
        help_text=gettext_lazy(
            "Gets an invitation by e-mail; somebody who already signs in is added at once."
        ),
    )

    class Meta:
        model = Account
        fields = ["name", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["admin_email"].required = self.instance.pk is None


@admin.register(Account)
class AccountAdmin(KeptAdmin):
    form = AccountForm
    fields = ("name", "is_active", "admin_email")
    list_display = ("name", "is_active", "created_at")
    list_filter = ("is_active",)
    search_fields = ("name", "memberships__user__email", "api_keys__key")

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        account, actor = cast(Account, obj), cast(User, request.user)
        email = form.cleaned_data["admin_email"]
        if not change:
            made = actions.create_account(name=account.name, admin_email=email, actor=actor)
            # The action made the row; the admin's own form goes on with it.
            account.pk, account.created_at = made.account.pk, made.account.created_at
            account._state.adding = False
            self._mail_after_commit(request, made.issued)
            return
        super().save_model(request, account, form, change)
        if email:
            self._invite(request, account, email, actor)

    def _invite(self, request: HttpRequest, account: Account, email: str, actor: User) -> None:
        try:
            issued = actions.invite_admin(account, email=email, actor=actor)
        except Refused as problem:
            self.message_user(request, str(problem), messages.ERROR)
        else:
            self._mail_after_commit(request, issued)

    def _mail_after_commit(self, request: HttpRequest, issued: actions.Issued | None) -> None:
        """The admin site saves in a transaction; whether the mail went is only known when its answer is written."""
        if issued is not None:
            transaction.on_commit(issued.mail)
            text = _("An invitation goes to %(email)s. If it does not arrive, enter the address again.")
            self.message_user(request, text % {"email": issued.invitation.email})


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["email", "name", "is_active", "is_staff", "is_superuser", "groups"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        return email


@admin.register(User)
class UserAdmin(KeptAdmin):
    """New users get no password here: they choose one through "Forgot your password?"."""

    form = UserForm
    list_display = ("email", "name", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    readonly_fields = ("language", "time_zone", "date_joined", "last_login")
    filter_horizontal = ("groups",)

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        extra: tuple[str, ...] = () if obj is None else ("email",)
        if not (isinstance(request.user, User) and request.user.is_superuser):
            # Whoever may edit users must not be able to make themselves more than they are.
            extra += ("is_staff", "is_superuser", "groups")
        return (*self.readonly_fields, *extra)

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        if not change:
            cast(User, obj).set_unusable_password()
        super().save_model(request, obj, form, change)


@admin.register(Client)
class ClientAdmin(KeptAdmin):
    list_display = ("name", "account", "is_self", "is_active")
    list_filter = ("is_active", "is_self")
    list_select_related = ("account",)
    search_fields = ("name", "account__name")
    fields = ("account", "name", "is_self", "is_active")
    readonly_fields = ("account", "is_self")

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Changed by the account's own admins, whose rules (the last one stays) hold there."""

    list_display = ("user", "account", "role", "all_clients", "is_active")
    list_filter = ("role", "is_active")
    list_select_related = ("user", "account")
    search_fields = ("user__email", "user__name", "account__name")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("email", "account", "role", "expires_at", "accepted_at", "revoked_at")
    list_select_related = ("account",)
    search_fields = ("email", "account__name")
    exclude = ("token_hash",)


@admin.register(AccessToken)
class AccessTokenAdmin(ReadOnlyAdmin):
    list_display = ("label", "prefix", "account", "created_by", "created_at", "last_used_at", "revoked_at")
    list_select_related = ("account", "created_by")
    search_fields = ("label", "prefix", "account__name")
    exclude = ("token_hash", "form_token")


@admin.register(ApiKey)
class ApiKeyAdmin(KeptAdmin):
    """Keys are entered by their owners; the secret is on no page here."""

    list_display = ("key", "label", "account", "host", "is_active", "refused_at", "tested_at")
    list_filter = ("is_active", "host")
    list_select_related = ("account",)
    search_fields = ("key", "label", "account__name")
    exclude = ("secret",)
    readonly_fields = (
        "account",
        "key",
        "hint",
        "is_primary",
        "primary_key",
        "reseller_id",
        "host",
        "refused_at",
        "refused_detail",
        "tested_at",
        "imported_at",
    )

    @admin.display(description=gettext_lazy("secret ends in"))
    def hint(self, key: ApiKey) -> str:
        return key.secret_hint

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


# allauth's own pages offer to delete rows and show the stored data of second factors. Its apps come after this
# one, so their pages are imported here: only what is registered can be taken off.
for app in ("account", "mfa", "usersessions"):
    import_module(f"allauth.{app}.admin")
admin.site.unregister([Authenticator, EmailAddress, UserSession])


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    exclude = ("data",)


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    list_display = ("email", "user", "verified", "primary")
    list_select_related = ("user",)
    search_fields = ("email", "user__email")


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    list_display = ("user", "ip", "created_at", "last_seen_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "ip")
    exclude = ("session_key", "data")


@admin.register(MembershipClient)
class MembershipClientAdmin(ReadOnlyAdmin):
    """The clients a member is limited to."""

    list_display = ("membership", "client", "account")
    list_select_related = ("membership__user", "membership__account", "client", "account")
    search_fields = ("membership__user__email", "client__name", "account__name")
