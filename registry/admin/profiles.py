"""What customers registered, to read; change requests are decided here (see `changes`)."""

from __future__ import annotations

from django.contrib import admin

from portal.history.admin import ReadOnlyAdmin
from registry.models import (
    BusinessProfile,
    BusinessSnapshot,
    Disclosure,
    ProfileCountry,
    RequirementAnswer,
    SnapshotPersonal,
    VettingConsent,
)


@admin.register(BusinessProfile)
class BusinessProfileAdmin(ReadOnlyAdmin):
    list_display = ("name", "account", "client", "version", "submitted_at", "withdrawn_at", "deleted_at")
    search_fields = ("name",)
    list_select_related = ("account", "client")
    date_hierarchy = "created_at"


@admin.register(BusinessSnapshot)
class BusinessSnapshotAdmin(ReadOnlyAdmin):
    list_display = ("profile", "version", "account", "submitted_by", "at", "content_hash")
    search_fields = ("profile__name",)
    list_select_related = ("profile", "account", "submitted_by")


@admin.register(SnapshotPersonal)
class SnapshotPersonalAdmin(ReadOnlyAdmin):
    """That they exist and when they were erased; what they say is for those they were given to."""

    list_display = ("snapshot", "account", "erased_at", "erased_by")
    exclude = ("values",)
    list_select_related = ("snapshot", "account", "erased_by")


@admin.register(ProfileCountry)
class ProfileCountryAdmin(ReadOnlyAdmin):
    list_display = ("profile", "country", "account", "added_version", "removed_version")
    search_fields = ("profile__name",)
    list_select_related = ("profile", "country", "account")


@admin.register(VettingConsent)
class VettingConsentAdmin(ReadOnlyAdmin):
    list_display = ("profile", "version", "account", "given", "text_version", "by", "at", "withdrawn_at")
    list_filter = ("given",)
    search_fields = ("profile__name",)
    list_select_related = ("profile", "account", "by")


@admin.register(RequirementAnswer)
class RequirementAnswerAdmin(ReadOnlyAdmin):
    list_display = (
        "business_profile",
        "requirement",
        "account",
        "terms_version",
        "is_supplement",
        "by",
        "at",
    )
    exclude = ("personal",)
    search_fields = ("business_profile__name", "requirement__name")
    list_select_related = ("business_profile", "requirement", "account", "by")


@admin.register(Disclosure)
class DisclosureAdmin(ReadOnlyAdmin):
    list_display = ("recipient", "case", "account", "ground", "to_agent", "at")
    list_filter = ("ground", "to_agent")
    search_fields = ("recipient", "case__business_profile__name")
    list_select_related = ("account", "case__business_profile", "case__application_profile", "case__operator")
