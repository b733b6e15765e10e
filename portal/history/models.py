"""What happened, append-only: what people did, what was seen to change, and every no."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.history.enums import Axis, Resubmittable, Source
from portal.records.triggers import Guard


class AboutObject(models.Model):
    """Names any object by type ("tendlc.brand"), id and a snapshot of its name."""

    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    object_name = models.TextField(blank=True, default="")

    class Meta:
        abstract = True


class AuditEntry(AboutObject):
    """One thing a person (or a command, then without actor) did; personal data is masked."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, null=True, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.TextField(blank=True, default="")
    action = models.CharField(max_length=60)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    request_id = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField(auto_now_add=True)

    guard = Guard()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["account", "-at"]),
            models.Index(fields=["account", "object_type", "object_id", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"


class Change(AboutObject):
    """One observed change of state. `not_before` is when the old state was last seen to hold."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="+")
    axis = models.CharField(max_length=20, choices=Axis.choices)
    part = models.CharField(max_length=60, blank=True, default="", help_text=_("which carrier or operator"))
    raw_before = models.TextField(blank=True, default="")
    raw_after = models.TextField(blank=True, default="")
    state_before = models.CharField(max_length=20, blank=True, default="")
    state_after = models.CharField(max_length=20)
    seen_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")
    source = models.CharField(max_length=20, choices=Source.choices)

    guard = Guard()

    class Meta:
        indexes = [
            models.Index(fields=["account", "object_type", "object_id", "-seen_at"]),
            models.Index(fields=["account", "-seen_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}: {self.state_before} -> {self.state_after}"


class Refusal(AboutObject):
    """One no: who said it, in which words, about which fields, and to which submission."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="+")
    said_by = models.CharField(max_length=60)
    code = models.CharField(max_length=120, blank=True, default="")
    text = models.TextField(blank=True, default="")
    fields = models.JSONField(default=list, blank=True)
    resubmittable = models.CharField(
        max_length=10, choices=Resubmittable.choices, default=Resubmittable.UNKNOWN
    )
    submission = models.CharField(max_length=20, blank=True, default="", help_text=_("code of the operation"))
    answered_by = models.CharField(
        max_length=20, blank=True, default="", help_text=_("code of the later one")
    )
    instance = models.CharField(max_length=120, blank=True, default="")
    at = models.DateTimeField(auto_now_add=True)

    guard = Guard(
        columns=("said_by", "code", "text", "fields", "submission", "object_type", "object_id", "at")
    )

    class Meta:
        indexes = [models.Index(fields=["account", "object_type", "object_id", "-at"])]

    def __str__(self) -> str:
        return f"{self.said_by}: {self.code or self.text[:60]}"
