from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from portal.reach.models import ReachCheck


@admin.register(ReachCheck)
class ReachCheckAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What was found, and when; nothing to change."""

    show_full_result_count = False
    list_display = ["url", "account", "client", "outcome", "http_code", "asked_at", "checked_at"]
    list_filter = ["outcome"]
    list_select_related = ["account", "client"]
    search_fields = ["url", "final_url", "account__name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
