from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Axis(models.TextChoices):
    """What of an object changed; every observed change of both apps is one row of one shape."""

    BRAND = "brand", _("brand")
    VETTING = "vetting", _("vetting")
    CAMPAIGN = "campaign", _("campaign")
    CARRIER = "carrier", _("carrier")
    NUMBER = "number", _("number")
    DECISION = "decision", _("decision")


class Source(models.TextChoices):
    """How we learned of it."""

    ANSWER = "answer", _("answer to our request")
    SYNC = "sync", _("found when looking")
    PERSON = "person", _("entered by a person")


class Resubmittable(models.TextChoices):
    YES = "yes", _("can be corrected and sent again")
    NO = "no", _("final")
    UNKNOWN = "unknown", _("not known")
