"""What reaches us from operators, and what their people are mailed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.records.models import Stamped
from portal.records.triggers import Guard
from registry.enums import LetterKind, LetterState
from registry.models.catalogue import Agency, Operator
from registry.models.deciding import Case
from registry.models.profiles import Owned


class OperatorAnswer(Owned):
    """One answer of an operator about one case, as it came; a repeated reference counts once. Append-only.

    `lines` are the rulings, one a feature. An answer that came too late is kept with why and changed nothing;
    its reference stays free, for it may fit when it comes again.
    """

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answers")
    remote_reference = models.CharField(max_length=120)
    lines = models.JSONField()
    is_applied = models.BooleanField()
    objection = models.CharField(max_length=20, blank=True, default="", help_text=_("why it was not applied"))
    is_simulated = models.BooleanField(default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    guard = Guard()

    class Meta:
        verbose_name = _("answer of an operator")
        verbose_name_plural = _("answers of operators")
        indexes = [models.Index(fields=["account", "case", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "remote_reference"],
                condition=Q(is_applied=True),
                name="operator_answer_applied_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} · {self.remote_reference}"


class DeskLetter(Stamped):
    """One piece of news for one person of an operator or agent; what waits for the same person leaves in one mail.

    A mail keeps its Message-ID and its letters through every try. `key` makes a letter happen once a person.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20, choices=LetterKind.choices)
    key = models.CharField(max_length=120)
    values = models.JSONField(default=dict)
    path = models.CharField(max_length=300, help_text=_("the very page it is about"))
    state = models.CharField(max_length=20, choices=LetterState.choices, default=LetterState.WAITING)
    message_id = models.CharField(max_length=200, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("mail to a desk")
        verbose_name_plural = _("mails to desks")
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=LetterState.WAITING), name="letter_waiting_due")
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="letter_once_per_person"),
            models.CheckConstraint(
                condition=Q(operator__isnull=True, agency__isnull=False)
                | Q(operator__isnull=False, agency__isnull=True),
                name="letter_to_one_side",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.user_id}"
