"""What customers register. What was submitted never changes: its rows are guarded by triggers, and state, decisions,
keys, links and deletion marks live in other tables."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.records.models import Stamped
from portal.records.triggers import Guard
from registry.enums import ChangeState, Ground
from registry.models.catalogue import Country, Feature, Purpose, Requirement


class Owned(models.Model):
    """A row of one client of one account."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class BusinessProfile(Owned, Stamped):
    """The organisation that owns applications. It exists from its first submission on; before that it is a draft.

    `version` numbers the snapshot that holds now; `name` is that snapshot's business name, for lists.
    """

    name = models.CharField(max_length=200)
    country_code = models.CharField(max_length=2, help_text=_("where the organisation is registered"))
    version = models.PositiveIntegerField(default=1)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("business profile")
        verbose_name_plural = _("business profiles")
        indexes = [
            models.Index(fields=["account", "-created_at", "-id"]),
            models.Index(fields=["account", "name", "id"]),
        ]

    def __str__(self) -> str:
        return self.name


class ProfileCountry(Owned):
    """A country in which a business profile asks for service; removed ones stay, with the version that removed them."""

    profile = models.ForeignKey(BusinessProfile, on_delete=models.PROTECT, related_name="countries")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    added_version = models.PositiveIntegerField()
    removed_version = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("country of a profile")
        verbose_name_plural = _("countries of profiles")
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "country"],
                condition=Q(removed_version=None),
                name="country_once_per_profile",
            )
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} · {self.country_id}"


class BusinessSnapshot(Owned):
    """A business profile exactly as it was submitted, by version.

    `values` holds what is not personal; the rest is kept apart in `SnapshotPersonal`, so that an erasure can blank
    it while `personal_hash` and `content_hash` stay verifiable.
    """

    profile = models.ForeignKey(BusinessProfile, on_delete=models.PROTECT, related_name="snapshots")
    version = models.PositiveIntegerField()
    values = models.JSONField()
    countries = models.JSONField(help_text=_("ISO codes of the countries asked for"))
    content_hash = models.CharField(max_length=64)
    personal_hash = models.CharField(max_length=64)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    guard = Guard()

    class Meta:
        verbose_name = _("business snapshot")
        verbose_name_plural = _("business snapshots")
        constraints = [models.UniqueConstraint(fields=["profile", "version"], name="snapshot_version_once")]

    def __str__(self) -> str:
        return f"{self.profile_id} · {self.version}"


class SnapshotPersonal(Owned):
    """The personal values of a snapshot (names, mails, phones); blanked by an erasure, with when and by whom."""

    snapshot = models.OneToOneField(BusinessSnapshot, on_delete=models.PROTECT, related_name="personal")
    values = models.JSONField()
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("personal values of a snapshot")
        verbose_name_plural = _("personal values of snapshots")

    def __str__(self) -> str:
        return f"{self.snapshot_id}"


