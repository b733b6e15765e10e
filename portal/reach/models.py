"""What was found when customers' public pages were looked at; a hint with a date, never a verdict."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.reach.enums import Outcome
from portal.reach.syntax import MAX_URL


class ReachCheck(models.Model):
    """One look at one page: asked for, then done by the worker. `taken_at` is a worker's claim."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="+")
    url = models.CharField(max_length=MAX_URL)
    asked_at = models.DateTimeField(auto_now_add=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True, default="")
    final_url = models.CharField(max_length=MAX_URL, blank=True, default="")
    http_code = models.PositiveSmallIntegerField(null=True, blank=True)
    certificate_problem = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("page check")
        verbose_name_plural = _("page checks")
        indexes = [
            models.Index(fields=["account", "url", "-asked_at"]),
            models.Index(fields=["asked_at"], condition=Q(checked_at=None), name="reach_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "client", "url"],
                condition=Q(checked_at=None),
                name="page_asked_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.url}: {self.outcome or '…'}"

    @property
    def is_fine(self) -> bool:
        return self.outcome == Outcome.PAGE

    @property
    def was_redirected(self) -> bool:
        """Whether the page that was seen lies elsewhere than the address says, the last slash apart."""
        return bool(self.final_url) and self.final_url.rstrip("/") != self.url.rstrip("/")
