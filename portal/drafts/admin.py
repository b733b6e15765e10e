"""Drafts in the admin site, to read."""

from __future__ import annotations

from django.contrib import admin

from portal.drafts.models import Draft
from portal.history.admin import ReadOnlyAdmin


@admin.register(Draft)
class DraftAdmin(ReadOnlyAdmin):
    list_display = (
        "__str__",
        "account",
        "client",
        "kind",
        "version",
        "saved_by",
        "updated_at",
        "finished_at",
    )
    list_filter = ("kind",)
    list_select_related = ("account", "client", "saved_by")
    search_fields = ("title", "kind", "account__name", "client__name")
    ordering = ("-id",)
