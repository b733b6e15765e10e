"""Who decides, and what was said; superusers decide for everybody here as operators do on their own site."""

from __future__ import annotations

from django.contrib import admin

from portal.history.admin import KeptAdmin, ReadOnlyAdmin
from registry.desk.cases import CaseAdmin
from registry.desk.checks import CheckAdmin, DecisionAdmin
from registry.models import Assignment, Case, CaseMessage, Decision, DeskLetter, OperatorAnswer, VettingCheck

admin.site.register(Case, CaseAdmin)
admin.site.register(VettingCheck, CheckAdmin)
admin.site.register(Decision, DecisionAdmin)


@admin.register(Assignment)
class AssignmentAdmin(KeptAdmin):
    """Who works for which operator or agent; ended by taking the tick of "is active" away."""

    list_display = ("user", "operator", "agency", "may_decide", "is_active")
    list_filter = ("may_decide", "is_active")
    list_select_related = ("user", "operator", "agency")
    search_fields = ("user__email", "user__name", "operator__name", "agency__name")


@admin.register(OperatorAnswer)
class OperatorAnswerAdmin(ReadOnlyAdmin):
    list_display = ("at", "operator", "case", "account", "remote_reference", "is_applied", "objection", "by")
    list_filter = ("is_applied", "is_simulated", "operator")
    list_select_related = (
        "operator",
        "account",
        "by",
        "case__operator",
        "case__business_profile",
        "case__application_profile",
    )
    search_fields = ("remote_reference", "case__business_profile__name", "case__application_profile__name")


@admin.register(CaseMessage)
class CaseMessageAdmin(ReadOnlyAdmin):
    list_display = ("at", "case", "account", "kind", "by")
    list_filter = ("kind",)
    list_select_related = (
        "account",
        "by",
        "case__operator",
        "case__business_profile",
        "case__application_profile",
    )
    search_fields = ("case__business_profile__name", "case__application_profile__name")


@admin.register(DeskLetter)
class DeskLetterAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "user", "operator", "agency", "kind", "state", "attempts", "sent_at")
    list_filter = ("kind", "state")
    list_select_related = ("user", "operator", "agency")
    search_fields = ("user__email", "message_id", "key")
