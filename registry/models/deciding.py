"""Operators and vetting agents decide: cases, the decisions in them, checks, and who works where."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.records.models import Stamped
from portal.records.triggers import Guard
from registry.enums import Activity, CheckState, DecisionState, Exclusion, MessageKind, Reason, WaitingOn
from registry.models.catalogue import Agency, Feature, Operator, Purpose
from registry.models.profiles import ApplicationProfile, BusinessProfile, BusinessSnapshot, Owned


class Case(Owned, Stamped):
    """One profile at one operator, the unit in which operators work.

    Without an application profile it is about the business profile itself; its decision has no feature.
    """

    business_profile = models.ForeignKey(BusinessProfile, on_delete=models.PROTECT, related_name="cases")
    application_profile = models.ForeignKey(
        ApplicationProfile, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="cases")
    operator_reference = models.CharField(
        max_length=120, blank=True, default="", help_text=_("the operator's own reference")
    )
    newer_snapshot = models.ForeignKey(
        BusinessSnapshot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("a later version the operator was given; its earlier decision stands until it answers"),
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(
        default=1, help_text=_("grows with each decision, against stale pages")
    )

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["account", "business_profile", "operator"]),
            models.Index(fields=["operator", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["business_profile", "operator"],
                condition=Q(application_profile=None),
                name="one_business_case_per_operator",
            ),
            models.UniqueConstraint(
                fields=["application_profile", "operator"],
                condition=Q(application_profile__isnull=False),
                name="one_application_case_per_operator",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_profile or self.business_profile} · {self.operator}"


class Decision(Owned, Stamped):
    """What one operator says of one profile, or of one feature of it, in one round; only the latest round counts.

    It names the immutable snapshot it was asked on. Asking again opens a new round and never inherits a yes.
    `state` is the approval, `activity` whether an acceptance is in force.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="+")
    business_profile = models.ForeignKey(BusinessProfile, on_delete=models.PROTECT, related_name="decisions")
    application_profile = models.ForeignKey(
        ApplicationProfile, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    feature = models.ForeignKey(Feature, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    round = models.PositiveIntegerField(default=1)
    is_latest = models.BooleanField(default=True)
    snapshot = models.ForeignKey(BusinessSnapshot, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=DecisionState.choices)
    activity = models.CharField(max_length=20, choices=Activity.choices, default=Activity.ACTIVE)
    exclusion = models.CharField(max_length=30, choices=Exclusion.choices, blank=True, default="")
    reason = models.CharField(max_length=30, choices=Reason.choices, blank=True, default="")
    reason_text = models.TextField(blank=True, default="", help_text=_("for the applicant"))
    is_simulated = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    remote_reference = models.CharField(
        max_length=120,
        blank=True,
        default="",
        help_text=_("id of the operator's answer, so that it counts once"),
    )
    waiting_on = models.CharField(max_length=20, choices=WaitingOn.choices, default=WaitingOn.OPERATOR)
    waiting_since = models.DateTimeField()
    expected_by = models.DateTimeField(null=True, blank=True)

    guard = Guard(columns=("case_id", "operator_id", "feature_id", "purpose_id", "round", "snapshot_id"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [
            models.Index(fields=["account", "application_profile", "operator"]),
            models.Index(fields=["account", "business_profile", "operator"]),
            models.Index(
                fields=["operator", "waiting_since"],
                condition=Q(is_latest=True, state=DecisionState.PROCESSING),
                name="decision_queue",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "feature", "round"], condition=Q(feature__isnull=False), name="one_per_round"
            ),
            models.UniqueConstraint(
                fields=["case", "round"], condition=Q(feature=None), name="one_business_decision_per_round"
            ),
            models.UniqueConstraint(
                fields=["case", "feature"],
                condition=Q(is_latest=True, feature__isnull=False),
                name="one_latest_per_feature",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(is_latest=True, feature=None),
                name="one_latest_business_decision",
            ),
            models.CheckConstraint(
                condition=Q(state=DecisionState.ACCEPTED) | Q(activity=Activity.ACTIVE),
                name="only_an_acceptance_is_suspended",
            ),
            models.CheckConstraint(
                condition=Q(feature=None, application_profile=None)
                | Q(feature__isnull=False, application_profile__isnull=False),
                name="a_feature_is_of_an_application_profile",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.feature_id or 'business'} · {self.round}"


class CaseMessage(Owned):
    """A question, an answer or an internal note within a case; append-only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=20, choices=MessageKind.choices)
    text = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    guard = Guard()

    class Meta:
        verbose_name = _("message in a case")
        verbose_name_plural = _("messages in cases")
        indexes = [models.Index(fields=["account", "case", "id"])]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.kind}"


class VettingCheck(Owned, Stamped):
    """The background check of one business profile for one operator, by rounds; the latest counts."""

    business_profile = models.ForeignKey(BusinessProfile, on_delete=models.PROTECT, related_name="checks")
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="checks")
    consent = models.ForeignKey("registry.VettingConsent", on_delete=models.PROTECT, related_name="+")
    snapshot = models.ForeignKey(BusinessSnapshot, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveIntegerField(default=1)
    is_latest = models.BooleanField(default=True)
    state = models.CharField(max_length=20, choices=CheckState.choices, default=CheckState.PENDING)
    reason_text = models.TextField(blank=True, default="", help_text=_("for the applicant"))
    note = models.TextField(blank=True, default="", help_text=_("for the agent's own people"))
    is_simulated = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    expected_by = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("vetting check")
        verbose_name_plural = _("vetting checks")
        indexes = [
            models.Index(fields=["account", "business_profile", "operator"]),
            models.Index(fields=["agency", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["business_profile", "operator", "round"], name="one_check_per_round"
            ),
            models.UniqueConstraint(
                fields=["business_profile", "operator"], condition=Q(is_latest=True), name="one_latest_check"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_profile} · {self.operator} · {self.round}"

    @property
    def state_badge(self) -> str:
        return CheckState(self.state).badge


class Assignment(Stamped):
    """Where a person of an operator or a vetting agent works; a reader sees, a decider decides."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    may_decide = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.CheckConstraint(
                condition=Q(operator__isnull=True, agency__isnull=False)
                | Q(operator__isnull=False, agency__isnull=True),
                name="assigned_to_one_side",
            ),
            models.UniqueConstraint(fields=["user", "operator"], name="assigned_once_per_operator"),
            models.UniqueConstraint(fields=["user", "agency"], name="assigned_once_per_agent"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.operator or self.agency}"
