from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class OperationState(models.TextChoices):
    """Where a wanted remote effect stands."""

    AWAITING_APPROVAL = "awaiting_approval", _("awaiting approval")
    READY = "ready", _("ready to send")
    SENDING = "sending", _("being sent")
    UNKNOWN = "unknown", _("sent, answer not known yet")
    REVIEW = "review", _("needs a person")
    APPLIED = "applied", _("done")
    REFUSED = "refused", _("refused")
    CANCELLED = "cancelled", _("cancelled")


OPEN_STATES = (
    OperationState.AWAITING_APPROVAL,
    OperationState.READY,
    OperationState.SENDING,
    OperationState.UNKNOWN,
    OperationState.REVIEW,
)
FINAL_STATES = (OperationState.APPLIED, OperationState.REFUSED, OperationState.CANCELLED)
# Why a doubtful one waits, or a person is asked: Vonage's answer is kept with the attempt, and storing it failed.
NOT_STORED = "not_stored"
# Why it is in review: its effect is on record as another object by now.
TAKEN = "taken"
BADGES = {
    OperationState.AWAITING_APPROVAL: "yellow",
    OperationState.READY: "azure",
    OperationState.SENDING: "blue",
    OperationState.UNKNOWN: "orange",
    OperationState.REVIEW: "red",
    OperationState.APPLIED: "green",
    OperationState.REFUSED: "red",
    OperationState.CANCELLED: "secondary",
}


class Priority(models.IntegerChoices):
    """Lower goes first: what costs money before what is merely wanted."""

    PAID = 10, _("paid")
    NORMAL = 20, _("normal")
    BULK = 30, _("bulk")


class PausedPart(models.TextChoices):
    """What a pause stops. Looking, and answering reads, go on."""

    SENDING = "sending", _("sending to Vonage")
    MAIL = "mail", _("e-mail")
    EVERYTHING = "everything", _("sending and e-mail")


class PauseCause(models.TextChoices):
    """Why nothing leaves."""

    PERSON = "person", _("set by a person")
    COPY = "copy", _("this database belongs to another installation")
    RESTORE = "restore", _("this database was restored from a backup")
    DRAIN = "drain", _("set to drain before an upgrade")


class BatchState(models.TextChoices):
    """Where a batch stands; nothing is sent before a person has seen what would be, and started it."""

    CHECKED = "checked", _("checked, not started")
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


BATCH_BADGES = {
    BatchState.CHECKED: "yellow",
    BatchState.RUNNING: "blue",
    BatchState.PAUSED: "orange",
    BatchState.DONE: "green",
    BatchState.CANCELLED: "secondary",
}


class RowState(models.TextChoices):
    """What became of a row; once it has an operation, that says the rest."""

    WRONG = "wrong", _("wrong, left out")
    ALREADY = "already", _("already so")
    WAITING = "waiting", _("waiting")
    ASKED = "asked", _("asked for")
    FAILED = "failed", _("could not be asked for")
