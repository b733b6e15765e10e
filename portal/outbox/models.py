"""The one way out: every wanted effect on Vonage is a row, and so is every attempt and every awaited read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.history.models import AboutObject
from portal.outbox.enums import (
    BADGES,
    BATCH_BADGES,
    OPEN_STATES,
    BatchState,
    OperationState,
    PauseCause,
    PausedPart,
    Priority,
    RowState,
)
from portal.records.models import Stamped
from portal.records.money import Fee, FeeSource
from portal.records.triggers import Guard


class Operation(AboutObject, Stamped):
    """One wanted remote effect. The payload is frozen; while open it is unique by object and by natural key."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="+")
    api_key = models.ForeignKey("accounts.ApiKey", on_delete=models.PROTECT, related_name="+")
    host = models.CharField(max_length=200, help_text=_("the host the key was entered for"))
    kind = models.CharField(max_length=60)
    code = models.CharField(max_length=10, unique=True)
    payload = models.JSONField(default=dict)
    payload_hash = models.CharField(max_length=64)
    natural_key = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=20, choices=OperationState.choices, default=OperationState.READY)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    depends_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    form_token = models.CharField(max_length=64, blank=True, default="")
    attempt_count = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    sender = models.CharField(max_length=80, blank=True, default="")
    leased_at = models.DateTimeField(null=True, blank=True)
    settle_at = models.DateTimeField(
        null=True, blank=True, help_text=_("absence counts only from looks begun later")
    )
    absences = models.PositiveSmallIntegerField(default=0)
    resends = models.PositiveSmallIntegerField(default=0)
    candidates = models.JSONField(default=list, blank=True)
    dismissed = models.JSONField(
        default=list, blank=True, help_text=_("remote ids that a person said are not it")
    )
    waiting_for = models.CharField(
        max_length=60, blank=True, default="", help_text=_("why a ready one is not sent")
    )
    remote_id = models.TextField(blank=True, default="")
    fee_minor = models.IntegerField(null=True, blank=True)
    fee_currency = models.CharField(max_length=3, default="USD")
    fee_source = models.CharField(max_length=20, default=FeeSource.UNKNOWN.value)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    last_error = models.JSONField(default=dict, blank=True)
    vain_since = models.DateTimeField(
        null=True, blank=True, help_text=_("since when every look was in vain; empty after one that told")
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    guard = Guard(
        columns=("kind", "code", "payload", "payload_hash", "natural_key", "host", "account_id", "object_id")
    )

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        indexes = [
            models.Index(fields=["account", "-id"]),
            models.Index(fields=["account", "-leased_at"]),
            models.Index(fields=["account", "object_type", "object_id", "-id"]),
            models.Index(
                fields=["state", "next_attempt_at"], condition=Q(finished_at=None), name="operation_due"
            ),
            # Whose turn it is: one look a key, however many rows wait behind it.
            models.Index(
                fields=["api_key", "priority", "next_attempt_at", "id"],
                condition=Q(finished_at=None),
                name="operation_turn",
            ),
            models.Index(
                fields=["sender", "api_key"],
                condition=Q(finished_at=None) & ~Q(sender=""),
                name="operation_in_hands",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_id"],
                condition=Q(state__in=OPEN_STATES),
                name="one_open_per_object",
            ),
            models.UniqueConstraint(
                fields=["account", "natural_key"],
                condition=Q(state__in=OPEN_STATES) & ~Q(natural_key=""),
                name="one_open_per_natural_key",
            ),
            models.UniqueConstraint(
                fields=["account", "form_token"], condition=~Q(form_token=""), name="one_per_form_token"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def badge(self) -> str:
        return BADGES[OperationState(self.state)]

    @property
    def fee(self) -> Fee:
        return Fee(self.fee_minor, self.fee_currency, FeeSource(self.fee_source))


class Attempt(models.Model):
    """One sending of an operation, written before the first byte; completed once and never changed after."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    sender = models.CharField(max_length=80)
    prior_ids = models.JSONField(default=list, help_text=_("matching remote ids known before it"))
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    instance = models.CharField(max_length=120, blank=True, default="")
    problem = models.JSONField(default=dict, blank=True)
    answer = models.JSONField(null=True, blank=True)  # Found.as_json(): enough to store the effect again

    guard = Guard(when="OLD.finished_at IS NOT NULL")

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        indexes = [models.Index(fields=["account", "-id"])]
        constraints = [models.UniqueConstraint(fields=["operation", "number"], name="attempt_number_once")]

    def __str__(self) -> str:
        return f"{self.operation_id} · {self.number} · {self.outcome or '…'}"


class Inquiry(AboutObject):
    """A read somebody waits for (test this key, check a use case, sync now), answered by the worker."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, null=True, related_name="+")
    api_key = models.ForeignKey("accounts.ApiKey", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    question = models.JSONField(default=dict, blank=True)
    answer = models.JSONField(default=dict, blank=True)
    problem = models.JSONField(default=dict, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(answered_at=None), name="inquiry_due"),
            models.Index(fields=["account", "kind", "object_type", "object_id", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.object_name}"

    @property
    def succeeded(self) -> bool:
        return self.answered_at is not None and not self.problem


class KeyHealth(models.Model):
    """How calls with one API key fare: failures in a row, and until when nobody calls with it.

    Made at the first failure. After a pause one call goes first, the probe, which `paused_until` lets through.
    """

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    api_key = models.OneToOneField("accounts.ApiKey", on_delete=models.PROTECT, related_name="health")
    failures = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True, default="")
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("health of a key")
        verbose_name_plural = _("health of keys")
        indexes = [models.Index(fields=["account", "paused_until"])]

    def __str__(self) -> str:
        return f"{self.api_key_id} · {self.failures}"


class Pause(Stamped):
    """While it is not ended nothing of what it names leaves; empty fields mean all.

    Set by staff or by a command; by the portal itself when the database is a copy or was restored, and then
    `details` say what was found, which the person who ends it accepts.
    """

    part = models.CharField(max_length=20, choices=PausedPart.choices, default=PausedPart.SENDING)
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    api_key = models.ForeignKey(
        "accounts.ApiKey", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=60, blank=True, default="")
    cause = models.CharField(max_length=20, choices=PauseCause.choices, default=PauseCause.PERSON)
    reason = models.TextField(help_text=_("shown to everybody who waits for it"))
    details = models.JSONField(default=dict, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        indexes = [
            models.Index(fields=["account", "-id"]),
            models.Index(fields=["part"], condition=Q(ended_at=None), name="pause_in_force"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cause"],
                condition=Q(ended_at=None, cause__in=(PauseCause.COPY, PauseCause.RESTORE)),
                name="found_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} · {self.told[:60]}"

    @property
    def told(self) -> str:
        """The reason in words: a person's own, or the portal's in the language of whoever reads it."""
        return self.reason if self.cause == PauseCause.PERSON else gettext(self.reason)


class Installation(models.Model):
    """Which installation this database belongs to; one row. Its counterpart is kept outside (installation.py)."""

    installation_id = models.CharField(max_length=40)
    accepted_mark = models.BigIntegerField(
        default=0, help_text=_("attempts up to here may be missing: a person has accepted a restore")
    )

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installation")

    def __str__(self) -> str:
        return self.installation_id


class Heartbeat(models.Model):
    """When a part of the background last did its round, written by the part itself; one row a part."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.name} · {self.at:%H:%M:%S}"


class Batch(Stamped):
    """Many wishes in one go, such as a file of them: checked as a whole first, then let out slice by slice.

    The same file counts as the same batch; whoever wants it once more gets another `edition` of it.
    """

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    edition = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=20, choices=BatchState.choices, default=BatchState.CHECKED)
    paused_for = models.CharField(
        max_length=60, blank=True, default="", help_text=_("why, if not by a person")
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        indexes = [
            models.Index(fields=["account", "-id"]),
            models.Index(fields=["state"], condition=Q(state=BatchState.RUNNING), name="batch_running"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "file_hash", "edition"], name="batch_once_per_file"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def badge(self) -> str:
        return BATCH_BADGES[BatchState(self.state)]


class BatchRow(models.Model):
    """One wish of a batch: what was typed, what was understood, and the operation it became."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, null=True, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="rows")
    place = models.PositiveIntegerField(help_text=_("the line of the file"))
    typed = models.JSONField(default=dict)
    values = models.JSONField(default=dict, blank=True)
    natural_key = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=20, choices=RowState.choices, default=RowState.WAITING)
    problem = models.JSONField(default=dict, blank=True, help_text=_("why not: a text id and values"))
    cautions = models.JSONField(default=list, blank=True, help_text=_("what often goes wrong, likewise"))
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("row of a batch")
        verbose_name_plural = _("rows of batches")
        indexes = [models.Index(fields=["account", "batch", "state", "place"])]
        constraints = [
            models.UniqueConstraint(fields=["batch", "place"], name="batch_row_once_per_line"),
            models.UniqueConstraint(
                fields=["batch", "natural_key"], condition=~Q(natural_key=""), name="batch_row_once_per_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} · {self.place}"
