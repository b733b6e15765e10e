from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from portal.notices.models import Delivery, Follow, Notice, Subscription


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
    list_display = ["at", "account", "topic", "kind", "object_name", "urgent", "needs_action", "resolved_at"]
    list_filter = ["topic", "urgent", "needs_action"]
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
    list_display = ["user", "account", "object_type", "object_name", "reason"]
    list_filter = ["reason"]
    list_select_related = ["user", "account"]
    search_fields = ["user__email", "object_type", "object_name", "account__name"]


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnly):
    list_display = ["user", "account", "client", "topic", "in_portal", "mail"]
    list_filter = ["topic", "mail", "in_portal"]
    list_select_related = ["user", "account", "client"]
    search_fields = ["user__email", "topic", "account__name"]
