"""Who: users, accounts, the clients they register for, memberships, invitations, API keys, tokens."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import CAPABILITIES, Capability, Role
from portal.records.fields import EncryptedTextField
from portal.records.models import Stamped

SHORTEST_HINTED = 12


class Users(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail; deactivated, never deleted."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Users] = Users()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email


class Account(Stamped):
    """A customer of the portal; everything of one is apart from everything of every other."""

    name = models.CharField(_("name"), max_length=200)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.name


class Client(Stamped):
    """The business an account registers for; every account has one that is itself."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="clients")
    name = models.CharField(_("name"), max_length=200)
    is_self = models.BooleanField(_("the account itself"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(is_self=True), name="one_self_per_account"
            ),
            models.UniqueConstraint(fields=["account", "name"], name="client_name_once_per_account"),
        ]

    def __str__(self) -> str:
        return self.name


class ApiKey(Stamped):
    """One Vonage API key of an account, with the host it was entered for; calls to another host are refused.

    The secret may be missing: then the key is only listed and nothing can be sent with it.
    `refused_at` is set when Vonage said 401 and cleared by a successful key test.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="api_keys")
    key = models.CharField(_("API key"), max_length=60, unique=True)
    secret = EncryptedTextField(_("API secret"), blank=True, default="")
    label = models.CharField(_("label"), max_length=80, blank=True, default="")
    is_primary = models.BooleanField(_("primary account key"), default=True)
    primary_key = models.CharField(_("primary account's key"), max_length=60, blank=True, default="")
    reseller_id = models.CharField(_("reseller id"), max_length=20, blank=True, default="")
    host = models.CharField(_("host it was entered for"), max_length=200)
    is_active = models.BooleanField(_("active"), default=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_detail = models.TextField(blank=True, default="")
    tested_at = models.DateTimeField(null=True, blank=True)
    imported_at = models.DateTimeField(
        null=True, blank=True, help_text=_("when its first import was complete")
    )

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        indexes = [models.Index(fields=["account", "key"])]

    def __str__(self) -> str:
        return f"{self.label} ({self.key})" if self.label else self.key

    def __repr__(self) -> str:
        return f"<ApiKey {self.pk}>"

    @property
    def secret_hint(self) -> str:
        """The last four characters, all that is ever shown of a secret, and of a short one nothing."""
        if not self.secret:
            return ""
        return f"…{self.secret[-4:]}" if len(self.secret) >= SHORTEST_HINTED else "…"

    @property
    def primary_account_key(self) -> str:
        """The primary account's key: this key itself unless it belongs to a subaccount."""
        return self.key if self.is_primary else self.primary_key


class AccessToken(Stamped):
    """The portal's own credential of an account, for programs; only the hash of it is kept.

    Two may be in use at a time, in two slots, so that one can be replaced without a gap. `prefix` is how it begins,
    to recognise it; `last_used_at` is about an hour exact.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="access_tokens")
    label = models.CharField(_("label"), max_length=80)
    slot = models.PositiveSmallIntegerField()
    prefix = models.CharField(_("begins with"), max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    form_token = models.CharField(max_length=40, help_text=_("one form makes one token"))
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "slot"], condition=Q(revoked_at=None), name="one_token_per_slot"
            ),
            models.UniqueConstraint(fields=["account", "form_token"], name="one_token_per_form"),
            models.CheckConstraint(condition=Q(slot__in=(1, 2)), name="two_tokens_per_account"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"


class Membership(Stamped):
    """A user's place in an account: a role, and all clients or a list of them."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.VIEWER)
    all_clients = models.BooleanField(_("all clients"), default=True)
    clients: models.ManyToManyField[Client, MembershipClient] = models.ManyToManyField(
        Client, through="MembershipClient", related_name="+", blank=True
    )
    is_active = models.BooleanField(_("active"), default=True)
    last_api_key = models.ForeignKey(
        ApiKey, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["account", "user"], name="one_membership_per_account")]

    def __str__(self) -> str:
        return f"{self.user} · {self.account} · {self.get_role_display()}"

    @property
    def capabilities(self) -> frozenset[Capability]:
        return CAPABILITIES[self.role]


class MembershipClient(models.Model):
    """One client of a membership that does not cover all of them."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "client"], name="client_once_per_membership")
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} · {self.client_id}"


class Invitation(Stamped):
    """An invitation by e-mail; only the hash of its token is kept."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.EDITOR)
    all_clients = models.BooleanField(_("all clients"), default=True)
    client_ids = models.JSONField(default=list, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = [models.Index(fields=["account", "email"])]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_per_address",
            )
        ]

    def __str__(self) -> str:
        # History keeps names of objects for ever, so this one does not spell the address out.
        return f"{self.email[:1]}…@{self.email.rpartition('@')[2]} · {self.account}"
