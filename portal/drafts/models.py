"""Unfinished forms: a row of its own each, never half an object."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.records.models import Stamped


class Draft(Stamped):
    """What somebody typed so far. `version` grows by one with each save and guards against a stale tab."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="+")
    api_key = models.ForeignKey("accounts.ApiKey", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200, blank=True, default="")
    parent_id = models.BigIntegerField(
        null=True, blank=True, help_text=_("the object it belongs to, such as a brand")
    )
    values = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    waiting_on = models.CharField(max_length=120, blank=True, default="")
    finished_at = models.DateTimeField(null=True, blank=True)
    result_id = models.BigIntegerField(null=True, blank=True, help_text=_("the object that came of it"))

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [models.Index(fields=["account", "kind", "-updated_at"])]

    def __str__(self) -> str:
        return self.title or f"{self.kind} {self.pk}"
