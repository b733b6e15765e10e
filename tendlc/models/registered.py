"""What is registered: what people wish for and, in columns of their own, what Vonage says is so."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.records.fields import EncryptedTextField
from portal.records.models import Mirror
from tendlc.enums import (
    BrandState,
    CampaignState,
    CarrierState,
    NumberState,
    UseCase,
    VettingState,
)


class Owned(Mirror):
    """A mirrored object of one client, paid for by one API key."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="+")
    api_key = models.ForeignKey("accounts.ApiKey", on_delete=models.PROTECT, related_name="+")
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True


class Brand(Owned):
    """A business as The Campaign Registry knows it. `wished` is what a person typed; the columns are facts.

    Before the first answer the name columns carry the wish, so that the brand can be found and shown.
    """

    state = models.CharField(max_length=20, choices=BrandState.choices, default=BrandState.SUBMITTING)
    wished = models.JSONField(default=dict, blank=True)
    elsewhere = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("fields that changed at Vonage and not from here, and when seen"),
    )
    display_name = models.TextField(blank=True, default="")
    company_name = models.TextField(blank=True, default="")
    entity_type = models.CharField(max_length=40, blank=True, default="")
    ein = models.CharField(max_length=40, blank=True, default="", help_text=_("digits only for the US"))
    ein_country = models.CharField(max_length=10, blank=True, default="")
    country = models.CharField(max_length=10, blank=True, default="")
    vertical = models.CharField(max_length=40, blank=True, default="")
    website = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="", help_text=_("digits without plus"))
    alt_business_id = models.TextField(blank=True, default="")
    relationship = models.CharField(max_length=40, blank=True, default="")
    campaign_count = models.IntegerField(null=True, blank=True)
    feedback = models.JSONField(default=list, blank=True)
    feedback_at = models.DateTimeField(null=True, blank=True)
    descended_at = models.DateTimeField(
        null=True, blank=True, help_text=_("when its vettings, campaigns and numbers were last walked")
    )
    remote_created_at = models.DateTimeField(null=True, blank=True)
    remote_updated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        indexes = [
            models.Index(fields=["account", "-created_at", "-id"]),
            models.Index(fields=["account", "display_name", "id"]),
            models.Index(fields=["account", "state", "id"]),
            models.Index(fields=["account", "ein"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "remote_id"], condition=~Q(remote_id=""), name="brand_mirrored_once"
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.company_name or self.remote_id

    @property
    def badge(self) -> str:
        """The colour its state is shown in."""
        return BrandState(self.state).badge


class Vetting(Owned):
    """One external vetting of a brand; a score of 0 is a score.

    An imported one was done elsewhere: until Vonage's list carries it, it is being validated, and its token
    waits encrypted to be sent once.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="vettings")
    state = models.CharField(max_length=20, choices=VettingState.choices, default=VettingState.SUBMITTING)
    evp_id = models.TextField(blank=True, default="")
    vetting_class = models.TextField(blank=True, default="")
    score = models.IntegerField(null=True, blank=True)
    remote_created_at = models.DateTimeField(null=True, blank=True)
    vetted_at = models.DateTimeField(null=True, blank=True)
    is_import = models.BooleanField(default=False)
    token = EncryptedTextField(blank=True, default="")
    listed_at = models.DateTimeField(
        null=True, blank=True, help_text=_("when Vonage's list first carried it")
    )
    authorised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    authorised_at = models.DateTimeField(
        null=True, blank=True, help_text=_("when a person allowed the provider to see the brand's data")
    )

    class Meta:
        verbose_name = _("vetting")
        verbose_name_plural = _("vettings")
        indexes = [
            models.Index(fields=["account", "-id"]),
            models.Index(fields=["account", "brand", "-id"]),
            models.Index(fields=["account", "state", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "remote_id"], condition=~Q(remote_id=""), name="vetting_mirrored_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.evp_id} {self.vetting_class}".strip() or self.remote_id

    @property
    def badge(self) -> str:
        return VettingState(self.state).badge

    @property
    def is_being_validated(self) -> bool:
        """Sent for import and not yet in Vonage's list."""
        return self.is_import and self.listed_at is None and self.state == VettingState.PENDING


class Campaign(Owned):
    """A messaging programme of a brand. The label sent carries a short code at its end; `label` is without it."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="campaigns")
    state = models.CharField(max_length=20, choices=CampaignState.choices, default=CampaignState.SUBMITTING)
    wished = models.JSONField(default=dict, blank=True)
    use_case = models.CharField(max_length=40, blank=True, default="")
    vertical = models.CharField(max_length=40, blank=True, default="")
    label = models.TextField(blank=True, default="")
    label_code = models.CharField(max_length=10, blank=True, default="")
    description = models.TextField(blank=True, default="")
    traffic_enabled = models.BooleanField(null=True, blank=True)
    tcr_campaign_id = models.TextField(blank=True, default="")
    remote_created_at = models.DateTimeField(null=True, blank=True)
    remote_updated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        indexes = [
            models.Index(fields=["account", "-created_at", "-id"]),
            models.Index(fields=["account", "brand", "-id"]),
            models.Index(fields=["account", "state", "id"]),
            models.Index(fields=["account", "label", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "remote_id"], condition=~Q(remote_id=""), name="campaign_mirrored_once"
            )
        ]

    def __str__(self) -> str:
        return self.label or self.remote_id

    @property
    def badge(self) -> str:
        return CampaignState(self.state).badge

    def get_use_case_display(self) -> str:
        return str(UseCase(self.use_case).label) if self.use_case in UseCase.values else self.use_case


class CampaignCarrier(models.Model):
    """What one mobile network says of a campaign."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="carriers")
    network_id = models.CharField(max_length=40)
    name = models.CharField(max_length=60, blank=True, default="")
    state = models.CharField(max_length=20, choices=CarrierState.choices, default=CarrierState.UNKNOWN)
    remote_status = models.TextField(blank=True, default="")
    raw = models.JSONField(default=dict, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("carrier review")
        verbose_name_plural = _("carrier reviews")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "network_id"], name="carrier_once_per_campaign")
        ]

    def __str__(self) -> str:
        return self.name or self.network_id

    @property
    def badge(self) -> str:
        return CarrierState(self.state).badge


class NumberLink(Owned):
    """One number linked, or to be linked, to one campaign; digits without plus."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="numbers")
    number = models.CharField(max_length=20)
    country = models.CharField(max_length=2)
    state = models.CharField(max_length=20, choices=NumberState.choices, default=NumberState.SUBMITTING)
    compliance = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("linked number")
        verbose_name_plural = _("linked numbers")
        indexes = [
            models.Index(fields=["account", "-id"]),
            models.Index(fields=["account", "campaign", "-id"]),
            models.Index(fields=["account", "number", "id"]),
            models.Index(fields=["account", "state", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["account", "campaign", "number"], name="number_once_per_campaign")
        ]

    def __str__(self) -> str:
        return f"+{self.number}"

    @property
    def badge(self) -> str:
        return NumberState(self.state).badge
