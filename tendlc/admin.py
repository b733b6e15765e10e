"""Support's window on 10DLC: search, raw payload, history, "sync now"; nothing goes around the outbox."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.history.admin import ReadOnlyAdmin
from portal.outbox.actions import ask
from tendlc.models import (
    Brand,
    Campaign,
    CampaignCarrier,
    CampaignTemplate,
    Deadline,
    NumberLink,
    OwnedNumber,
    Qualification,
    SyncRun,
    Vetting,
    VettingClass,
    VettingProvider,
)
from tendlc.operations import REFRESH


class MirrorAdmin(ReadOnlyAdmin):
    """A mirrored object: read-only but for asking Vonage again."""

    actions = ("sync_now",)
    list_select_related = ("account", "client")
    date_hierarchy = "created_at"

    @admin.action(description=_("Sync now"), permissions=["view"])
    def sync_now(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        rows = [row for row in queryset.select_related("api_key") if row.remote_id]
        for row in rows:
            ask(REFRESH, row, actor=None, api_key=row.api_key)
        text = ngettext("%(n)d object is being read again.", "%(n)d objects are being read again.", len(rows))
        messages.info(request, text % {"n": len(rows)})


@admin.register(Brand)
class BrandAdmin(MirrorAdmin):
    list_display = ("display_name", "company_name", "account", "client", "state", "remote_status", "seen_at")
    list_filter = ("state", "entity_type")
    search_fields = ("display_name", "company_name", "remote_id", "ein")


@admin.register(Vetting)
class VettingAdmin(MirrorAdmin):
    exclude = ("token",)
    list_display = ("brand", "evp_id", "vetting_class", "account", "state", "score", "seen_at")
    list_filter = ("state",)
    search_fields = ("brand__display_name", "remote_id")
    list_select_related = ("account", "brand")


@admin.register(Campaign)
class CampaignAdmin(MirrorAdmin):
    list_display = ("label", "brand", "account", "use_case", "state", "remote_status", "seen_at")
    list_filter = ("state", "use_case")
    search_fields = ("label", "label_code", "remote_id", "tcr_campaign_id", "brand__display_name")
    list_select_related = ("account", "brand")


@admin.register(CampaignTemplate)
class CampaignTemplateAdmin(ReadOnlyAdmin):
    list_display = ("name", "account", "client", "made_by", "created_at")
    search_fields = ("name",)
    list_select_related = ("account", "client", "made_by")


@admin.register(CampaignCarrier)
class CampaignCarrierAdmin(ReadOnlyAdmin):
    list_display = ("campaign", "name", "account", "state", "remote_status", "seen_at")
    list_filter = ("state", "name")
    search_fields = ("campaign__label", "campaign__remote_id")
    list_select_related = ("account", "campaign")


@admin.register(NumberLink)
class NumberLinkAdmin(MirrorAdmin):
    list_display = ("number", "campaign", "account", "state", "remote_status", "seen_at")
    list_filter = ("state", "country")
    search_fields = ("number", "campaign__label", "campaign__remote_id")
    list_select_related = ("account", "campaign")


@admin.register(OwnedNumber)
class OwnedNumberAdmin(ReadOnlyAdmin):
    list_display = ("number", "account", "api_key", "country", "type", "seen_at", "gone_at")
    list_filter = ("country", "type")
    search_fields = ("number",)
    list_select_related = ("account", "api_key")


@admin.register(Qualification)
class QualificationAdmin(ReadOnlyAdmin):
    list_display = ("brand", "use_case", "account", "qualified", "checked_at")
    list_filter = ("qualified", "use_case")
    search_fields = ("brand__display_name", "brand__remote_id")
    list_select_related = ("account", "brand")


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin):
    list_display = ("scope", "api_key", "account", "complete", "pages", "unique_ids", "started_at", "problem")
    list_filter = ("complete",)
    search_fields = ("scope", "api_key__key")
    list_select_related = ("account", "api_key")


@admin.register(VettingProvider)
class VettingProviderAdmin(ReadOnlyAdmin):
    list_display = ("evp_id", "display_name", "account", "tcr_billable", "seen_at", "gone_at")
    search_fields = ("evp_id", "display_name")
    list_select_related = ("account",)


@admin.register(VettingClass)
class VettingClassAdmin(ReadOnlyAdmin):
    list_display = ("class_id", "display_name", "account", "enabled", "validity_months", "seen_at", "gone_at")
    search_fields = ("class_id", "display_name")
    list_select_related = ("account",)


@admin.register(Deadline)
class DeadlineAdmin(ReadOnlyAdmin):
    list_display = ("kind", "object_name", "account", "due_at", "told_at", "done_at")
    list_filter = ("kind",)
    search_fields = ("object_name", "brand__display_name")
    list_select_related = ("account",)
