"""Staff decide on change requests: side by side what would change, then yes, or no with a reason."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.history.admin import ReadOnlyAdmin
from portal.records.moves import IllegalMove, LostRace
from registry.actions.changing import apply_change, refuse_change
from registry.actions.problems import NotNow
from registry.enums import ChangeState
from registry.forms.business.review import compared
from registry.models import ChangeRequest
from registry.queries.profiles import registration_before
from registry.rules.registration import from_wish


class DecideForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason, for the applicant"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed to refuse."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "refuse" in self.data and not cleaned.get("reason"):
            self.add_error("reason", _("Say why, so that the applicant can answer it."))
        return cleaned


@admin.register(ChangeRequest)
class ChangeRequestAdmin(ReadOnlyAdmin):
    list_display = (
        "profile",
        "account",
        "state",
        "answers_refusal",
        "asked_by",
        "submitted_at",
        "decided_by",
    )
    list_filter = ("state", "answers_refusal")
    search_fields = ("profile__name",)
    list_select_related = ("profile", "account", "asked_by", "decided_by")
    exclude = ("values", "personal")
    change_form_template = "admin/registry/changerequest/change_form.html"

    def get_urls(self) -> list[Any]:
        decide = self.admin_site.admin_view(self.decide)
        name = "registry_changerequest_decide"
        return [path("<path:object_id>/decide/", decide, name=name), *super().get_urls()]

    def decide(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Apply or refuse one change; who comes second is told."""
        if not request.user.has_perm("registry.change_changerequest"):
            raise PermissionDenied
        change = get_object_or_404(ChangeRequest.objects.select_related("profile"), pk=object_id)
        form = DecideForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            self._decide(request, change, form.cleaned_data["reason"])
            return redirect("admin:registry_changerequest_change", change.pk)
        after = from_wish(change.countries, change.values, change.personal)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Decide on a change request"),
            "opts": self.opts,
            "change_request": change,
            "is_open": change.state == ChangeState.SUBMITTED,
            "form": form,
            "compared": compared(registration_before(change), after),
        }
        return render(request, "admin/registry/changerequest/decide.html", context)

    def _decide(self, request: HttpRequest, change: ChangeRequest, reason: str) -> None:
        actor = cast(User, request.user)  # the admin site lets nobody in who is not signed in
        try:
            if "refuse" in request.POST:
                refuse_change(change, actor=actor, reason=reason)
            else:
                apply_change(change, actor=actor)
        except (IllegalMove, LostRace):
            messages.error(request, _("Somebody has decided on this change already."))
        except NotNow:
            messages.error(
                request, _("The profile has changed since this was written. Refuse it and say so.")
            )
        else:
            messages.success(request, _("Done. The applicant is told."))
