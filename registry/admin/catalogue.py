"""What the installation offers, to be edited by staff; a row in use is deactivated, never deleted."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from portal.history.admin import KeptAdmin
from registry.models import (
    Agency,
    Category,
    ContactRole,
    Country,
    Feature,
    IssuingAuthority,
    Offer,
    Operator,
    OrganisationType,
    Purpose,
    Requirement,
)

LOADED = ("loaded_version", "loaded_hash")


class CatalogueAdmin(KeptAdmin):
    """`code` is what everything else names a row by: it is chosen once."""

    list_display = ["name", "code", "is_active", "is_illustrative", "loaded_version"]
    list_filter = ["is_active", "is_illustrative"]
    search_fields = ["name", "code"]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        return LOADED if obj is None else ("code", *LOADED)


admin.site.register((Category, OrganisationType, ContactRole, Agency), CatalogueAdmin)


@admin.register(Country)
class CountryAdmin(CatalogueAdmin):
    list_display = ["name", "code", "is_eu", "is_active"]


@admin.register(Operator)
class OperatorAdmin(CatalogueAdmin):
    list_display = ["name", "country", "requires_vetting", "agency", "channel", "expected_days", "is_active"]
    list_filter = ["requires_vetting", "channel", "is_active", "is_illustrative", "country"]
    list_select_related = ["country", "agency"]


@admin.register(Feature)
class FeatureAdmin(CatalogueAdmin):
    list_display = ["name", "code", "available_from", "sunset_on", "needs_redirect_uri", "is_active"]


@admin.register(Offer)
class OfferAdmin(CatalogueAdmin):
    list_display = ["operator", "feature", "starts_on", "ends_on", "is_active", "is_illustrative"]
    list_filter = ["feature", "is_active", "is_illustrative", "operator__country"]
    list_select_related = ["operator", "feature"]


@admin.register(IssuingAuthority)
class IssuingAuthorityAdmin(CatalogueAdmin):
    list_display = ["name", "country_code", "schemes", "is_active"]
    list_filter = ["is_active", "country_code"]


@admin.register(Purpose)
class PurposeAdmin(CatalogueAdmin):
    list_display = ["name", "code", "vocabulary", "is_active"]
    list_filter = ["vocabulary", "is_active"]
    filter_horizontal = ["features"]


@admin.register(Requirement)
class RequirementAdmin(CatalogueAdmin):
    list_display = [
        "name",
        "level",
        "operator",
        "country",
        "answer_type",
        "starts_on",
        "ends_on",
        "is_active",
    ]
    list_filter = ["level", "answer_type", "is_active", "country"]
    list_select_related = ["operator", "country"]
    search_fields = ["name", "code", "text"]
