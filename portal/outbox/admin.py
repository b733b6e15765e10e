"""Support's window on the outbox: everything to read, nothing to change around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.history.admin import ReadOnlyAdmin
from portal.outbox import pauses
from portal.outbox.actions import end_pause
from portal.outbox.enums import PausedPart
from portal.outbox.models import (
    Attempt,
    Batch,
    BatchRow,
    Heartbeat,
    Inquiry,
    Installation,
    KeyHealth,
    Operation,
    Pause,
)

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


@admin.register(KeyHealth)
class KeyHealthAdmin(ReadOnlyAdmin):
    list_display = ("api_key", "account", "failures", "paused_until", "reason", "failed_at")
    search_fields = ("api_key__key", "api_key__label", "account__name")
    list_select_related = ("api_key", "account")


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("name", "at")


@admin.register(Installation)
class InstallationAdmin(ReadOnlyAdmin):
    list_display = ("installation_id", "accepted_mark")


@admin.register(Pause)
class PauseAdmin(ReadOnlyAdmin):
    """Staff set a pause here and end it with the action of the list; what is written stays."""

    list_display = ("created_at", "part", "account", "api_key", "kind", "cause", "told", "ended_at")
    list_filter = ("cause", "part")
    search_fields = ("reason", "account__name", "api_key__key", "kind")
    list_select_related = ("account", "api_key")
    fields = ("part", "account", "api_key", "kind", "reason")
    actions = ("end_pauses",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("outbox.add_pause")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made = pauses.pause(
            obj.reason,
            part=PausedPart(obj.part),
            account=obj.account,
            api_key=obj.api_key,
            kind=obj.kind,
            actor=cast(User, request.user),
        )
        obj.pk = made.pk if made else None

    @admin.action(description=_("End the chosen pauses: what waits goes out"), permissions=["add"])
    def end_pauses(self, request: HttpRequest, queryset: QuerySet[Pause]) -> None:
        ended = sum(end_pause(one, actor=cast(User, request.user)) for one in queryset)
        self.message_user(request, _("%(n)s ended.") % {"n": ended})


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
