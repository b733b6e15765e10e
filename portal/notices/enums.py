from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    FEED = "feed", _("in the portal")
    EMAIL = "email", _("by e-mail, at once")
    DIGEST = "digest", _("in the daily summary")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    SKIPPED = "skipped", _("not wanted")

    @property
    def colour(self) -> str:
        return DELIVERY_COLOURS[self]


DELIVERY_COLOURS = {
    DeliveryState.WAITING: "yellow",
    DeliveryState.SENDING: "blue",
    DeliveryState.SENT: "green",
    DeliveryState.FAILED: "red",
    DeliveryState.SKIPPED: "secondary",
}


class Topic(models.TextChoices):
    """What a notice is about, as people choose it."""

    REGISTRATION = "registration", _("Registration of a business profile")
    APPLICATIONS = "applications", _("Application profiles and applications")
    VETTING = "vetting", _("Vetting")
    TENDLC = "10dlc", _("10DLC: brands, campaigns, numbers")
    ACCOUNT = "account", _("Account: API keys")


class Mail(models.TextChoices):
    """How notices of a topic are mailed; a person who was never asked has none of these, and gets none."""

    AT_ONCE = "at_once", _("E-mail at once")
    DAILY = "daily", _("One e-mail a day, in the morning")
    NONE = "none", _("No e-mail")


class FollowReason(models.TextChoices):
    SUBMITTER = "submitter", _("submitted it")
    RESPONSIBLE = "responsible", _("is responsible")
    SUBSCRIBER = "subscriber", _("asked to be told")


class Level(models.TextChoices):
    """What kind of news it is; kept in the catalogue, never in a row."""

    GOOD = "good", _("good news")
    INFO = "info", _("for your information")
    ATTENTION = "attention", _("worth a look")
    BAD = "bad", _("needs you")

    @property
    def colour(self) -> str:
        return COLOURS[self]


COLOURS = {Level.GOOD: "green", Level.INFO: "blue", Level.ATTENTION: "yellow", Level.BAD: "red"}