class ChangeRequest(Owned, Stamped):
    """What should change in a business profile. `values` and `personal` are the whole form as it should become."""

    profile = models.ForeignKey(BusinessProfile, on_delete=models.PROTECT, related_name="change_requests")
    state = models.CharField(max_length=20, choices=ChangeState.choices, default=ChangeState.DRAFT)
    base_version = models.PositiveIntegerField(help_text=_("the version it was written on"))
    applied_version = models.PositiveIntegerField(null=True, blank=True)
    values = models.JSONField(default=dict)
    personal = models.JSONField(default=dict)
    countries = models.JSONField(default=list)
    answers_refusal = models.BooleanField(
        default=False, help_text=_("re-opens exactly the operators that refused")
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        indexes = [models.Index(fields=["account", "profile", "-id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["profile"],
                condition=Q(state__in=(ChangeState.DRAFT, ChangeState.SUBMITTED)),
                name="one_open_change_per_profile",
            )
        ]

    def __str__(self) -> str:
        return f"{self.profile} · {self.pk}"

    @property
    def state_badge(self) -> str:
        return ChangeState(self.state).badge


class VettingConsent(Owned):
    """Consent to vetting, or its refusal, as it was given: the text shown, the operators, who, when; versioned.

    The contact is personal and may be blanked; everything else but the withdrawal never changes.
    """

    profile = models.ForeignKey(BusinessProfile, on_delete=models.PROTECT, related_name="consents")
    version = models.PositiveIntegerField()
    given = models.BooleanField()
    text_version = models.CharField(max_length=20)
    text = models.TextField()
    operators = models.JSONField(help_text=_("codes of the operators it is for"))
    contact_name = models.CharField(max_length=200, blank=True, default="")
    contact_phone = models.CharField(max_length=30, blank=True, default="")
    contact_email = models.EmailField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    guard = Guard(
        columns=("profile_id", "version", "given", "text_version", "text", "operators", "by_id", "at")
    )

    class Meta:
        verbose_name = _("vetting consent")
        verbose_name_plural = _("vetting consents")
        constraints = [models.UniqueConstraint(fields=["profile", "version"], name="consent_version_once")]

    def __str__(self) -> str:
        return f"{self.profile_id} · {self.version}"


class ApplicationProfile(Owned):
    """What an organisation will do with network features. Created by submitting, and immutable from then on.

    Its owner is the API key chosen at creation; `replaces` is the profile it is a changed copy of.
    """

    business_profile = models.ForeignKey(
        BusinessProfile, on_delete=models.PROTECT, related_name="application_profiles"
    )
    api_key = models.ForeignKey("accounts.ApiKey", on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replacements"
    )
    name = models.CharField(max_length=200)
    category_code = models.CharField(max_length=80)
    locations = models.JSONField(help_text=_("ISO codes of the countries where personal data is processed"))
    use_case = models.TextField()
    privacy_policy_url = models.TextField()
    terms_url = models.TextField()
    content_hash = models.CharField(max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    guard = Guard()

    class Meta:
        verbose_name = _("application profile")
        verbose_name_plural = _("application profiles")
        indexes = [
            models.Index(fields=["account", "-created_at", "-id"]),
            models.Index(fields=["account", "business_profile", "-id"]),
        ]

    def __str__(self) -> str:
        return self.name


class ProfileFeature(Owned):
    """One feature of an application profile with exactly one purpose and its reason; as immutable as the profile."""

    profile = models.ForeignKey(ApplicationProfile, on_delete=models.PROTECT, related_name="features")
    feature = models.ForeignKey(Feature, on_delete=models.PROTECT, related_name="+")
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="+")
    vocabulary = models.CharField(max_length=20)
    reason = models.TextField()

    guard = Guard()

    class Meta:
        verbose_name = _("feature of a profile")
        verbose_name_plural = _("features of profiles")
        constraints = [
            models.UniqueConstraint(fields=["profile", "feature"], name="feature_once_per_profile")
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} · {self.feature_id}"


class ApplicationStanding(Owned):
    """Everything of an application profile that may change.

    `network_application_id` is Vonage's id for the profile: told with the first acceptance, sent to the
    Applications API for Production.
    """

    profile = models.OneToOneField(ApplicationProfile, on_delete=models.PROTECT, related_name="standing")
    network_application_id = models.CharField(max_length=80, blank=True, default="")
    last_call_at = models.DateTimeField(
        null=True, blank=True, help_text=_("when the gate last allowed a Production call")
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("standing of an application profile")
        verbose_name_plural = _("standings of application profiles")

    def __str__(self) -> str:
        return f"{self.profile_id}"


class RequirementAnswer(Owned):
    """The answer to something an operator or country asks beyond the guide; a later one is a supplement.

    For terms, what was accepted, by whom and when. A personal value stands apart in `personal` and may be blanked.
    """

    business_profile = models.ForeignKey(BusinessProfile, on_delete=models.PROTECT, related_name="answers")
    application_profile = models.ForeignKey(
        ApplicationProfile, on_delete=models.PROTECT, null=True, blank=True, related_name="answers"
    )
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="+")
    value = models.JSONField(default=dict)
    personal = models.JSONField(default=dict, blank=True)
    terms_id = models.CharField(max_length=80, blank=True, default="")
    terms_version = models.CharField(max_length=40, blank=True, default="")
    is_supplement = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    guard = Guard(columns=("requirement_id", "value", "terms_id", "terms_version", "by_id", "at"))

    class Meta:
        verbose_name = _("answer to a requirement")
        verbose_name_plural = _("answers to requirements")
        indexes = [models.Index(fields=["account", "business_profile", "-id"])]

    def __str__(self) -> str:
        return f"{self.business_profile_id} · {self.requirement_id}"


class Disclosure(Owned):
    """What was handed to whom, when and on which ground; append-only."""

    case = models.ForeignKey("registry.Case", on_delete=models.PROTECT, related_name="disclosures")
    recipient = models.CharField(max_length=200, help_text=_("the operator's or agent's name"))
    snapshot = models.ForeignKey(
        BusinessSnapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    application_profile = models.ForeignKey(
        ApplicationProfile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    fields = models.JSONField(help_text=_("names of the fields that were handed over"))
    ground = models.CharField(max_length=20, choices=Ground.choices)
    to_agent = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    guard = Guard()

    class Meta:
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        indexes = [models.Index(fields=["account", "case", "-id"])]

    def __str__(self) -> str:
        return f"{self.recipient} · {self.at:%Y-%m-%d %H:%M}"
