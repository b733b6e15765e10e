"""What people are told: the event, who hears of it on which channel, and who follows what."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.history.models import AboutObject
from portal.notices.enums import Channel, DeliveryState, FollowReason, Mail, Topic


class Notice(AboutObject):
    """One event worth telling: a message id and values, never prose; `key` makes it happen once.

    One that needs action stays at the top of the feed until `resolved_at` says that it is done.
    """

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=60)
    values = models.JSONField(default=dict, blank=True)
    path = models.CharField(max_length=300, help_text=_("the very page it is about"))
    topic = models.CharField(max_length=20, choices=Topic.choices, default=Topic.ACCOUNT)
    urgent = models.BooleanField(default=False)
    needs_action = models.BooleanField(default=False)
    resolved_at = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=160)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["account", "-at"]),
            models.Index(
                fields=["account", "object_type", "object_id"],
                condition=Q(needs_action=True, resolved_at=None),
                name="notice_open",
            ),
            models.Index(fields=["account", "object_type", "object_id"], name="notice_about"),
        ]
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="notice_once_per_account")]

    def __str__(self) -> str:
        return f"{self.kind} · {self.object_name}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.needs_action and self.resolved_at is None


class Delivery(models.Model):
    """One notice to one person on one channel; an e-mail keeps its Message-ID through every try."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    due_at = models.DateTimeField()
    message_id = models.CharField(max_length=200, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    by_name = models.BooleanField(
        default=False, help_text=_("about no client, and told to this person alone for having asked for it")
    )

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(fields=["account", "user", "channel", "-id"]),
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="delivery_waiting_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notice", "user", "channel"], name="told_once_per_channel")
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} · {self.user_id} · {self.channel}"

    @property
    def colour(self) -> str:
        """What its state is shown in."""
        return DeliveryState(self.state).colour


class Follow(AboutObject):
    """Somebody wants to hear of one object; account and client are the object's."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=FollowReason.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "object_type", "object_id", "user"], name="follow_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.object_type} {self.object_id}"


class Subscription(models.Model):
    """How a person wants to be told about one topic: for one client, or (None) for all without a choice of
    their own. `mail` is empty while nobody has asked, and then nothing is mailed.
    """

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(
        "accounts.Client", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=20, choices=Topic.choices)
    in_portal = models.BooleanField(default=True)
    mail = models.CharField(max_length=10, choices=Mail.choices, blank=True, default="")

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "user", "topic", "client"], name="one_choice_per_topic_and_client"
            ),
            models.UniqueConstraint(
                fields=["account", "user", "topic"],
                condition=Q(client=None),
                name="one_choice_per_topic_for_all_clients",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.topic} · {self.mail or '?'}"
