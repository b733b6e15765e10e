"""Vonage applications that use network features, the keys a profile may be used with, and what the gate answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.records.models import Mirror
from registry.enums import Access, ApplicationState
from registry.models.profiles import ApplicationProfile, Owned


class NetworkApplication(Owned, Mirror):
    """A Vonage application: `wished` is what people want of it, the columns below `name` are facts.

    `remote_id` is Vonage's application id. `access` and `application_profile` say what it is linked to here: in
    Production a profile, in the Playground none. `remote_network_application_id` is what Vonage carries.
    """

    api_key = models.ForeignKey("accounts.ApiKey", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=20, choices=ApplicationState.choices, default=ApplicationState.SUBMITTING
    )
    wished = models.JSONField(default=dict, blank=True)
    application_profile = models.ForeignKey(
        ApplicationProfile, on_delete=models.PROTECT, null=True, blank=True, related_name="applications"
    )
    access = models.CharField(
        max_length=20, choices=Access.choices, blank=True, default="", help_text=_("empty: not enabled")
    )
    name = models.TextField(blank=True, default="")
    public_key = models.TextField(blank=True, default="")
    improve_ai = models.BooleanField(null=True, blank=True)
    remote_network_application_id = models.CharField(max_length=80, blank=True, default="")
    redirect_uri = models.TextField(blank=True, default="")
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        indexes = [
            models.Index(fields=["account", "-created_at", "-id"]),
            models.Index(fields=["account", "api_key", "access"]),
            models.Index(fields=["remote_id"]),  # the gate is asked by nothing else
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "remote_id"], condition=~Q(remote_id=""), name="application_mirrored_once"
            ),
            models.CheckConstraint(
                condition=~Q(access=Access.PRODUCTION) | Q(application_profile__isnull=False),
                name="production_has_a_profile",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.remote_id

    @property
    def state_badge(self) -> str:
        return ApplicationState(self.state).badge


class KeyAssignment(Owned):
    """Another API key of the account that may be used with a profile; the owning key needs no row."""

    profile = models.ForeignKey(ApplicationProfile, on_delete=models.PROTECT, related_name="assigned_keys")
    api_key = models.ForeignKey("accounts.ApiKey", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("assigned key")
        verbose_name_plural = _("assigned keys")
        constraints = [models.UniqueConstraint(fields=["profile", "api_key"], name="key_assigned_once")]

    def __str__(self) -> str:
        return f"{self.profile_id} · {self.api_key_id}"


class PlaygroundNumber(Owned):
    """One of up to five test numbers of an application in the Playground, attested by a member; digits without plus."""

    application = models.ForeignKey(
        NetworkApplication, on_delete=models.PROTECT, related_name="playground_numbers"
    )
    slot = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=20)
    attested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    attested_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Playground number")
        verbose_name_plural = _("Playground numbers")
        constraints = [
            models.UniqueConstraint(fields=["application", "slot"], name="playground_slot_once"),
            models.UniqueConstraint(fields=["application", "number"], name="playground_number_once"),
            models.CheckConstraint(condition=Q(slot__gte=1, slot__lte=5), name="playground_five_numbers"),
        ]

    def __str__(self) -> str:
        return f"+{self.number}"


class GateAnswer(models.Model):
    """One answer of the gate about a Production question; no phone number, kept for a while (a setting).

    Account and client are the application's; of an application nobody knows, the account that asked, if any.
    """

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, null=True, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, null=True, related_name="+")
    application_id_asked = models.CharField(max_length=80)
    api_key_asked = models.CharField(max_length=60)
    operator_code = models.CharField(max_length=80)
    feature_code = models.CharField(max_length=80)
    purpose_code = models.CharField(max_length=80)
    allowed = models.BooleanField()
    reason = models.CharField(max_length=40, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer of the gate")
        verbose_name_plural = _("answers of the gate")
        indexes = [models.Index(fields=["account", "-at", "-id"]), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.application_id_asked} · {self.reason or 'allowed'}"
