"""Application profiles, to read: what was submitted never changes, and what may change is moved by actions."""

from __future__ import annotations

from django.contrib import admin

from portal.history.admin import ReadOnlyAdmin
from registry.models import ApplicationProfile, ApplicationStanding, ProfileFeature


@admin.register(ApplicationProfile)
class ApplicationProfileAdmin(ReadOnlyAdmin):
    list_display = ("name", "business_profile", "account", "client", "api_key", "created_by", "created_at")
    search_fields = ("name", "business_profile__name")
    list_select_related = ("business_profile", "account", "client", "api_key", "created_by")
    date_hierarchy = "created_at"


@admin.register(ProfileFeature)
class ProfileFeatureAdmin(ReadOnlyAdmin):
    list_display = ("profile", "feature", "purpose", "vocabulary", "account")
    list_filter = ("feature",)
    search_fields = ("profile__name",)
    list_select_related = ("profile", "feature", "purpose", "account")


@admin.register(ApplicationStanding)
class ApplicationStandingAdmin(ReadOnlyAdmin):
    list_display = (
        "profile",
        "account",
        "network_application_id",
        "last_call_at",
        "withdrawn_at",
        "deleted_at",
    )
    search_fields = ("profile__name", "network_application_id")
    list_select_related = ("profile", "account")
