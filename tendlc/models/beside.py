"""What stands beside the registered things: answers, deadlines, texts kept, and how the mirror fared."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.history.models import AboutObject
from portal.records.models import Mirror, Stamped
from tendlc.enums import (
    DeadlineKind,
)
from tendlc.models.registered import Brand, Campaign


class VettingProvider(Stamped):
    """Who vets brands, as the enum endpoint lists it for an account's keys."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    evp_id = models.CharField(max_length=100)
    display_name = models.TextField(blank=True, default="")
    tcr_billable = models.BooleanField(null=True, blank=True)
    vetting_classes = models.JSONField(default=list, blank=True)
    vetting_instruction = models.TextField(blank=True, default="")
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("vetting provider")
        verbose_name_plural = _("vetting providers")
        constraints = [
            models.UniqueConstraint(fields=["account", "evp_id"], name="provider_once_per_account")
        ]

    def __str__(self) -> str:
        return self.display_name or self.evp_id


class VettingClass(Stamped):
    """What a vetting looks at; only enabled ones can be ordered."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    class_id = models.CharField(max_length=100)
    enabled = models.BooleanField(null=True, blank=True)
    display_name = models.TextField(blank=True, default="")
    description = models.TextField(blank=True, default="")
    validity_months = models.PositiveIntegerField(null=True, blank=True)
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("vetting class")
        verbose_name_plural = _("vetting classes")
        constraints = [
            models.UniqueConstraint(fields=["account", "class_id"], name="vetting_class_once_per_account")
        ]

    def __str__(self) -> str:
        return self.display_name or self.class_id


class OwnedNumber(Mirror):
    """A number a key owns at Vonage, whether or not it is linked; it belongs to the account, not to a client."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    api_key = models.ForeignKey("accounts.ApiKey", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, help_text=_("digits without plus"))
    country = models.CharField(max_length=2, blank=True, default="")
    type = models.CharField(max_length=40, blank=True, default="")
    features = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("owned number")
        verbose_name_plural = _("owned numbers")
        indexes = [models.Index(fields=["account", "number", "id"])]
        constraints = [
            models.UniqueConstraint(fields=["account", "api_key", "number"], name="number_owned_once_per_key")
        ]

    def __str__(self) -> str:
        return f"+{self.number}"


class Qualification(Stamped):
    """The answer to "may this brand run this use case": an answer at a time, kept as it came."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="+")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="qualifications")
    use_case = models.CharField(max_length=40)
    qualified = models.BooleanField(null=True, help_text=_("empty: the answer says neither yes nor no"))
    reason = models.TextField(blank=True, default="")
    quarterly_fee = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("in dollars, as answered")
    )
    annual_fee = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("in dollars, as answered")
    )
    raw: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    checked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        indexes = [models.Index(fields=["account", "brand", "use_case", "-checked_at"])]

    def __str__(self) -> str:
        return f"{self.brand} · {self.use_case}"


class Deadline(AboutObject, Stamped):
    """A day by which something about a brand must be done; consequence and source belong to its kind.

    `brand` and `campaign` are the pages it is shown on. Rows are derived: they go with their brand.
    """

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="+")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="deadlines")
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, null=True, blank=True, related_name="deadlines"
    )
    kind = models.CharField(max_length=30, choices=DeadlineKind.choices)
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(
        null=True, blank=True, help_text=_("when people were told that it is near")
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        indexes = [
            models.Index(fields=["account", "due_at", "id"], condition=Q(done_at=None), name="deadline_open"),
            models.Index(fields=["account", "brand"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "object_type", "object_id", "kind"],
                condition=Q(done_at=None),
                name="one_open_deadline_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.object_name}"


class CampaignTemplate(Stamped):
    """Texts of a campaign with placeholders for a brand's names and links; the client is that of the campaign
    they come from."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    values: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("campaign template")
        verbose_name_plural = _("campaign templates")
        constraints = [
            models.UniqueConstraint(fields=["account", "client", "name"], name="template_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class SyncRun(models.Model):
    """One walk over a list at Vonage; complete only if every page came and the unique ids match the totals."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    api_key = models.ForeignKey("accounts.ApiKey", on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(
        max_length=80, help_text=_("brands, campaigns:<brand>, numbers:<campaign>, vettings:<brand>")
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    pages = models.PositiveIntegerField(default=0)
    unique_ids = models.PositiveIntegerField(default=0)
    total_first = models.IntegerField(null=True, blank=True)
    total_last = models.IntegerField(null=True, blank=True)
    complete = models.BooleanField(default=False)
    problem = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("sync run")
        verbose_name_plural = _("sync runs")
        indexes = [models.Index(fields=["account", "api_key", "scope", "-id"])]

    def __str__(self) -> str:
        return f"{self.scope} · {self.started_at:%Y-%m-%d %H:%M}"
