"""The gate's answers and test numbers in the admin site, to read."""

from __future__ import annotations

from django.contrib import admin

from portal.history.admin import ReadOnlyAdmin
from registry.models import GateAnswer, PlaygroundNumber


@admin.register(GateAnswer)
class GateAnswerAdmin(ReadOnlyAdmin):
    list_display = (
        "at",
        "account",
        "application_id_asked",
        "operator_code",
        "feature_code",
        "allowed",
        "reason",
    )
    list_filter = ("allowed", "reason", "operator_code")
    list_select_related = ("account",)
    search_fields = ("application_id_asked", "api_key_asked", "account__name")
    ordering = ("-id",)


@admin.register(PlaygroundNumber)
class PlaygroundNumberAdmin(ReadOnlyAdmin):
    list_display = ("application", "slot", "number", "account", "attested_by", "attested_at")
    list_select_related = ("application", "account", "attested_by")
    search_fields = ("application__remote_id", "application__name", "account__name")
