"""Support's window on the outbox: everything to read, nothing to change around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from portal.history.admin import ReadOnlyAdmin
from portal.outbox.models import Attempt, Batch, BatchRow, Inquiry, Operation

if TYPE_CHECKING:
    TabularInline = admin.TabularInline[Attempt, Operation]
else:
    TabularInline = admin.TabularInline


class AttemptInline(TabularInline):
    model = Attempt
    extra = 0
    can_delete = False
    fields = (
        "number",
        "started_at",
        "finished_at",
        "outcome",
        "http_status",
        "instance",
        "prior_ids",
        "problem",
    )
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Operation)
class OperationAdmin(ReadOnlyAdmin):
    list_display = (
        "code",
        "kind",
        "object_name",
        "account",
        "state",
        "attempt_count",
        "next_attempt_at",
        "created_at",
    )
    list_filter = ("state", "kind")
    search_fields = ("code", "object_name", "remote_id", "natural_key", "attempts__instance")
    list_select_related = ("account",)
    date_hierarchy = "created_at"
    inlines = (AttemptInline,)


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    list_display = ("operation", "number", "outcome", "http_status", "instance", "started_at", "finished_at")
    list_filter = ("outcome",)
    search_fields = ("operation__code", "instance")
    list_select_related = ("operation",)


@admin.register(Inquiry)
class InquiryAdmin(ReadOnlyAdmin):
    list_display = ("kind", "object_name", "account", "asked_at", "answered_at", "tries")
    list_filter = ("kind",)
    search_fields = ("object_name",)
    list_select_related = ("account",)


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "account", "state", "asked_by", "started_at", "finished_at")
    list_filter = ("state", "kind")
    search_fields = ("name", "file_hash")
    list_select_related = ("account", "asked_by")


@admin.register(BatchRow)
class BatchRowAdmin(ReadOnlyAdmin):
    list_display = ("batch", "place", "natural_key", "account", "state", "operation")
    list_filter = ("state",)
    search_fields = ("natural_key", "operation__code")
    list_select_related = ("account", "batch", "operation")
