"""What an installation offers: data with a version, loaded by a command and edited by staff, never deleted in use."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.records.models import Stamped
from registry.enums import AnswerType, DecisionChannel, Level


class CatalogueRow(Stamped):
    """A row shipped with the product. `loaded_hash` is of the values as they were loaded: a row that differs from
    it was edited by staff, is reported by the command and left as it is."""

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    is_illustrative = models.BooleanField(default=False, help_text=_("an example, not a confirmed fact"))
    loaded_version = models.CharField(max_length=20, blank=True, default="")
    loaded_hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Country(CatalogueRow):
    """A country in which service can be had; `code` is ISO 3166-1 alpha-2."""

    is_eu = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["name"]


class Agency(CatalogueRow):
    """An independent vetting agent."""

    channel = models.CharField(
        max_length=20, choices=DecisionChannel.choices, default=DecisionChannel.CONSOLE
    )

    class Meta:
        verbose_name = _("vetting agent")
        verbose_name_plural = _("vetting agents")


class Operator(CatalogueRow):
    """One mobile network in one country."""

    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="operators")
    requires_vetting = models.BooleanField(default=False)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="operators"
    )
    channel = models.CharField(
        max_length=20, choices=DecisionChannel.choices, default=DecisionChannel.CONSOLE
    )
    expected_days = models.PositiveSmallIntegerField(default=14, help_text=_("days until it usually decides"))

    class Meta:
        verbose_name = _("operator")
        verbose_name_plural = _("operators")
        ordering = ["country__name", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(requires_vetting=False) | Q(agency__isnull=False), name="vetting_has_an_agent"
            )
        ]


class Feature(CatalogueRow):
    """A network feature; some need an option at the application, such as a redirect URI."""

    description = models.TextField(blank=True, default="")
    needs_redirect_uri = models.BooleanField(default=False)
    available_from = models.DateField(null=True, blank=True)
    sunset_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("network feature")
        verbose_name_plural = _("network features")
        ordering = ["name"]


class Offer(CatalogueRow):
    """One operator offers one feature, from when to when; no end means until further notice."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="offers")
    feature = models.ForeignKey(Feature, on_delete=models.PROTECT, related_name="offers")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(fields=["operator", "feature", "starts_on"], name="offer_once"),
        ]


class Category(CatalogueRow):
    class Meta:
        verbose_name = _("application category")
        verbose_name_plural = _("application categories")
        ordering = ["name"]


class OrganisationType(CatalogueRow):
    class Meta:
        verbose_name = _("organisation type")
        verbose_name_plural = _("organisation types")
        ordering = ["name"]


class ContactRole(CatalogueRow):
    """A suggestion for "Please specify your role"; the field itself is free text."""

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["name"]


class IssuingAuthority(CatalogueRow):
    """Who issues registration ids; no country means anywhere. `scheme` names checks of python-stdnum."""

    country_code = models.CharField(max_length=2, blank=True, default="")
    schemes = models.JSONField(
        default=list, blank=True, help_text=_("such as gb.vat, de.handelsregisternummer")
    )

    class Meta:
        verbose_name = _("issuing authority")
        verbose_name_plural = _("issuing authorities")
        ordering = ["country_code", "name"]


class Purpose(CatalogueRow):
    """A purpose of the W3C Data Privacy Vocabulary, with its version and a plain sentence."""

    vocabulary = models.CharField(max_length=20, help_text=_("version of the vocabulary, such as dpv-2.0"))
    gloss = models.TextField(blank=True, default="")
    features: models.ManyToManyField[Feature, models.Model] = models.ManyToManyField(
        Feature, related_name="purposes", blank=True, help_text=_("which it suits; none means all")
    )

    class Meta:
        verbose_name = _("purpose")
        verbose_name_plural = _("purposes")
        ordering = ["name"]


class Requirement(CatalogueRow):
    """What an operator or country asks beyond the guide, where it applies.

    `condition` is a table of values that must hold for it to be asked, such as {"features": ["sim-swap"]} or
    {"end_users_in_eu": true}; empty means always. For terms, `terms_id` and `terms_version` name what is accepted.
    """

    level = models.CharField(max_length=20, choices=Level.choices)
    operator = models.ForeignKey(
        Operator, on_delete=models.PROTECT, null=True, blank=True, related_name="requirements"
    )
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, blank=True, related_name="requirements"
    )
    answer_type = models.CharField(max_length=20, choices=AnswerType.choices)
    choices = models.JSONField(default=list, blank=True)
    condition = models.JSONField(default=dict, blank=True)
    text = models.TextField(help_text=_("what is asked, in words"))
    is_personal = models.BooleanField(default=False)
    terms_id = models.CharField(max_length=80, blank=True, default="")
    terms_version = models.CharField(max_length=40, blank=True, default="")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        constraints = [
            models.CheckConstraint(
                condition=Q(operator__isnull=False) | Q(country__isnull=False), name="somebody_requires_it"
            )
        ]
