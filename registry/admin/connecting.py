"""Vonage applications and the keys assigned to profiles, to read."""

from __future__ import annotations

from django.contrib import admin

from portal.history.admin import ReadOnlyAdmin
from registry.models import KeyAssignment, NetworkApplication


@admin.register(NetworkApplication)
class NetworkApplicationAdmin(ReadOnlyAdmin):
    list_display = (
        "name",
        "account",
        "client",
        "api_key",
        "state",
        "access",
        "application_profile",
        "remote_id",
        "gone_at",
    )
    list_filter = ("state", "access")
    list_select_related = ("account", "client", "api_key", "application_profile")
    search_fields = ("name", "remote_id", "remote_network_application_id", "account__name")
    ordering = ("-id",)


@admin.register(KeyAssignment)
class KeyAssignmentAdmin(ReadOnlyAdmin):
    list_display = ("profile", "api_key", "account", "by", "at")
    list_select_related = ("profile", "api_key", "account", "by")
    search_fields = ("profile__name", "api_key__key", "account__name")
