"""History in the admin site, to read; and the two kinds of admin page every table here uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from portal.history.actions import Actor, record
from portal.history.models import AuditEntry, Change, Refusal

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[models.Model]
else:
    ModelAdmin = admin.ModelAdmin


class KeptAdmin(ModelAdmin):
    """Rows are changed and deactivated here, never deleted; each save goes to the audit as well."""

    list_per_page = 50
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        names = [field.name for field in obj._meta.fields if field.name in form.changed_data]
        record(
            f"{obj._meta.model_name}.{'changed' if change else 'added'}_by_staff",
            obj,
            actor=cast(Actor, request.user),  # the admin site lets nobody in who is not signed in
            before={name: _plain(form.initial.get(name)) for name in names} if change else {},
            after={name: _plain(form.cleaned_data.get(name)) for name in names},
        )


class ReadOnlyAdmin(ModelAdmin):
    """Rows that only the portal itself writes: to search and to read."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


def _plain(value: Any) -> Any:
    """A form's value as JSON can hold it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, models.QuerySet | list | tuple):
        return [str(item) for item in value]
    return str(value)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "account", "actor_name", "action", "object_type", "object_name")
    list_filter = ("action", "object_type", "at")
    list_select_related = ("account",)
    search_fields = ("action", "actor_name", "object_name", "object_id", "request_id", "account__name")
    ordering = ("-id",)


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = (
        "seen_at",
        "account",
        "object_type",
        "object_name",
        "axis",
        "part",
        "raw_before",
        "raw_after",
    )
    list_filter = ("axis", "source", "object_type")
    list_select_related = ("account",)
    search_fields = ("object_name", "object_id", "part", "raw_before", "raw_after", "reason", "account__name")
    ordering = ("-id",)


@admin.register(Refusal)
class RefusalAdmin(ReadOnlyAdmin):
    list_display = (
        "at",
        "account",
        "object_type",
        "object_name",
        "said_by",
        "code",
        "submission",
        "answered_by",
    )
    list_filter = ("said_by", "resubmittable", "object_type")
    list_select_related = ("account",)
    search_fields = ("object_name", "object_id", "code", "text", "submission", "instance", "account__name")
    ordering = ("-id",)
