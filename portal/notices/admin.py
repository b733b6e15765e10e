from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from portal.notices.models import Delivery, Follow, Notice, Preference


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Support looks, and changes nothing: what people were told stays as it was."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    list_display = ["at", "account", "kind", "object_name", "urgent"]
    list_filter = ["urgent"]
    list_select_related = ["account"]
    search_fields = ["kind", "object_name", "object_type", "key", "account__name"]
    date_hierarchy = "at"


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ["notice", "user", "channel", "state", "due_at", "sent_at", "attempts"]
    list_filter = ["channel", "state"]
    list_select_related = ["notice", "user"]
    search_fields = ["user__email", "message_id", "error", "notice__kind", "notice__object_name"]


@admin.register(Follow)
class FollowAdmin(ReadOnly):
    list_display = ["user", "account", "object_type", "object_name", "reason", "by_email"]
    list_filter = ["reason", "by_email"]
    list_select_related = ["user", "account"]
    search_fields = ["user__email", "object_type", "object_name", "account__name"]


@admin.register(Preference)
class PreferenceAdmin(ReadOnly):
    list_display = ["user", "account", "kind", "by_email"]
    list_filter = ["by_email"]
    list_select_related = ["user", "account"]
    search_fields = ["user__email", "kind", "account__name"]
